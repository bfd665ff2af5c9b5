"""Downloading the MNIST database
==============================

Before a network can learn, it needs examples: here, 70,000 small pictures of handwritten digits.

Notice that a picture is nothing but numbers: 28 rows of 28 pixels, 784 in all, each from 0 (paper)
to 255 (ink). Beside each picture stands its label, the digit that somebody meant to write.

On MNIST it ends like this, a second or two after the download of 11 MB:

    We have successfully loaded the MNIST data!
    Training images: (60000, 784)
    Training labels: (60000,)
    Test images:     (10000, 784)
    Test labels:     (10000,)
    Here is training image 0. Its label is 5.
"""

import sys

import mnist
from pictures import draw_fifty_digits

try:
    # Nothing is fetched twice: files that are already here are only checked.
    mnist.download()
    training_images, training_labels, test_images, test_labels = mnist.load()
except OSError as error:
    # The error says what happened and what to do. That sentence is enough.
    sys.exit(str(error))
except KeyboardInterrupt:
    sys.exit("Stopped. Complete files were kept: run this again to go on.")

print("We have successfully loaded the MNIST data!")
print(f"Training images: {training_images.shape}")
print(f"Training labels: {training_labels.shape}")
print(f"Test images:     {test_images.shape}")
print(f"Test labels:     {test_labels.shape}")

print(f"Here is training image 0. Its label is {training_labels[0]}.")
characters = " .:*#"  # from paper to ink: five for 256 grey levels, so about 52 levels each
for row in training_images[0].reshape(28, 28):
    line = ""
    for pixel in row:
        character = characters[pixel // 52]
        # Two characters side by side are about as wide as they are high.
        line += character + character
    print(line.rstrip())

draw_fifty_digits(training_images, training_labels)
