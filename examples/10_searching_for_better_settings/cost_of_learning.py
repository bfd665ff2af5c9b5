"""What twice the data costs, and what it brings
=============================================

Twice the training images, or twice the neurons: what do they cost, and what do they bring? Each
line below is ten passes, first over 1,000 to 60,000 images with 128 neurons, then over all images
with 16 to 1,024 neurons, on one core.

Notice that the time grows with both. Six times the images more than halve the mistakes. But beyond
128 neurons there is nothing to gain, and the widest network is worse: probably the learning rate,
which suits the others, is too large for it. The settings are fixed beforehand, and each network
reads the test images once: nothing is chosen here.

On MNIST it takes about a minute and a half. Among its lines are these:

    10000 images,   128 neurons: score 0.9396,    1.1 s
    60000 images,   128 neurons: score 0.9762,    5.8 s
    60000 images,  1024 neurons: score 0.9416,   36.0 s
"""

import time
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)
test_images = test_images / np.float32(255)
order = np.random.default_rng(1).permutation(len(training_images))
threadpool_limits(1)  # One core, so that the times can be compared.


def learn(images_to_use, neurons):
    """Return the processor seconds of ten passes and the score on the test images."""
    chosen = order[:images_to_use]
    images, labels = training_images[chosen], training_labels[chosen]
    network = MLPClassifier(
        solver="sgd",
        activation="logistic",
        hidden_layer_sizes=(neurons,),
        learning_rate_init=0.2,
        random_state=np.random.RandomState(1),  # Each pass draws a new order of the images from it.
    )
    started = time.process_time()
    for _ in range(10):
        network.partial_fit(images, labels, classes=range(10))
    seconds = time.process_time() - started
    score = network.score(test_images, test_labels)
    line = f"{images_to_use:6} images, {neurons:5} neurons: score {score:.4f}, {seconds:6.1f} s"
    print(line, flush=True)
    return seconds, score


everything = len(training_images)
sizes = [size for size in (1000, 2000, 5000, 10_000, 20_000, 30_000) if size < everything]
sizes.append(everything)
widths = [16, 32, 64, 128, 256, 512, 1024]
by_size = [learn(size, 128) for size in sizes]
by_width = [learn(everything, width) for width in widths]

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    print("For the picture, run: pip install matplotlib")
    raise SystemExit from None

matplotlib.rc("svg", hashsalt="10")  # The same numbers give the same file.
paper, text, soft, accent = "#faf8f4", "#24262b", "#666259", "#b4512f"  # the workshop's colours
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text)
matplotlib.rc("axes.spines", top=False, right=False)
matplotlib.rc("font", size=13)
figure = Figure(figsize=(10, 7), layout="constrained")
axes = figure.subplots(2, 2, sharex="col", sharey="row")
columns = [("training images, 128 neurons", sizes, by_size), ("neurons", widths, by_width)]
for (above, below), (name, values, results) in zip(axes.T, columns):
    seconds, scores = np.transpose(results)
    above.plot(values, 100 * (1 - scores), "o-", color=accent)
    below.plot(values, seconds, "o-", color=accent)
    above.set(xscale="log", yscale="log")
    below.set(xscale="log", yscale="log", xlabel=name)
    below.set_xticks(values, [f"{value:,}" for value in values], rotation=45)
axes[0, 0].set(ylabel="wrong test images (%)")
axes[0, 0].set_yticks([3, 5, 10, 15], ["3", "5", "10", "15"])
axes[1, 0].set(ylabel="processor seconds")
axes[1, 0].set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
for one in axes.flat:
    one.minorticks_off()
drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)
figure.savefig(drawn / "cost_of_learning.svg", metadata={"Date": None})
print("The picture is in drawn/cost_of_learning.svg")
