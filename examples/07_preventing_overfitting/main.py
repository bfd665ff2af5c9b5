"""Preventing overfitting
======================

A network with many weights and few examples memorises the examples: it overfits. This one has
101,770 weights and biases, and only 1,000 training images.

Notice how the two scores drift apart: soon it reads every training image, but hardly more of the
validation images, from which it does not learn. Then remedies are tried, each with three random
starts: L2, which makes large weights expensive; early stopping; and more data. See which of them
close the gap between the two scores, and which raise the second one. After +- comes the standard
deviation: how far the three starts typically lie from their mean.

The validation images decide, and only the network that does best on them reads the test images,
once. On MNIST it takes about 15 seconds. Its table looks like this:

    nothing          training 1.0000   validation 0.8757 +- 0.0015
    L2               training 0.9457   validation 0.8481 +- 0.0179
    early stopping   training 0.9473   validation 0.8518 +- 0.0098
    10,000 images    training 0.9753   validation 0.9456 +- 0.0008
    We have a score of 0.9436
"""

import warnings

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist
import pictures

# It would only say that the passes which we have chosen are over.
warnings.filterwarnings("ignore", category=ConvergenceWarning)
threadpool_limits(1)  # One processor core is enough for such small sums.

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)
test_images = test_images / np.float32(255)
# 10,000 validation images, or a fifth of the smaller sample.
count = min(10_000, len(training_images) // 5)
validation_images, validation_labels = training_images[-count:], training_labels[-count:]
many_images, many_labels = training_images[:10_000], training_labels[:10_000]
# Every tenth of these. In the sample, where nine neighbours are one digit, moved a little, all of
# them are different digits.
few_images, few_labels = many_images[::10], many_labels[::10]

network = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(128,),
    learning_rate_init=0.5,
    max_iter=60,  # 60 passes are 300 steps: five mini-batches of 200 images in each pass
    n_iter_no_change=60,
    random_state=np.random.RandomState(1),  # Each pass draws a new order of images from it.
)
scores = []
for number in range(1, 61):
    network.partial_fit(few_images, few_labels, classes=range(10))
    training_score = network.score(few_images, few_labels)
    validation_score = network.score(validation_images, validation_labels)
    scores.append((training_score, validation_score))
    if number in (1, 2, 5, 10, 20, 40, 60):
        line = f"training {training_score:.4f}   validation {validation_score:.4f}"
        print(f"pass {number:3}: {line}", flush=True)
pictures.draw(scores)

remedies = {
    "nothing": {},
    "L2": {"alpha": 1.0},  # the price of large weights: without this remedy, it is 0.0001
    # Keep a tenth of the images aside. When the score on these has not risen for ten passes, stop,
    # and take back the weights that were best.
    "early stopping": {"early_stopping": True, "n_iter_no_change": 10},
    "10,000 images": {"max_iter": 6},  # 300 steps, as before
}
best_score = 0
for remedy, settings in remedies.items():
    is_more = remedy == "10,000 images"
    images, labels = (many_images, many_labels) if is_more else (few_images, few_labels)
    scores = []
    for seed in range(1, 4):
        candidate = clone(network).set_params(random_state=seed, **settings).fit(images, labels)
        training_score = candidate.score(images, labels)
        validation_score = candidate.score(validation_images, validation_labels)
        scores.append((training_score, validation_score))
        if validation_score > best_score:
            best_score, best_network = validation_score, candidate
    training_score, validation_score = np.mean(scores, axis=0)
    spread = np.std(scores, axis=0, ddof=1)[1]
    line = f"training {training_score:.4f}   validation {validation_score:.4f} +- {spread:.4f}"
    print(f"{remedy:14}   {line}", flush=True)

print(f"We have a score of {best_network.score(test_images, test_labels):.4f}")
