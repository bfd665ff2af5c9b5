"""Downloading the MNIST database
==============================

Before a network can learn, it needs examples: here, 70,000 small pictures of handwritten digits.

Notice that a picture is nothing but numbers: 28 rows of 28 pixels, 784 in all, each from 0 (paper)
to 255 (ink). Beside each picture stands its label, the digit that somebody meant to write.

On MNIST it ends like this, a second after the download of 11 MB:

    We have successfully loaded the MNIST data!
    Training images: (60000, 784)
    Training labels: (60000,)
    Test images:     (10000, 784)
    Test labels:     (10000,)
    Here is training image 0. Its label is 5.
"""

from pathlib import Path

import numpy as np

import mnist

# Nothing is fetched twice: files that are already here are only checked.
mnist.download()
training_images, training_labels, test_images, test_labels = mnist.load()

print("We have successfully loaded the MNIST data!")
print(f"Training images: {training_images.shape}")
print(f"Training labels: {training_labels.shape}")
print(f"Test images:     {test_images.shape}")
print(f"Test labels:     {test_labels.shape}")

print(f"Here is training image 0. Its label is {training_labels[0]}.")
for row in training_images[0].reshape(28, 28):
    # One of five characters for each pixel, from paper to ink. Two of them side by side make
    # a pixel about as wide as it is high.
    print("".join(2 * " .:*#"[pixel // 52] for pixel in row).rstrip())

try:
    from matplotlib.image import imsave
except ImportError:
    print("For the picture, run: pip install matplotlib")
    raise SystemExit from None

# Five images of each digit, side by side and one above the other.
columns = [training_images[training_labels == digit][:5].reshape(-1, 28) for digit in range(10)]
picture = Path(__file__).with_name("fifty_digits.png")
imsave(picture, np.kron(np.hstack(columns), np.ones((2, 2))), cmap="gray_r")
print(f"More digits are in {picture.name}")
