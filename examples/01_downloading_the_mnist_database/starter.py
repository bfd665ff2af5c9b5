"""My own script. It grows through the workshop, a few lines in each step."""

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist

# One processor core does such small sums alone. Two would mostly wait for each other.
threadpool_limits(1)

training_images, training_labels, test_images, test_labels = mnist.load()


def draw(picture):
    """Draw 784 numbers as 28 rows of letters, from a blank for the lowest to # for the highest."""
    ink = picture - picture.min()
    ink = ink / ink.max()
    for row in ink.reshape(28, 28):
        # A letter is twice as high as it is wide, so each is printed twice.
        print("".join(2 * " .:*#"[round(4 * pixel)] for pixel in row))
