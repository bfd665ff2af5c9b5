"""Improving the score, one change at a time
=========================================

The recipe of step 02 comes first. Then each rung of the ladder changes one thing: compare its line
in the table below with the line above it. The rules stay: MLPClassifier, SGD, the sigmoid, a
constant learning rate, and a million images to learn from, which are 20 passes. (Step 02 itself
makes 100.)

Notice the first change: pixels from 0 to 1 instead of 0 to 255. Large inputs push the sigmoids to
where they are flat, and there nothing is learned. All later changes build on this one.

The rungs are compared on validation images, the last 10,000 training images, from which no network
learns. Only the last rung reads the test images, once.

On MNIST it takes about a minute, and among its lines are these:

    pixels from 0 to 1           ..........   score 0.9044     5.2 s
    pixels: mean 0, deviation 1  ..........   score 0.9826    15.6 s
    We have a score of 0.9814
"""

import signal
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist


def stop(signal_number, frame):
    sys.exit("\nStopped before the last rung: there is no score.")


# Without this, scikit-learn catches Ctrl-C, ends one rung early, and the ladder would go on.
signal.signal(signal.SIGINT, stop)

threadpool_limits(1)  # One processor core is enough for such small sums.
training_images, training_labels, test_images, test_labels = mnist.load()

# 10,000 validation images, or a fifth of the smaller sample.
count = min(10_000, len(training_images) // 5)
validation_images, validation_labels = training_images[-count:], training_labels[-count:]
training_images, training_labels = training_images[:-count], training_labels[:-count]
passes = 1_000_000 // len(training_images)
mean = float(training_images.mean())
deviation = float(training_images.std())

# What is new; the type of the pixels, what is taken from them, and what they are divided by; the
# hidden layers; the learning rate.
ladder = [
    ("the recipe of step 02", "float64", 0, 1, (14, 14), 0.01),
    ("pixels from 0 to 1", "float64", 0, 255, (14, 14), 0.01),
    ("float32 instead of float64", "float32", 0, 255, (14, 14), 0.01),
    ("learning rate 0.2", "float32", 0, 255, (14, 14), 0.2),
    ("one hidden layer of 32", "float32", 0, 255, (32,), 0.2),
    ("one hidden layer of 128", "float32", 0, 255, (128,), 0.2),
    ("256 neurons", "float32", 0, 255, (256,), 0.2),
    ("pixels: mean 0, deviation 1", "float32", mean, deviation, (256,), 0.2),
]
scores = []
for what, dtype, offset, divisor, hidden_layer_sizes, learning_rate in ladder:
    print(f"{what:28} ", end="", flush=True)
    images = None  # Forget those of the rung before: two of them would not fit into a small laptop.
    images = training_images.astype(dtype)
    images -= offset
    images /= divisor
    network = MLPClassifier(
        solver="sgd",
        activation="logistic",
        hidden_layer_sizes=hidden_layer_sizes,
        learning_rate_init=learning_rate,
        random_state=np.random.RandomState(3),  # Each pass draws a new order of images from it.
    )
    start = time.perf_counter()
    for number in range(1, passes + 1):
        network.partial_fit(images, training_labels, classes=range(10))
        if number % (passes // 10) == 0:
            print(".", end="", flush=True)
    seconds = time.perf_counter() - start
    prepared_images = (validation_images.astype(dtype) - offset) / divisor
    score = network.score(prepared_images, validation_labels)
    scores.append(score)
    print(f"   score {score:.4f}   {seconds:5.1f} s", flush=True)

# How soon does such a network pass the score of the first rung? We look after every 500 images.
beginner = clone(network)  # the same settings, but nothing learned yet
seen = 0
score = 0
while score <= scores[0]:
    part = np.arange(seen, seen + 500) % len(images)  # After the last image comes the first.
    beginner.partial_fit(images[part], training_labels[part], classes=range(10))
    score = beginner.score(prepared_images, validation_labels)
    seen += 500
print(f"The last network passes the {scores[0]:.4f} of the first after {seen:,} images.")

prepared_images = (test_images.astype(dtype) - offset) / divisor
print(f"We have a score of {network.score(prepared_images, test_labels):.4f}")

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    print("For the picture, run: pip install matplotlib")
    sys.exit()

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent = "#faf8f4", "#24262b", "#666259", "#b4512f"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text, titlelocation="left")
matplotlib.rc("axes.spines", top=False, right=False, left=False)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=14)
matplotlib.rc("svg", hashsalt="06")  # The same numbers give the same file.

figure = Figure(figsize=(10, 5), layout="constrained")
axes = figure.subplots()
names = [rung[0] for rung in ladder]
errors = [100 * (1 - score) for score in scores]
bars = axes.barh(names, errors, color=accent)
axes.bar_label(bars, fmt="%.1f %%", padding=6)
axes.margins(x=0.1)
axes.invert_yaxis()
axes.tick_params(left=False)
axes.set(title="Errors on the validation images, one change at a time", xlabel="errors in %")
drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)
figure.savefig(drawn / "ladder.svg", metadata={"Date": None})
print("The picture is in drawn/ladder.svg")
