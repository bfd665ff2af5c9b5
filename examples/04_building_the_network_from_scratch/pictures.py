"""Draws the two diagrams of step 04 into the folder drawn/: python pictures.py

They show no result of main.py, and so they do not wait for it.
"""

import os
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=14)
matplotlib.rc("svg", hashsalt="04")  # The same numbers give the same file.

drawn = Path(__file__).resolve().with_name("drawn")
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

# The smallest network with a hidden layer, as in the example on the page: one input, one hidden
# neuron, two outputs, and no biases. The second output is the right one.
value, weight, output_weights, truth = 1.0, 0.5, np.array([2.0, -1.0]), np.array([0.0, 1.0])
hidden = 1 / (1 + np.exp(-weight * value))
powers = np.exp(output_weights * hidden)
probabilities = powers / powers.sum()
output_blames = probabilities - truth
hidden_blame = np.sum(output_blames * output_weights) * hidden * (1 - hidden)

figure = Figure(figsize=(10, 4.4))
axes = figure.add_axes((0, 0, 1, 1))
axes.set(xlim=(0, 10), ylim=(0, 4.4))
axes.axis("off")
style = {"arrowstyle": "-|>", "mutation_scale": 20, "linewidth": 2.5}
neurons = [(1, 2.2, value, None, cool), (4.6, 2.2, hidden, hidden_blame, accent)]
neurons += [(8.2, 3.3, probabilities[0], output_blames[0], accent)]
neurons += [(8.2, 1.1, probabilities[1], output_blames[1], accent)]
for x, y, number, blame, color in neurons:
    axes.scatter(x, y, s=3600, color=paper, edgecolor=color, linewidth=2.5, zorder=2)
    axes.text(x, y, f"{number:.3f}", ha="center", va="center", fontsize=15, zorder=3)
    if blame is not None:
        axes.text(x, y - 0.78, f"blame {blame:.3f}", ha="center", color=accent)
for start, end, label, spot in (
    ((1.5, 2.2), (4.05, 2.2), "weight 0.5", (2.75, 2.35)),
    ((5.1, 2.35), (7.65, 3.2), "weight 2", (6.0, 3.0)),
    ((5.1, 2.05), (7.65, 1.2), "weight -1", (6.0, 1.25)),
):
    axes.annotate("", xy=end, xytext=start, arrowprops=style | {"color": cool})
    axes.text(*spot, label, ha="center", color=cool)
for y, name in ((3.3, "a 0"), (1.1, "a 1 (right)")):
    axes.text(8.8, y, name, va="center")
axes.text(1, 2.95, "pixel", ha="center", color=soft)
axes.text(4.6, 2.95, "hidden neuron", ha="center", color=soft)
axes.annotate("", xy=(6.2, 4.1), xytext=(3.4, 4.1), arrowprops=style | {"color": cool})
axes.text(3.2, 4.1, "values go forward", ha="right", va="center", color=cool)
axes.annotate("", xy=(3.4, 0.3), xytext=(6.2, 0.3), arrowprops=style | {"color": accent})
axes.text(3.2, 0.3, "blame goes back", ha="right", va="center", color=accent)
figure.savefig(drawn / "forward_and_back.svg", metadata={"Date": None})
print(f"The pictures are in {os.path.relpath(drawn)}")
