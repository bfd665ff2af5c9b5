"""Draws the two pictures of the theory chapter: the sigmoid's curve, and the network.

They are the same in every run, byte for byte. Nothing else needs this script.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

matplotlib.rcParams["svg.hashsalt"] = "04"

figure = Figure(figsize=(7, 3), layout="constrained")
axes = figure.subplots()
z = np.linspace(-8, 8, 200)
axes.plot(z, 1 / (1 + np.exp(-z)), color="tab:orange", linewidth=2.5)
axes.axhline(0.5, color="0.8", linestyle="--", zorder=0)
axes.axvline(0, color="0.8", linestyle="--", zorder=0)
axes.set(
    title="The sigmoid squeezes every number to between 0 and 1", xlabel="z", ylabel="sigma(z)"
)
for position in (-5.5, 5.5):
    axes.text(position, 0.3 if position < 0 else 0.7, "flat here:\nhardly any slope", ha="center")
axes.text(2.4, 0.26, "steep here:\nsmall changes count", ha="center")
figure.savefig(Path(__file__).with_name("sigmoid.svg"), metadata={"Date": None})

figure = Figure(figsize=(8, 4.2), layout="constrained")
axes = figure.subplots()
axes.set(xlim=(-1.3, 7.6), ylim=(-4.6, 4.2))
axes.axis("off")
layers = [  # where it stands, how many neurons are drawn, its name, what its neurons are called
    (0, 7, "input layer\n784 pixels", [f"pixel {n}" for n in (1, 2, 3)], "pixel 784"),
    (2, 6, "hidden layer\n14 neurons", [], ""),
    (4, 6, "hidden layer\n14 neurons", [], ""),
    (6, 5, "output layer\n10 neurons", ["0", "1"], "9"),
]
heights = [np.linspace(2.8, -2.8, count) for _, count, *_ in layers]
skipped = [len(height) // 2 + (len(height) > 5) for height in heights]  # dots stand for the rest
for (left, *_), (right, *_), lower, upper, drop, omit in zip(
    layers, layers[1:], heights, heights[1:], skipped, skipped[1:]
):
    for start in np.delete(lower, drop):
        for end in np.delete(upper, omit):
            axes.plot([left, right], [start, end], color="0.75", linewidth=0.6, zorder=0)
for (x, _, title, first_names, last_name), height, omit in zip(layers, heights, skipped):
    axes.text(x, 3.4, title, ha="center", va="bottom")
    axes.text(x, height[omit], "⋮", ha="center", va="center", fontsize=18)
    drawn = np.delete(height, omit)
    axes.scatter([x] * len(drawn), drawn, s=260, color="white", edgecolor="tab:blue", linewidth=2)
    names = first_names + [""] * (len(drawn) - len(first_names) - 1) + [last_name]
    for y, name in zip(drawn, names):
        side = -0.3 if x == 0 else 0.3
        axes.text(x + side, y, name, ha="right" if x == 0 else "left", va="center")
for x in (1, 3, 5):
    axes.text(x, -3.6, "weights", ha="center", color="0.4")
note = "every line is one weight; every neuron behind the pixels has a bias"
axes.text(3, -4.4, note, ha="center")
figure.savefig(Path(__file__).with_name("network.svg"), metadata={"Date": None})
