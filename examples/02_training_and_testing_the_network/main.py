"""Training and testing the network
================================

A network with two hidden layers of 14 neurons learns from the training images. Then it reads the
test images, which it has never seen, and we count how often it is right.

Notice the loss in the lines that it prints: it measures how wrong the network still is, and it
falls with almost every pass over the training images. A ConvergenceWarning at the end only says
that the loss was still falling when the last pass was over.

On MNIST it ends with a line like this one, after half a minute to a minute:

    We have a score of 0.8795

Your score may differ: anything from 0.84 to 0.90 is normal. This network depends on luck. Where
it starts (random_state) moves its score, and so does the processor, because each adds up the same
numbers in an order of its own and rounds a little differently. The networks of later steps are
steadier.
"""

from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist

training_images, training_labels, test_images, test_labels = mnist.load()

# One processor core does such small sums alone. Two would mostly wait for each other.
threadpool_limits(1)

# Six million images in all: 100 passes over MNIST, or 476 over the smaller sample.
passes = 6_000_000 // len(training_images)

network = MLPClassifier(
    solver="sgd",  # stochastic gradient descent: learn from a few images at a time
    activation="logistic",  # the sigmoid function
    hidden_layer_sizes=(14, 14),  # two hidden layers of 14 neurons each
    learning_rate="constant",
    learning_rate_init=0.01,  # the size of a learning step
    max_iter=passes,  # how often to go through the training images
    n_iter_no_change=passes,  # do not stop sooner, even if the loss no longer falls
    random_state=3,  # where to start: the same number gives the same network again
    verbose=True,  # one line for each pass
)
network.fit(training_images, training_labels)

predicted_labels = network.predict(test_images)

correct = 0
for predicted_label, true_label in zip(predicted_labels, test_labels):
    if predicted_label == true_label:
        correct += 1

score = correct / len(test_labels)
print(f"We have a score of {score:.4f}")
