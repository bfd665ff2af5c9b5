"""Training and testing the network
================================

A first network: two hidden layers of 14 neurons each, with the sigmoid function. It learns by
stochastic gradient descent with a constant learning rate of 0.01, looks at all training images 100
times, and gets the pixels as they are, from 0 to 255.

Notice that three lines do the work: fit, predict, and count.

On MNIST it takes half a minute on an idle computer, and prints this. The score differs from
computer to computer:

    Learning: 100 times through 60,000 images ...
    We have a score of 0.8795
"""

from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist
from pictures import draw_what_it_says

training_images, training_labels, test_images, test_labels = mnist.load()

# One processor core does such small sums alone. Two would mostly wait for each other.
threadpool_limits(1)

network = MLPClassifier(
    solver="sgd",  # stochastic gradient descent: learn from a few images at a time
    activation="logistic",  # the sigmoid function
    hidden_layer_sizes=(14, 14),  # two hidden layers of 14 neurons each
    learning_rate="constant",
    learning_rate_init=0.01,  # the size of a learning step
    max_iter=100,  # how often to go through the training images
    n_iter_no_change=100,  # do not stop sooner, even if the loss hardly falls
    random_state=3,  # where to start: the same number gives the same random numbers
)
print(f"Learning: 100 times through {len(training_images):,} images ...", flush=True)
network.fit(training_images, training_labels)

predicted_labels = network.predict(test_images)

correct = 0
for predicted_label, true_label in zip(predicted_labels, test_labels):
    if predicted_label == true_label:
        correct += 1

draw_what_it_says(network, test_images, test_labels)

score = correct / len(test_labels)
print(f"We have a score of {score:.4f}")
