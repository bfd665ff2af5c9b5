"""The picture of step 06: the ladder as bars of errors."""

import os
from pathlib import Path

# The workshop's colours: warm paper, dark text, and one accent.
PAPER, TEXT, SOFT, ACCENT = "#faf8f4", "#24262b", "#666259", "#b4512f"


def draw_ladder(names, scores):
    """Draw a bar for each rung: its errors on the validation images."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        print("For the pictures, run: pip install matplotlib")
        return
    matplotlib.rc("figure", facecolor=PAPER)
    matplotlib.rc("axes", facecolor=PAPER, edgecolor=SOFT, labelcolor=TEXT, titlelocation="left")
    matplotlib.rc("axes.spines", top=False, right=False, left=False)
    matplotlib.rc("text", color=TEXT)
    matplotlib.rc("font", size=14)
    matplotlib.rc("svg", hashsalt="06")  # The same numbers give the same file.

    figure = Figure(figsize=(10, 4.4), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(names, [100 * (1 - score) for score in scores], color=ACCENT)
    axes.bar_label(bars, fmt="%.1f %%", padding=6)
    axes.margins(x=0.1)
    axes.invert_yaxis()
    axes.tick_params(left=False)
    axes.set(title="Errors on the validation images, one change at a time", xlabel="errors in %")

    path = Path(__file__).with_name("drawn") / "ladder.svg"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    print(f"The picture is in {os.path.relpath(path)}")
