"""Training and testing the network
================================

A network with two hidden layers of 14 neurons learns from the training images. Then it reads the
test images, which it has never seen, and we count how often it is right.

Notice the loss in the lines that it prints: it measures how wrong the network still is, and it
falls with almost every pass over the training images. A ConvergenceWarning at the end only says
that the loss was still falling when the 100 passes were over.

On MNIST it ends with this line, after half a minute to two minutes:

    We have a score of 0.8795
"""

from sklearn.neural_network import MLPClassifier

import mnist

training_images, training_labels, test_images, test_labels = mnist.load()

network = MLPClassifier(
    solver="sgd",  # stochastic gradient descent: learn from a few images at a time
    activation="logistic",  # the sigmoid function
    hidden_layer_sizes=(14, 14),  # two hidden layers of 14 neurons each
    learning_rate="constant",
    learning_rate_init=0.01,  # the size of a learning step
    max_iter=100,  # passes over the training images, at most
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
