"""Draws the pictures of step 05 into the folder drawn/ beside this file."""

import os
from pathlib import Path

import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay


def draw(matrix, images, labels, guesses, weights):
    """Draw the confusion matrix, the worst mistakes and the first hidden neurons' weights.

    images, labels, guesses: twelve mistakes; weights: from each pixel to each hidden neuron.
    """
    try:
        import matplotlib
        from matplotlib.colors import LinearSegmentedColormap
        from matplotlib.figure import Figure
    except ImportError:
        print("For the pictures, run: pip install matplotlib")
        return

    # The workshop's colours: warm paper, dark text, and one accent.
    paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
    matplotlib.rc("figure", facecolor=paper)
    matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text)
    matplotlib.rc("text", color=text)
    matplotlib.rc("font", size=25)  # The slides show the first picture at 70 per cent.
    ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", [paper, text])
    accent_on_paper = LinearSegmentedColormap.from_list("accent on paper", [paper, accent])
    cool_and_warm = LinearSegmentedColormap.from_list("cool and warm", [cool, paper, accent])
    drawn = Path(__file__).resolve().with_name("drawn")
    drawn.mkdir(exist_ok=True)

    figure = Figure(figsize=(7, 7), layout="constrained")
    axes = figure.subplots()
    mistakes = matrix - np.diag(np.diag(matrix))  # The right answers are on the diagonal.
    colors = {"cmap": accent_on_paper, "colorbar": False, "im_kw": {"vmax": 1.4 * mistakes.max()}}
    shown = ConfusionMatrixDisplay(mistakes).plot(ax=axes, text_kw={"color": text}, **colors)
    for number in shown.text_.flat:
        number.set_visible(number.get_text() != "0")
    axes.set(xlabel="guess", ylabel="true digit")
    figure.savefig(drawn / "confusion_matrix.png")
    matplotlib.rc("font", size=14)

    figure = Figure(figsize=(10, 4.8), layout="constrained")
    figure.suptitle("The most confident mistakes: what was written, what was read")
    for axes, image, label, guess in zip(figure.subplots(2, 6).flat, images, labels, guesses):
        axes.imshow(image.reshape(28, 28), cmap=ink_on_paper)
        axes.set(title=f"{label}, read as {guess}", xticks=[], yticks=[])
    figure.savefig(drawn / "worst_mistakes.png")

    figure = Figure(figsize=(10, 5.6), layout="constrained")
    figure.suptitle("What 32 hidden neurons look for: ink on red, no ink on blue")
    for axes, column in zip(figure.subplots(4, 8).flat, weights.T):
        strongest = abs(column).max()
        image = column.reshape(28, 28)
        axes.imshow(image, cmap=cool_and_warm, vmin=-strongest, vmax=strongest)
        axes.set(xticks=[], yticks=[])
    figure.savefig(drawn / "hidden_neurons.png")
    print(f"The pictures are in {os.path.relpath(drawn)}")
