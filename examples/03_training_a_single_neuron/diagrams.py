"""Draws the two diagrams of this step's page, a neuron and the sigmoid, into the folder drawn/."""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text, titlelocation="left")
matplotlib.rc("axes.spines", top=False, right=False)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=15)
matplotlib.rc("svg", hashsalt="03")  # The same numbers give the same file.

drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)

# The neuron.
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

figure.savefig(drawn / "neuron.svg", metadata={"Date": None})

# The sigmoid's curve.
figure = Figure(figsize=(10, 4.2), layout="constrained")
axes = figure.subplots()
axes.set(title="The sigmoid squeezes every number to between 0 and 1")
axes.set(xlabel="z", ylabel="sigmoid of z", xlim=(-8, 8), ylim=(-0.05, 1.05))
z = np.linspace(-8, 8, 200)
axes.plot([-8, 8], [0.5, 0.5], color=soft, linewidth=1, linestyle=":")
axes.plot([0, 0], [0, 1], color=soft, linewidth=1, linestyle=":")
axes.plot(z, 1 / (1 + np.exp(-z)), color=accent, linewidth=4)
axes.text(-5.5, 0.12, "flat here:\nhardly any slope", ha="center", color=cool)
axes.text(5.5, 0.72, "flat here:\nhardly any slope", ha="center", color=cool)
axes.text(3.3, 0.3, "steep here:\nsmall changes count", ha="center", color=cool)
figure.savefig(drawn / "sigmoid.svg", metadata={"Date": None})
print("The pictures are in drawn/neuron.svg and drawn/sigmoid.svg")
