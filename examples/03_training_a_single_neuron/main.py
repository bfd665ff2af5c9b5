"""Training a single neuron
========================

The smallest network of all: one neuron with one weight and one bias. It takes a number x and
answers bias + weight * x, a straight line. It learns to pass as close as it can to ten points.

Notice how little learning needs: nudge a number, see how steeply the cost rises or falls, and take
a step downhill. And notice the learning rate, by which each slope is multiplied. With 0.001 the
line creeps, with 0.01 it arrives, and with 0.1 each step overshoots by more than it corrects.

It needs no data and takes two seconds. Among its lines are these:

    At the start, the cost is 203.400
    The weight nudged by 0.001: the cost is 203.646, so the slope is 246.2
    Learning rate 0.01
    step 100   w =    -0.6786   b =      2.741   cost =       1.02
    The regression line, computed directly: w = -0.68, b = 2.74
"""

import numpy as np

import pictures

x = np.array([-2.0, 3.7, 4.7, 1.0, 3.4, 1.9, 0.5, 3.7, -3.7, -1.4])
y = np.array([4.4, 0.5, -0.3, 1.4, 0.4, 1.4, 2.0, 0.5, 5.6, 3.5])

# First, one number nudged. The cost is the sum of the squared errors, over all ten points.
weight = 1.0
bias = 1.0
nudge = 0.001
cost = np.sum((bias + weight * x - y) ** 2)
cost_with_more_weight = np.sum((bias + (weight + nudge) * x - y) ** 2)
cost_with_more_bias = np.sum(((bias + nudge) + weight * x - y) ** 2)
weight_slope = (cost_with_more_weight - cost) / nudge
bias_slope = (cost_with_more_bias - cost) / nudge
nudged = f"nudged by {nudge}: the cost is"
print(f"At the start, the cost is {cost:.3f}")
print(f"The weight {nudged} {cost_with_more_weight:.3f}, so the slope is {weight_slope:.1f}")
print(f"The bias {nudged} {cost_with_more_bias:.3f}, so the slope is {bias_slope:.1f}")

# Now 100 steps downhill, with each of three learning rates. The slopes come from the formulas.
# Numbers that explode may become "inf" or "nan". That says enough: no warning is needed beside it.
np.seterr(over="ignore", invalid="ignore")
steps = {}  # for each learning rate, what each step found: weight, bias and cost
for learning_rate in (0.001, 0.01, 0.1):
    print(f"Learning rate {learning_rate}")
    steps[learning_rate] = []
    weight = 1.0
    bias = 1.0
    for step in range(101):
        errors = bias + weight * x - y  # how far the neuron is off, at each point
        cost = np.sum(errors**2)
        steps[learning_rate].append((weight, bias, cost))
        if step in (0, 1, 2, 5, 10, 20, 50, 100):
            print(f"step {step:3}   w = {weight:10.4g}   b = {bias:10.4g}   cost = {cost:10.4g}")
        # The slopes say in which direction the cost grows. We go the other way.
        weight = weight - learning_rate * np.sum(2 * errors * x)
        bias = bias - learning_rate * np.sum(2 * errors)

slope, intercept = np.polyfit(x, y, 1)
print(f"The regression line, computed directly: w = {slope:.2f}, b = {intercept:.2f}")

pictures.draw(x, y, steps)
