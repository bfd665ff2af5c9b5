"""Draws the pictures of step 03 into the folder drawn/ beside this file."""

import os
from pathlib import Path

import numpy as np

# The workshop's colours: warm paper, dark text, and one accent.
PAPER, TEXT, SOFT, ACCENT, COOL = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
DRAWN = Path(__file__).resolve().with_name("drawn")


def draw(x, y, steps):
    """Draw the neuron, the sigmoid, one step downhill, and the three learning rates.

    x, y: the points; steps: for each learning rate the weight, bias and cost of every step.
    """
    try:
        import matplotlib
    except ImportError:
        print("For the pictures, run: pip install matplotlib")
        return
    matplotlib.rc("figure", facecolor=PAPER)
    matplotlib.rc("axes", facecolor=PAPER, edgecolor=SOFT, labelcolor=TEXT, titlelocation="left")
    matplotlib.rc("axes.spines", top=False, right=False)
    matplotlib.rc("text", color=TEXT)
    matplotlib.rc("font", size=14)
    matplotlib.rc("lines", linewidth=2.5)
    matplotlib.rc("svg", hashsalt="03")  # The same numbers give the same file.
    DRAWN.mkdir(exist_ok=True)
    draw_neuron()
    draw_sigmoid()
    draw_one_step(x, y, steps[0.01])
    draw_learning_rates(x, y, steps)
    print(f"The pictures are in {os.path.relpath(DRAWN)}")


def new_figure(width, height, **settings):
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), **settings)


def save(figure, name):
    figure.savefig(DRAWN / name, metadata={"Date": None})


def arrow(axes, start, end, color):
    style = {"arrowstyle": "-|>", "mutation_scale": 22, "color": color, "linewidth": 2.5}
    axes.annotate("", xy=end, xytext=start, arrowprops=style)


def draw_neuron():
    from matplotlib.patches import Circle, FancyBboxPatch

    figure = new_figure(10, 4)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 10), ylim=(0, 4), aspect="equal")
    axes.axis("off")

    # What goes in: the number x on the left, and the bias from below.
    axes.add_patch(Circle((1.2, 2.2), 0.5, facecolor=PAPER, edgecolor=COOL, linewidth=2.5))
    axes.text(1.2, 2.2, "x", ha="center", va="center", fontsize=22)
    axes.text(1.2, 3.1, "input", ha="center", color=SOFT)
    arrow(axes, (1.75, 2.2), (3.75, 2.2), COOL)
    axes.text(2.7, 2.4, "weight w", ha="center", color=COOL)
    arrow(axes, (5, 0.75), (5, 1.38), COOL)
    axes.text(5, 0.35, "bias b", ha="center", color=COOL)

    # The neuron itself.
    box = FancyBboxPatch((3.8, 1.4), 2.4, 1.6, boxstyle="round,pad=0,rounding_size=0.3")
    box.set(facecolor=ACCENT, edgecolor=ACCENT)
    axes.add_patch(box)
    axes.text(5, 2.2, "b + w · x", ha="center", va="center", fontsize=22, color=PAPER)
    axes.text(5, 3.3, "the neuron", ha="center", color=SOFT)

    # What comes out.
    arrow(axes, (6.25, 2.2), (8.15, 2.2), ACCENT)
    axes.add_patch(Circle((8.75, 2.2), 0.55, facecolor=PAPER, edgecolor=ACCENT, linewidth=2.5))
    axes.text(8.75, 2.2, "a(x)", ha="center", va="center", fontsize=20)
    axes.text(8.75, 3.1, "its answer", ha="center", color=SOFT)
    save(figure, "neuron.svg")


def draw_sigmoid():
    figure = new_figure(10, 4.2, layout="constrained")
    axes = figure.subplots()
    axes.set(title="The sigmoid squeezes every number to between 0 and 1")
    axes.set(xlabel="z", ylabel="sigmoid of z", xlim=(-8, 8), ylim=(-0.05, 1.05))
    z = np.linspace(-8, 8, 200)
    axes.plot([-8, 8], [0.5, 0.5], color=SOFT, linewidth=1, linestyle=":")
    axes.plot([0, 0], [0, 1], color=SOFT, linewidth=1, linestyle=":")
    axes.plot(z, 1 / (1 + np.exp(-z)), color=ACCENT, linewidth=4)
    axes.text(-5.5, 0.12, "flat here:\nhardly any slope", ha="center", color=COOL)
    axes.text(5.5, 0.72, "flat here:\nhardly any slope", ha="center", color=COOL)
    axes.text(3.3, 0.3, "steep here:\nsmall changes count", ha="center", color=COOL)
    save(figure, "sigmoid.svg")


def draw_one_step(x, y, steps):
    """Draw the cost over the weight, its slope at the start, and where the first step leads."""
    (weight, bias, cost), (next_weight, _, _) = steps[:2]

    def cost_of(w):
        return np.sum((bias + w * x - y) ** 2)

    slope = np.sum(2 * (bias + weight * x - y) * x)
    figure = new_figure(10, 4.6, layout="constrained")
    axes = figure.subplots()
    axes.set(title="The cost for every weight, while the bias stays at 1")
    axes.set(xlabel="weight", ylabel="cost", xlim=(-2.8, 2.2), ylim=(-8, 340))
    weights = np.linspace(-2.8, 2.2, 200)
    axes.plot(weights, [cost_of(w) for w in weights], color=SOFT)
    ends = np.array([0.35, 1.5])
    axes.plot(ends, cost + slope * (ends - weight), color=COOL, linestyle="--")
    axes.text(1.42, 262, f"slope {slope:.0f}", color=COOL)
    axes.plot(weight, cost, "o", color=ACCENT, markersize=11)
    axes.text(weight + 0.1, cost - 12, "start: weight 1", color=ACCENT)
    axes.plot(next_weight, cost_of(next_weight), "o", color=ACCENT, markersize=11)
    label = f"after the step: {next_weight:.2f}"
    axes.text(next_weight + 0.1, cost_of(next_weight) + 8, label, color=ACCENT)
    arrow(axes, (weight, -1), (next_weight, -1), ACCENT)
    axes.text(0.15, 12, f"step {next_weight - weight:.2f}", color=ACCENT, ha="center")
    axes.plot([weight, weight], [0, cost], color=ACCENT, linewidth=1, linestyle=":")
    axes.plot([next_weight] * 2, [0, cost_of(next_weight)], color=ACCENT, lw=1, linestyle=":")
    save(figure, "one_step.svg")


def draw_learning_rates(x, y, steps):
    figure = new_figure(12, 5, layout="constrained")
    left, right = figure.subplots(1, 2)

    left.set(title="Learning rate 0.01 finds the points", xlabel="x", ylabel="y")
    left.set(xlim=(-4.5, 6.8), ylim=(-8, 8))
    colors = {0: "#b5aea0", 1: "#a09888", 2: "#8a8273", 5: "#6f685b", 100: ACCENT}
    for step, color in colors.items():
        weight, bias, _ = steps[0.01][step]
        left.plot([-4.5, 5.2], [bias - 4.5 * weight, bias + 5.2 * weight], color=color)
        left.text(5.3, bias + 5.2 * weight, f"step {step}", color=color, va="center")
    left.plot(x, y, "o", color=COOL, markersize=9)

    right.set(title="The cost, for three learning rates", xlabel="step", ylabel="cost")
    right.set(yscale="log", xlim=(0, 100), ylim=(0.5, 1e9))
    names = {0.1: (SOFT, 8, 1e8, "explodes"), 0.001: (COOL, 30, 60, "creeps")}
    names[0.01] = (ACCENT, 22, 1.4, "arrives")
    for learning_rate, (color, place, height, word) in names.items():
        right.plot([cost for _, _, cost in steps[learning_rate]], color=color)
        right.text(place, height, f"{learning_rate} {word}", color=color)
    save(figure, "three_learning_rates.svg")
