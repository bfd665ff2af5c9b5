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

from pathlib import Path

import numpy as np

x = np.array([-2.0, 3.7, 4.7, 1.0, 3.4, 1.9, 0.5, 3.7, -3.7, -1.4])
y = np.array([4.4, 0.5, -0.3, 1.4, 0.4, 1.4, 2.0, 0.5, 5.6, 3.5])

# Numbers that explode may become "inf" or "nan". That says enough: no warning is needed beside it.
np.seterr(over="ignore", invalid="ignore")

histories = {}
for learning_rate in (0.001, 0.01, 0.1):
    print(f"Learning rate {learning_rate}")
    weight, bias = 1.0, 1.0
    histories[learning_rate] = []
    for step in range(101):
        errors = bias + weight * x - y  # how far the neuron is off, at each point
        cost = np.sum(errors**2)
        histories[learning_rate].append((weight, bias, cost))
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
    raise SystemExit from None

matplotlib.rcParams["svg.hashsalt"] = "03"  # The same picture in every run, byte for byte.
figure = Figure(figsize=(10, 4.2), layout="constrained")
figure.suptitle("The line finds the points, if its steps are neither too small nor too large")
left, right = figure.subplots(1, 2)
left.set(title="Learning rate 0.01: the line after some steps", xlabel="x", ylabel="y")
left.set(xlim=(-4.5, 5.5), ylim=(-5, 8))
for step, color in zip((0, 1, 2, 5, 100), ("0.8", "0.65", "0.5", "0.35", "tab:orange")):
    weight, bias, cost = histories[0.01][step]
    left.axline((0, bias), slope=weight, color=color, label=f"step {step}")
left.plot(x, y, "o", color="tab:blue", label="the ten points")
left.legend(loc="lower left")
right.set(title="The cost in each step, for three learning rates", xlabel="step", ylabel="cost")
right.set(yscale="log", ylim=(0.1, 1e9))
for learning_rate, history in histories.items():
    right.plot([cost for weight, bias, cost in history], label=f"learning rate {learning_rate}")
right.legend()
picture = Path(__file__).with_name("three_learning_rates.svg")
figure.savefig(picture, metadata={"Date": None})
print(f"The picture is in {picture.name}")
