"""Draws the diagram of the network for this step's page, into the folder drawn/."""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=14)
matplotlib.rc("svg", hashsalt="04")  # The same numbers give the same file.

drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)

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
print("The picture is in drawn/network.svg")
