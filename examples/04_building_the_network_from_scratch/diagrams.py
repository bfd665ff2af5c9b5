"""Draws the two pictures of this step's page, the sigmoid and the network, into drawn/."""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text, titlelocation="left")
matplotlib.rc("axes.spines", top=False, right=False)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=14)
matplotlib.rc("svg", hashsalt="04")  # The same numbers give the same file.

drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)

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

# The network: for each layer, where its column stands, and the heights of the neurons drawn. Three
# dots stand for the many that are left out.
figure = Figure(figsize=(10, 5.6))
axes = figure.add_axes((0, 0, 1, 1))
axes.set(xlim=(-1.6, 7.4), ylim=(-4.4, 4.4))
axes.axis("off")
names = ["input layer\n784 pixels", "hidden layer\n14 neurons", "hidden layer\n14 neurons"]
names.append("output layer\n10 neurons")
columns = [0, 2, 4, 6]
heights = [2.6, 1.7, 0.8, -1.6, -2.5]
height_of_dots = -0.4

for column in columns[:-1]:
    for start in heights:
        for end in heights:
            axes.plot([column, column + 2], [start, end], color="#b5aea0", linewidth=1, zorder=1)
    axes.text(column + 1, -3.3, "weights", ha="center", color=soft)

for column, name in zip(columns, names):
    axes.text(column, 3.3, name, ha="center")
    axes.text(column, height_of_dots, "⋮", ha="center", va="center", fontsize=26)
    color = cool if column == 0 else accent
    places = [column] * len(heights)
    axes.scatter(places, heights, s=420, color=paper, edgecolor=color, linewidth=2.5, zorder=2)

for height, label in zip(heights, ["pixel 1", "pixel 2", "pixel 3", "pixel 783", "pixel 784"]):
    axes.text(-0.35, height, label, ha="right", va="center")
for height, label in zip(heights, ["0", "1", "2", "8", "9"]):
    axes.text(6.35, height, label, va="center")
note = "Every line is one weight. Every neuron behind the pixels has a bias."
axes.text(3, -4.1, note, ha="center")
figure.savefig(drawn / "network.svg", metadata={"Date": None})
print("The pictures are in drawn/sigmoid.svg and drawn/network.svg")
