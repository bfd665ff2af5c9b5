"""Training a single neuron
========================

The smallest network of all: one neuron with one weight w and one bias b. It takes a number x and
answers a(x) = b + w * x, a straight line. Gradient descent turns and shifts that line, step by
step, until it lies as close as it can to ten given points.

Notice what the learning rate does. With 0.001 the line creeps, with 0.01 it arrives, and with 0.1
every step overshoots by more than it corrects, until the numbers explode.

It needs no data and takes two seconds. Among its lines are these:

    Learning rate 0.01
    step   0   w =          1   b =          1   cost =      203.4
    step 100   w =    -0.6786   b =      2.741   cost =       1.02
    The regression line, computed directly: w = -0.68, b = 2.74
"""

import sys
from pathlib import Path

import numpy as np

x = np.array([-2.0, 3.7, 4.7, 1.0, 3.4, 1.9, 0.5, 3.7, -3.7, -1.4])
y = np.array([4.4, 0.5, -0.3, 1.4, 0.4, 1.4, 2.0, 0.5, 5.6, 3.5])

# Numbers that explode may become "inf" or "nan". That says enough: no warning is needed beside it.
np.seterr(over="ignore", invalid="ignore")

costs = {}  # for each learning rate, the cost in every step
lines = {}  # for each learning rate, the neuron's line in every step: its weight and its bias
for learning_rate in (0.001, 0.01, 0.1):
    print(f"Learning rate {learning_rate}")
    costs[learning_rate] = []
    lines[learning_rate] = []
    weight = 1.0
    bias = 1.0
    for step in range(101):
        errors = bias + weight * x - y  # how far the neuron is off, at each point
        cost = np.sum(errors**2)
        costs[learning_rate].append(cost)
        lines[learning_rate].append((weight, bias))
        if step in (0, 1, 2, 5, 10, 20, 50, 100):
            print(f"step {step:3}   w = {weight:10.4g}   b = {bias:10.4g}   cost = {cost:10.4g}")
        # The derivatives of the cost say in which direction it grows. We go the other way.
        weight = weight - learning_rate * np.sum(2 * errors * x)
        bias = bias - learning_rate * np.sum(2 * errors)

slope, intercept = np.polyfit(x, y, 1)
print(f"The regression line, computed directly: w = {slope:.2f}, b = {intercept:.2f}")

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    print("For the picture, run: pip install matplotlib")
    sys.exit()

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text, titlelocation="left")
matplotlib.rc("axes.spines", top=False, right=False)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=14)
matplotlib.rc("lines", linewidth=2.5)
matplotlib.rc("svg", hashsalt="03")  # The same numbers give the same file.

figure = Figure(figsize=(12, 5), layout="constrained")
left, right = figure.subplots(1, 2)

left.set(title="Learning rate 0.01 finds the points", xlabel="x", ylabel="y")
left.set(xlim=(-4.5, 6.8), ylim=(-8, 8))
for step, color in ((0, "#b5aea0"), (1, "#a09888"), (2, "#8a8273"), (5, "#6f685b"), (100, accent)):
    weight, bias = lines[0.01][step]
    left.plot([-4.5, 5.2], [bias - 4.5 * weight, bias + 5.2 * weight], color=color)
    left.text(5.3, bias + 5.2 * weight, f"step {step}", color=color, va="center")
left.plot(x, y, "o", color=cool, markersize=9)

right.set(title="The cost, for three learning rates", xlabel="step", ylabel="cost")
right.set(yscale="log", xlim=(0, 100), ylim=(0.5, 1e9))
right.plot(costs[0.1], color=soft)
right.text(8, 1e8, "0.1 explodes", color=soft)
right.plot(costs[0.001], color=cool)
right.text(30, 60, "0.001 creeps", color=cool)
right.plot(costs[0.01], color=accent)
right.text(22, 1.4, "0.01 arrives", color=accent)

drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)
figure.savefig(drawn / "three_learning_rates.svg", metadata={"Date": None})
print("The picture is in drawn/three_learning_rates.svg")
