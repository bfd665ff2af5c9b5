"""Looking at the mistakes
=======================

A score says how often a network is wrong. It does not say where, or why. This script trains a good
network in a few seconds and then looks at what it gets wrong.

Notice three things. Most mistakes are between digits that look alike. Some are so badly written
that nobody could be sure. And of pure noise, which is no digit at all, the network says with
confidence that it is one: it has never learnt to say "I do not know".

On MNIST it takes ten seconds, and saves three pictures. Among its lines are these:

    We have a score of 0.9776
    digit 0: 0.9878
    Of 1,000 images of noise, 926 are a digit with more than 0.9
"""

from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier

import mnist

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)  # pixels from 0 to 1
test_images = test_images / np.float32(255)

network = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(128,),
    learning_rate_init=0.5,
    random_state=np.random.RandomState(1),  # Each pass draws a new order of the images from it.
)
for epoch in range(1, 11):
    network.partial_fit(training_images, training_labels, classes=range(10))
    print(f"pass {epoch:2}: loss {network.loss_:.4f}")

probabilities = network.predict_proba(test_images)
guesses, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
print(f"We have a score of {np.mean(guesses == test_labels):.4f}")
for digit in range(10):
    print(f"digit {digit}: {np.mean(guesses[test_labels == digit] == digit):.4f}")

print("Each row is a true digit, each column a guess:")
print("  ", *(f"{guess:4}" for guess in range(10)))
matrix = confusion_matrix(test_labels, guesses, labels=range(10))
for digit, row in enumerate(matrix):
    print(f"{digit}:", *(f"{count:4}" for count in row))

wrong = np.flatnonzero(guesses != test_labels)
wrong = wrong[np.argsort(-confidence[wrong])][:12]  # the most confident mistakes
stories = [f"{test_labels[n]}, read as {guesses[n]} ({confidence[n]:.3f})" for n in wrong]
for place, story in zip(wrong, stories):
    print(f"test image {place}: {story}")

noise = np.random.default_rng(1).random((1000, 784), dtype="float32")
sure = np.sum(network.predict_proba(noise).max(axis=1) > 0.9)
print(f"Of 1,000 images of noise, {sure} are a digit with more than 0.9")

try:
    from matplotlib.figure import Figure
except ImportError:
    print("For the pictures, run: pip install matplotlib")
    raise SystemExit from None

figure = Figure(figsize=(5, 5), layout="constrained")
axes = figure.subplots()
axes.set(title="Which digit is taken for which", xlabel="guess", ylabel="true digit")
axes.set(xticks=range(10), yticks=range(10))
mistakes = matrix - np.diag(np.diag(matrix))
axes.imshow(mistakes, cmap="Oranges", vmax=1.5 * mistakes.max())
for true_digit, guess in np.argwhere(mistakes):
    axes.text(guess, true_digit, mistakes[true_digit, guess], ha="center", va="center")
figure.savefig(Path(__file__).with_name("confusion_matrix.png"))

figure = Figure(figsize=(9, 4), layout="constrained")
figure.suptitle("The most confidently wrong: what was written, what was read")
for axes, place, story in zip(figure.subplots(2, 6).flat, wrong, stories):
    axes.imshow(test_images[place].reshape(28, 28), cmap="gray_r")
    axes.set(title=story.replace(" (", "\n("), xticks=[], yticks=[])
figure.savefig(Path(__file__).with_name("worst_mistakes.png"))

figure = Figure(figsize=(8, 4.5), layout="constrained")
figure.suptitle("What 32 hidden neurons look for: they like ink on red, and dislike it on blue")
for axes, weights in zip(figure.subplots(4, 8).flat, network.coefs_[0].T):
    strongest = abs(weights).max()
    axes.imshow(weights.reshape(28, 28), cmap="bwr", vmin=-strongest, vmax=strongest)
    axes.set(xticks=[], yticks=[])
figure.savefig(Path(__file__).with_name("hidden_neurons.png"))
print("The pictures are in confusion_matrix.png, worst_mistakes.png and hidden_neurons.png")
