"""Draws the picture of step 07 into the folder drawn/ beside this file."""

import os
from pathlib import Path

DRAWN = Path(__file__).resolve().with_name("drawn")
# The workshop's colours: warm paper, dark text, and one accent.
PAPER, TEXT, SOFT, ACCENT, COOL = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"


def draw(scores):
    """Draw the training score and the validation score after each pass, and the gap between."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        print("For the picture, run: pip install matplotlib")
        return
    matplotlib.rc("figure", facecolor=PAPER)
    matplotlib.rc("axes", facecolor=PAPER, edgecolor=SOFT, labelcolor=TEXT, titlelocation="left")
    matplotlib.rc("axes.spines", top=False, right=False)
    matplotlib.rc("text", color=TEXT)
    matplotlib.rc("font", size=14)
    matplotlib.rc("svg", hashsalt="07")  # The same numbers give the same file.

    training_scores, validation_scores = zip(*scores)
    passes = range(1, len(scores) + 1)
    figure = Figure(figsize=(10, 5), layout="constrained")
    axes = figure.subplots()
    axes.fill_between(passes, training_scores, validation_scores, color="#efe6da")
    axes.plot(passes, training_scores, color=COOL, linewidth=3)
    axes.plot(passes, validation_scores, color=ACCENT, linewidth=3)
    middle = 0.6 * len(scores)
    axes.text(middle, training_scores[-1] + 0.03, "the 1,000 training images", color=COOL)
    axes.text(middle, validation_scores[-1] - 0.07, "images that it has never seen", color=ACCENT)
    axes.set(title="It memorises: the gap opens, and stays", xlabel="pass", ylabel="score")
    axes.set(xlim=(0, len(scores)), ylim=(0, 1.1))
    DRAWN.mkdir(exist_ok=True)
    path = DRAWN / "overfitting.svg"
    figure.savefig(path, metadata={"Date": None})
    print(f"The picture is in {os.path.relpath(path)}", flush=True)
