"""Preventing overfitting
======================

A network with many weights and few examples learns the examples by heart: it overfits. This one
has 101,770 weights and biases, and only 1,000 training images.

Notice how the two scores drift apart: soon it reads every training image, and no more test images
than before. Then three remedies are tried, each with three random starts: L2, which makes large
weights expensive; early stopping; and more data. The remedies that close the gap are not the ones
that raise the test score. Only more data does both.

On MNIST it takes about fifteen seconds. Its table looks like this:

    nothing          training 1.0000   test 0.8906 +- 0.0011
    L2, alpha 1      training 0.9563   test 0.8693 +- 0.0073
    early stopping   training 0.9710   test 0.8798 +- 0.0032
    10,000 images    training 0.9997   test 0.9559 +- 0.0016
"""

import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import mnist

# It would only say that the 100 passes which we have chosen are over.
warnings.filterwarnings("ignore", category=ConvergenceWarning)

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images.astype("float32") / 255
test_images = test_images.astype("float32") / 255

# Mixed, because the sample has its images in groups of nine that are almost alike.
order = np.random.default_rng(1).permutation(len(training_images))
training_images, training_labels = training_images[order], training_labels[order]
few_images, few_labels = training_images[:1000], training_labels[:1000]

settings = {"solver": "sgd", "activation": "logistic", "hidden_layer_sizes": (128,)}
settings |= {"learning_rate_init": 0.5, "max_iter": 100, "n_iter_no_change": 100}

training_scores, test_scores = [], []
network = MLPClassifier(**settings, random_state=np.random.RandomState(1))
for epoch in range(1, 101):
    network.partial_fit(few_images, few_labels, classes=range(10))
    training_scores.append(network.score(few_images, few_labels))
    test_scores.append(network.score(test_images, test_labels))
    if epoch in (1, 2, 5, 10, 20, 50, 100):
        print(f"pass {epoch:3}: training {training_scores[-1]:.4f}   test {test_scores[-1]:.4f}")

remedies = {
    "nothing": (1000, {}),
    # scikit-learn divides alpha by the size of the mini-batch, 200: what counts is 0.005.
    "L2, alpha 1": (1000, {"alpha": 1.0}),
    # A tenth of the images is kept aside. When their score has not risen for ten passes, it stops.
    "early stopping": (1000, {"early_stopping": True, "n_iter_no_change": 10}),
    "10,000 images": (10000, {"max_iter": 20}),
}
for remedy, (count, changes) in remedies.items():
    images, labels = training_images[:count], training_labels[:count]
    results = []
    for seed in (1, 2, 3):
        network = MLPClassifier(**settings | changes, random_state=seed).fit(images, labels)
        results.append((network.score(images, labels), network.score(test_images, test_labels)))
    training_score, test_score = np.mean(results, axis=0)
    spread = np.std(results, axis=0)[1]
    print(f"{remedy:14}   training {training_score:.4f}   test {test_score:.4f} +- {spread:.4f}")

try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError:
    print("For the picture, run: pip install matplotlib")
    raise SystemExit from None

matplotlib.rcParams["svg.hashsalt"] = "07"  # The same picture in every run, byte for byte.
figure = Figure(figsize=(7, 4), layout="constrained")
axes = figure.subplots()
axes.plot(range(1, 101), training_scores, label="1,000 training images")
axes.plot(range(1, 101), test_scores, label="test images")
axes.fill_between(range(1, 101), training_scores, test_scores, color="0.9")
axes.set(title="Learning by heart: the gap opens, and stays", xlabel="pass", ylabel="score")
axes.set(ylim=(0.5, 1.02))
axes.legend(loc="lower right")
picture = Path(__file__).with_name("overfitting.svg")
figure.savefig(picture, metadata={"Date": None})
print(f"The picture is in {picture.name}")
