"""Draws the diagram of a single neuron for this step's page, into the folder drawn/."""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=15)
matplotlib.rc("svg", hashsalt="03")  # The same numbers give the same file.

figure = Figure(figsize=(10, 4))
axes = figure.add_axes((0, 0, 1, 1))
axes.set(xlim=(0, 10), ylim=(0, 4), aspect="equal")
axes.axis("off")


def arrow(start, end, color):
    style = {"arrowstyle": "-|>", "mutation_scale": 22, "color": color, "linewidth": 2.5}
    axes.annotate("", xy=end, xytext=start, arrowprops=style)


# What goes in: the number x on the left, and the bias from below.
axes.add_patch(Circle((1.2, 2.2), 0.5, facecolor=paper, edgecolor=cool, linewidth=2.5))
axes.text(1.2, 2.2, "x", ha="center", va="center", fontsize=22)
axes.text(1.2, 3.1, "input", ha="center", color=soft)
arrow((1.75, 2.2), (3.75, 2.2), cool)
axes.text(2.7, 2.4, "weight w", ha="center", color=cool)
arrow((5, 0.75), (5, 1.38), cool)
axes.text(5, 0.35, "bias b", ha="center", color=cool)

# The neuron itself.
box = FancyBboxPatch((3.8, 1.4), 2.4, 1.6, boxstyle="round,pad=0,rounding_size=0.3")
box.set(facecolor=accent, edgecolor=accent)
axes.add_patch(box)
axes.text(5, 2.2, "b + w · x", ha="center", va="center", fontsize=22, color=paper)
axes.text(5, 3.3, "the neuron", ha="center", color=soft)

# What comes out.
arrow((6.25, 2.2), (8.15, 2.2), accent)
axes.add_patch(Circle((8.75, 2.2), 0.55, facecolor=paper, edgecolor=accent, linewidth=2.5))
axes.text(8.75, 2.2, "a(x)", ha="center", va="center", fontsize=20)
axes.text(8.75, 3.1, "its answer", ha="center", color=soft)

drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)
figure.savefig(drawn / "neuron.svg", metadata={"Date": None})
print("The picture is in drawn/neuron.svg")
