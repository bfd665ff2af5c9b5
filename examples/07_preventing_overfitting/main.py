"""Preventing overfitting
======================

A network with many weights and few examples memorises the examples: it overfits. This one has
101,770 weights and biases, and only 1,000 training images.

Notice how the two scores drift apart: soon it reads every training image, but hardly more of the
validation images, from which it does not learn. Then remedies are tried, each with five random
starts: L2, which makes large weights expensive; early stopping; and more data. See which of them
close the gap between the two scores, and which raise the second one.

The validation images decide, since they are the last of the training images. Only the network that
does best on them reads the test images, once. After +- comes the standard deviation: how far apart
the five starts typically are.

On MNIST it takes about half a minute. Its table looks like this:

    nothing          training 1.0000   validation 0.8760 +- 0.0019
    L2, alpha 1      training 0.9518   validation 0.8567 +- 0.0040
    early stopping   training 0.9474   validation 0.8531 +- 0.0074
    10,000 images    training 0.9994   validation 0.9551 +- 0.0033
    We have a score of 0.9528
"""

import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist

# It would only say that the passes which we have chosen are over.
warnings.filterwarnings("ignore", category=ConvergenceWarning)

threadpool_limits(1)  # One processor core is enough for such small sums.
training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images.astype(np.float32) / 255
test_images = test_images.astype(np.float32) / 255

# 10,000 validation images, or a fifth of the smaller sample.
count = min(10_000, len(training_images) // 5)
validation_images, validation_labels = training_images[-count:], training_labels[-count:]
many_images, many_labels = training_images[:10_000], training_labels[:10_000]
# Every tenth of these. In the sample, where nine neighbours are one digit, moved a little, all of
# them are different digits.
few_images, few_labels = many_images[::10], many_labels[::10]

training_scores = []
validation_scores = []
network = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(128,),
    learning_rate_init=0.5,
    random_state=np.random.RandomState(1),  # Each pass draws a new order of images from it.
)
for number in range(1, 101):
    network.partial_fit(few_images, few_labels, classes=range(10))
    training_score = network.score(few_images, few_labels)
    validation_score = network.score(validation_images, validation_labels)
    training_scores.append(training_score)
    validation_scores.append(validation_score)
    if number in (1, 2, 5, 10, 20, 50, 100):
        line = f"training {training_score:.4f}   validation {validation_score:.4f}"
        print(f"pass {number:3}: {line}", flush=True)

# What is tried; its images and their labels; passes; alpha, the price of large weights; and whether
# it stops early: a tenth of the images is kept aside, and when the score on these has not risen for
# ten passes, it stops, and takes back the weights that were best.
remedies = [
    ("nothing", few_images, few_labels, 100, 0.0001, False),
    # scikit-learn divides alpha by the size of the mini-batch, 200: what counts is 0.0005.
    ("L2, alpha 0.1", few_images, few_labels, 100, 0.1, False),
    ("L2, alpha 1", few_images, few_labels, 100, 1.0, False),
    ("early stopping", few_images, few_labels, 100, 0.0001, True),
    ("10,000 images", many_images, many_labels, 20, 0.0001, False),
]
best_score = 0
for remedy, images, labels, passes, alpha, early_stopping in remedies:
    training_scores_of_remedy = []
    validation_scores_of_remedy = []
    for seed in range(1, 6):
        network = MLPClassifier(
            solver="sgd",
            activation="logistic",
            hidden_layer_sizes=(128,),
            learning_rate_init=0.5,
            max_iter=passes,
            alpha=alpha,
            early_stopping=early_stopping,
            n_iter_no_change=10 if early_stopping else passes,
            random_state=seed,
        )
        network.fit(images, labels)
        score = network.score(validation_images, validation_labels)
        validation_scores_of_remedy.append(score)
        training_scores_of_remedy.append(network.score(images, labels))
        if score > best_score:
            best_score = score
            best_network = network
    training_score = np.mean(training_scores_of_remedy)
    score = np.mean(validation_scores_of_remedy)
    spread = np.std(validation_scores_of_remedy, ddof=1)
    line = f"training {training_score:.4f}   validation {score:.4f} +- {spread:.4f}"
    print(f"{remedy:14}   {line}", flush=True)

print(f"We have a score of {best_network.score(test_images, test_labels):.4f}")

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
matplotlib.rc("svg", hashsalt="07")  # The same numbers give the same file.

figure = Figure(figsize=(10, 5), layout="constrained")
axes = figure.subplots()
numbers = range(1, 101)
axes.fill_between(numbers, training_scores, validation_scores, color="#efe6da")
axes.plot(numbers, training_scores, color=cool, linewidth=3)
axes.plot(numbers, validation_scores, color=accent, linewidth=3)
axes.text(60, training_scores[-1] + 0.03, "the 1,000 training images", color=cool)
axes.text(60, validation_scores[-1] - 0.07, "images that it has never seen", color=accent)
axes.set(title="It memorises: the gap opens, and stays", xlabel="pass", ylabel="score")
axes.set(xlim=(0, 100), ylim=(0, 1.1))
drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)
figure.savefig(drawn / "overfitting.svg", metadata={"Date": None})
print("The picture is in drawn/overfitting.svg")
