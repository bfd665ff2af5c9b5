"""Looking at the mistakes
=======================

A score says how often a network is wrong. It does not say where. This script trains a good network
in a few seconds and then looks at what it gets wrong.

Notice three things. Some digits are mixed up much more often than others. Some of the worst
mistakes are hard to read for people, too. And shown pure noise, which is no digit at all, the
network often says with confidence that it is one.

On MNIST it takes ten seconds and draws three pictures. Among its lines are these:

    We have a score of 0.9776
    digit 0: 0.9878
    Of 1,000 images of noise, 926 are a digit with more than 0.9
"""

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist
import pictures

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
for number in range(1, 11):
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
for index in worst:
    story = f"{test_labels[index]}, read as {guesses[index]} ({confidence[index]:.3f})"
    print(f"test image {index}: {story}")

noise = np.random.default_rng(1).random((1000, 784), dtype=np.float32)
confidence_in_noise = network.predict_proba(noise).max(axis=1)
sure = np.sum(confidence_in_noise > 0.9)
print(f"Of 1,000 images of noise, {sure} are a digit with more than 0.9")

pictures.draw(matrix, test_images[worst], test_labels[worst], guesses[worst], network.coefs_[0])
