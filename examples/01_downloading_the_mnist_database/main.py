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
from pathlib import Path

import numpy as np

import mnist

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
characters = " .:*#"  # from paper to ink
for row in training_images[0].reshape(28, 28):
    line = ""
    for pixel in row:
        character = characters[pixel // 52]
        # Two characters side by side are about as wide as they are high.
        line += character + character
    print(line.rstrip())

try:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.image import imsave
except ImportError:
    print("For the picture, run: pip install matplotlib")
    sys.exit()

# Each digit is a column of five images, one above the other. The ten columns stand side by side.
columns = []
for digit in range(10):
    five_images = training_images[training_labels == digit][:5]
    columns.append(five_images.reshape(5 * 28, 28))
picture = np.hstack(columns)
picture = picture.repeat(3, axis=0).repeat(3, axis=1)  # each pixel becomes three by three

drawn = Path(__file__).with_name("drawn")
drawn.mkdir(exist_ok=True)
ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", ["#faf8f4", "#1d2a44"])
imsave(drawn / "fifty_digits.png", picture, cmap=ink_on_paper)
print("The picture is in drawn/fifty_digits.png")
