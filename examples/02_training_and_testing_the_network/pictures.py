"""The picture of step 02: how the loss fell, and what the network says of four test images."""

import os
from pathlib import Path

import numpy as np

PAPER, INK, SOFT, ACCENT = "#faf8f4", "#1d2a44", "#666259", "#b4512f"


def draw_what_it_says(network, images, labels):
    """Draw the loss, and four digits with their probabilities: two read right, two misread."""
    try:
        import matplotlib
        from matplotlib.colors import LinearSegmentedColormap
        from matplotlib.figure import Figure
    except ImportError:
        print("For the pictures, run: pip install matplotlib")
        return
    matplotlib.rc("figure", facecolor=PAPER)
    matplotlib.rc("axes", facecolor=PAPER, edgecolor=SOFT, labelcolor=INK, titlelocation="left")
    matplotlib.rc("axes.spines", top=False, right=False)
    matplotlib.rc("text", color=INK)
    matplotlib.rc("font", size=13)

    probabilities = network.predict_proba(images)
    is_right = probabilities.argmax(axis=1) == labels
    chosen = np.append(np.flatnonzero(is_right)[:2], np.flatnonzero(~is_right)[:2])

    figure = Figure(figsize=(12, 5.4), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.5))
    axes = left.subplots()
    axes.plot(range(1, len(network.loss_curve_) + 1), network.loss_curve_, color=ACCENT, lw=3)
    axes.set(title="The loss after each pass", xlabel="passes", ylim=0)

    ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", [PAPER, INK])
    rows = right.subplots(2, 4, height_ratios=(1, 1.15))
    for n, above, below in zip(chosen, rows[0], rows[1]):
        above.imshow(images[n].reshape(28, 28), cmap=ink_on_paper)
        above.set_title(f"a {labels[n]}, read as {probabilities[n].argmax()}", fontsize=13)
        above.axis("off")
        colours = [INK if digit == labels[n] else ACCENT for digit in range(10)]
        below.barh(range(10), probabilities[n], color=colours)
        below.set(yticks=range(10), xlim=(0, 1), xticks=(0, 1), xticklabels=("0", "1"))
        below.invert_yaxis()
        below.tick_params(left=False)

    path = Path(__file__).with_name("drawn") / "what_it_says.png"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=100)
    print(f"The picture is in {os.path.relpath(path)}")
