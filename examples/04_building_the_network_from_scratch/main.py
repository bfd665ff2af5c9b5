"""Building the network from scratch
=================================

A whole neural network in NumPy alone: forward pass, backpropagation, stochastic gradient descent.
The network is in the functions. After them come two checks that they are right.

Notice how short backward() is. It goes through the layers from the last to the first, and needs
four lines for each. All of "deep learning" is built on these lines.

On MNIST it takes about fifteen seconds and ends like this:

    largest difference from the numerical gradient: 4e-11
    largest difference from scikit-learn: 1e-15
    We have a score of 0.9666
"""

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist


def new_network(sizes, generator):
    """Return random weights, smaller where more of them add up, and biases of zero."""
    weights = [generator.normal(size=shape) / np.sqrt(shape[0]) for shape in zip(sizes, sizes[1:])]
    biases = [np.zeros(size) for size in sizes[1:]]
    return weights, biases


def sigmoid(sums):
    """Squeeze numbers to between 0 and 1, as 1 / (1 + exp(-sums)), but without its overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * sums)


def softmax(sums):
    """Turn the sums of each image into probabilities, which are positive and add up to 1."""
    # The largest sum becomes 0, so that no power is too large. The quotients stay the same.
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def forward(images, weights, biases):
    """Return the values of all layers: the images, the hidden layers, ten probabilities."""
    values = [images]
    for weight, bias in zip(weights[:-1], biases[:-1]):
        values.append(sigmoid(values[-1] @ weight + bias))
    values.append(softmax(values[-1] @ weights[-1] + biases[-1]))
    return values


def log_loss(images, targets, weights, biases):
    """Return how wrong the network is: 0 if it gives every right digit a probability of 1."""
    probabilities = forward(images, weights, biases)[-1]
    return -np.mean(np.log(probabilities[targets == 1]))


def backward(values, targets, weights):
    """Return the slope of the loss for all weights, then all biases, by the chain rule."""
    weight_gradients, bias_gradients = [], []
    # Blame is how fast the loss grows with a neuron's sum. At the outputs it is simply what the
    # network says minus what is true, because softmax and log-loss go together so well.
    blame = (values[-1] - targets) / len(targets)
    for layer in reversed(range(len(weights))):
        weight_gradients.insert(0, values[layer].T @ blame)
        bias_gradients.insert(0, blame.sum(axis=0))
        if layer > 0:  # Back through the weights, then through the sigmoid, by its slope.
            blame = blame @ weights[layer].T
            blame = blame * values[layer] * (1 - values[layer])
    return weight_gradients + bias_gradients


def train_one_epoch(images, targets, weights, biases, learning_rate):
    """Take one step downhill after each mini-batch of 100 images. This changes both lists."""
    for start in range(0, len(images), 100):
        values = forward(images[start : start + 100], weights, biases)
        gradients = backward(values, targets[start : start + 100], weights)
        for parameter, gradient in zip(weights + biases, gradients):
            parameter -= learning_rate * gradient


threadpool_limits(1)  # One processor core is enough for such small sums.
training_images, training_labels, test_images, test_labels = mnist.load()
training_images, test_images = training_images / 255, test_images / 255  # pixels from 0 to 1
targets = np.eye(10)[training_labels]  # The label 3 becomes 0 0 0 1 0 0 0 0 0 0.
generator = np.random.default_rng(1)

# First check: nudge each weight and bias of a small network up and down. Does the loss change as
# backward() says?
images, truth = training_images[:8], targets[:8]
weights, biases = new_network((784, 6, 5, 10), generator)
gradients = backward(forward(images, weights, biases), truth, weights)
differences = []
for parameter, gradient in zip(weights + biases, gradients):
    for place in np.ndindex(parameter.shape):
        parameter[place] += 1e-5
        loss_above = log_loss(images, truth, weights, biases)
        parameter[place] -= 2e-5
        loss_below = log_loss(images, truth, weights, biases)
        parameter[place] += 1e-5
        differences.append(abs((loss_above - loss_below) / 2e-5 - gradient[place]))
print(f"largest difference from the numerical gradient: {max(differences):.0e}")

# Second check: take scikit-learn's weights after a first epoch. Then both train a second epoch, on
# the same mini-batches, without what our network does not have: momentum, L2 and shuffling.
classifier = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(64,),
    learning_rate_init=0.5,
    batch_size=100,
    momentum=0,
    alpha=0,
    shuffle=False,
    random_state=1,
)
classifier.partial_fit(training_images, training_labels, classes=range(10))
weights = [weight.copy() for weight in classifier.coefs_]
biases = [bias.copy() for bias in classifier.intercepts_]
classifier.partial_fit(training_images, training_labels)
train_one_epoch(training_images, targets, weights, biases, learning_rate=0.5)
pairs = zip(weights + biases, classifier.coefs_ + classifier.intercepts_)
print(f"largest difference from scikit-learn: {max(abs(a - b).max() for a, b in pairs):.0e}")

# Now it learns from nothing, in 10 epochs.
weights, biases = new_network((784, 64, 10), generator)
for epoch in range(1, 11):
    train_one_epoch(training_images, targets, weights, biases, learning_rate=0.5)
    print(f"epoch {epoch:2}: loss {log_loss(training_images, targets, weights, biases):.4f}")

predicted_labels = forward(test_images, weights, biases)[-1].argmax(axis=1)
print(f"We have a score of {np.mean(predicted_labels == test_labels):.4f}")
