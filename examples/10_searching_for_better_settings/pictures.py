"""Draws the picture of step 10 into the folder drawn/ beside this file."""

import os
from pathlib import Path

DRAWN = Path(__file__).resolve().with_name("drawn")
# The workshop's colours: warm paper, dark text, and one accent.
PAPER, TEXT, SOFT, ACCENT = "#faf8f4", "#24262b", "#666259", "#b4512f"


def draw(candidates, scores):
    """Draw a dot for each candidate: to the right its learning rate, upwards its score."""
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
    matplotlib.rc("svg", hashsalt="10")  # The same numbers give the same file.

    figure = Figure(figsize=(10, 5), layout="constrained")
    axes = figure.subplots()
    rates = sorted({settings["learning_rate_init"] for settings in candidates})
    for settings, score in zip(candidates, scores):
        # With the same learning rate, they stand side by side: narrow networks left, wide ones
        # right.
        neurons = settings["hidden_layer_sizes"][0]
        shift = {32: -0.28, 64: 0, 128: 0.28}[neurons]
        shift += {50: -0.09, 100: 0, 200: 0.09}[settings["batch_size"]]
        place = rates.index(settings["learning_rate_init"]) + shift
        axes.plot(place, score, "o", color=ACCENT, markeredgecolor=PAPER, markersize=neurons**0.5)
    axes.set(title="Candidates for each learning rate (a larger dot: more neurons)")
    axes.set(xlabel="learning rate", ylabel="score on the validation images", ylim=(0, 1.05))
    axes.set_xticks(range(len(rates)), rates)
    DRAWN.mkdir(exist_ok=True)
    path = DRAWN / "learning_rates.svg"
    figure.savefig(path, metadata={"Date": None})
    print(f"The picture is in {os.path.relpath(path)}")
