"""Draws the pictures of step 11 into the folder drawn/ beside this file."""

import os
from pathlib import Path

DRAWN = Path(__file__).resolve().with_name("drawn")
# The workshop's colours: warm paper, dark text.
PAPER, TEXT = "#faf8f4", "#24262b"


def new_figure(width, height, title):
    """Return a figure, or None after a sentence that says what is missing."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        print("For the pictures, run: pip install matplotlib")
        return None
    matplotlib.rc("text", color=TEXT)
    matplotlib.rc("font", size=14)
    DRAWN.mkdir(exist_ok=True)
    figure = Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)
    figure.suptitle(title)
    return figure


def show(image, axes):
    from matplotlib.colors import LinearSegmentedColormap

    ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", [PAPER, TEXT])
    axes.imshow(image.reshape(28, 28), cmap=ink_on_paper, interpolation="nearest")
    axes.axis("off")


def save(figure, name):
    figure.savefig(DRAWN / name)
    print(f"The picture is in {os.path.relpath(DRAWN / name)}")


def draw_groups(images, groups, answers):
    """Draw the average image of each of the 100 groups, and above it the group's one answer."""
    figure = new_figure(8, 9.4, "100 groups found without labels: the average, and the one answer")
    if figure:
        for number, axes in enumerate(figure.subplots(10, 10).flat):
            show(images[groups == number].mean(axis=0), axes)
            axes.set_title(answers[number], fontsize=12, pad=2)
        save(figure, "groups.png")


def draw_new_digits(new_digits, nearest):
    """Draw 96 new digits, and below ten of them the training image nearest to each."""
    figure = new_figure(8, 6, "Digits that nobody wrote")
    if figure:
        for image, axes in zip(new_digits, figure.subplots(8, 12).flat):
            show(image, axes)
        save(figure, "new_digits.png")
        figure = new_figure(10, 2.8, "Above: new digits. Below: the training image nearest to each")
        for new, old, (above, below) in zip(new_digits, nearest, figure.subplots(2, 10).T):
            show(new, above)
            show(old, below)
        save(figure, "not_copies.png")
