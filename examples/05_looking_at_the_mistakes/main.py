"""Looking at the mistakes
=======================

A score says how often a network is wrong. It does not say where, or why. This script trains a good
network in a few seconds and then looks at what it gets wrong.

Notice three things. Most mistakes are between digits that look alike. Some digits are so badly
written that nobody could be sure. And shown pure noise, which is no digit at all, the network often
says with confidence that it is one: it has never learned to say "I do not know".

On MNIST it takes ten seconds and draws three pictures. Among its lines are these:

    We have a score of 0.9776
    digit 0: 0.9878
    Of 1,000 images of noise, 926 are a digit with more than 0.9
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)  # pixels from 0 to 1
test_images = test_images / np.float32(255)

threadpool_limits(1)  # One processor core is enough for such small sums.
network = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(128,),
    learning_rate_init=0.5,
    random_state=np.random.RandomState(1),  # Each pass draws a new order of the images from it.
)
passes = 600_000 // len(training_images)  # 10 on MNIST, and as many steps on the smaller sample
for number in range(1, passes + 1):
    network.partial_fit(training_images, training_labels, classes=range(10))
    print(f"pass {number:2}: loss {network.loss_:.4f}")

probabilities = network.predict_proba(test_images)
guesses = probabilities.argmax(axis=1)
confidence = probabilities.max(axis=1)
print(f"We have a score of {np.mean(guesses == test_labels):.4f}")
for digit in range(10):
    print(f"digit {digit}: {np.mean(guesses[test_labels == digit] == digit):.4f}")

print("Each row is a true digit, each column a guess:")
print("  ", *(f"{guess:4}" for guess in range(10)))
matrix = confusion_matrix(test_labels, guesses, labels=range(10))
for digit, row in enumerate(matrix):
    print(f"{digit}:", *(f"{count:4}" for count in row))

wrong = np.flatnonzero(guesses != test_labels)
most_confident_first = np.argsort(-confidence[wrong])
worst = wrong[most_confident_first][:12]
for place in worst:
    story = f"{test_labels[place]}, read as {guesses[place]} ({confidence[place]:.3f})"
    print(f"test image {place}: {story}")

noise = np.random.default_rng(1).random((1000, 784), dtype=np.float32)
confidence_in_noise = network.predict_proba(noise).max(axis=1)
sure = np.sum(confidence_in_noise > 0.9)
print(f"Of 1,000 images of noise, {sure} are a digit with more than 0.9")

try:
    import matplotlib
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
except ImportError:
    print("For the pictures, run: pip install matplotlib")
    sys.exit()

# The workshop's colours: warm paper, dark text, and one accent.
paper, text, soft, accent, cool = "#faf8f4", "#24262b", "#666259", "#b4512f", "#2c6a99"
matplotlib.rc("figure", facecolor=paper)
matplotlib.rc("axes", facecolor=paper, edgecolor=soft, labelcolor=text)
matplotlib.rc("text", color=text)
matplotlib.rc("font", size=14)
ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", [paper, text])
accent_on_paper = LinearSegmentedColormap.from_list("accent on paper", [paper, accent])
cool_and_warm = LinearSegmentedColormap.from_list("cool and warm", [cool, paper, accent])
drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)

figure = Figure(figsize=(7, 7), layout="constrained")
axes = figure.subplots()
axes.set(title="Which digit is taken for which", xlabel="guess", ylabel="true digit")
axes.set(xticks=range(10), yticks=range(10))
mistakes = matrix - np.diag(np.diag(matrix))  # without the right answers, which are on the diagonal
axes.imshow(mistakes, cmap=accent_on_paper, vmax=1.4 * mistakes.max())
for true_digit, guess in np.argwhere(mistakes):
    count = mistakes[true_digit, guess]
    axes.text(guess, true_digit, count, ha="center", va="center")
figure.savefig(drawn / "confusion_matrix.png")

figure = Figure(figsize=(10, 4.8), layout="constrained")
figure.suptitle("The most confident mistakes: what was written, what was read")
for axes, place in zip(figure.subplots(2, 6).flat, worst):
    axes.imshow(test_images[place].reshape(28, 28), cmap=ink_on_paper)
    axes.set(title=f"{test_labels[place]}, read as {guesses[place]}", xticks=[], yticks=[])
figure.savefig(drawn / "worst_mistakes.png")

figure = Figure(figsize=(10, 5.6), layout="constrained")
figure.suptitle("What 32 hidden neurons look for: ink on red, no ink on blue")
for axes, weights in zip(figure.subplots(4, 8).flat, network.coefs_[0].T):
    strongest = abs(weights).max()
    image = weights.reshape(28, 28)
    axes.imshow(image, cmap=cool_and_warm, vmin=-strongest, vmax=strongest)
    axes.set(xticks=[], yticks=[])
figure.savefig(drawn / "hidden_neurons.png")
print("The pictures are in drawn: confusion_matrix.png, worst_mistakes.png, hidden_neurons.png")
