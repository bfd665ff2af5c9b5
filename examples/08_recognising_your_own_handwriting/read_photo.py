"""Reading digits from photos
==========================

Write a digit on paper, one to a photo, photograph it, and let a network read it:

    python read_photo.py photo.png
    python read_photo.py one.jpg two.jpg three.jpg

It trains the network of main.py first, once for all pictures, and prints a line for each of them:
the digit and its probability, or the reason why there is none. For a single picture it also shows
what the network saw, and all ten probabilities.

Notice how much has to be done before the network sees anything. The network has never seen paper,
shadows or a ballpoint: photo.py finds the ink, preparation.py brings it into MNIST's form.
"""

import sys

import numpy as np
from sklearn.neural_network import MLPClassifier

import mnist

try:
    import photo
except ModuleNotFoundError:
    sys.exit("To open pictures, install Pillow: python -m pip install pillow")
import preparation

file_names = sys.argv[1:]
if not file_names:
    sys.exit("Give the names of one or more pictures: python read_photo.py photo.png")

# A name may have letters in it that the terminal does not know: they become \xfc and the like.
sys.stdout.reconfigure(errors="backslashreplace")

digits, problems = {}, {}
for file_name in file_names:
    try:
        digits[file_name] = preparation.prepare(photo.read_ink(file_name))
    except photo.PhotoError as problem:
        problems[file_name] = problem

if digits:  # nobody should wait for a training that reads nothing
    training_images, training_labels, _, _ = mnist.load()
    training_images = training_images / np.float32(255)
    network = MLPClassifier(
        hidden_layer_sizes=(128,),
        activation="logistic",
        solver="sgd",
        learning_rate_init=0.5,
        random_state=np.random.RandomState(1),
    )
    passes = 720_000 // len(training_images)  # 12 on MNIST, more on the small sample
    for number in range(1, passes + 1):
        network.partial_fit(training_images, training_labels, classes=np.arange(10))
        print(f"pass {number:2}: loss {network.loss_:.4f}", flush=True)

if len(file_names) == 1 and digits:
    (pixels,) = digits.values()
    print("\nThis is what the network sees:\n")
    for row in pixels.reshape(28, 28):  # each pixel twice, because letters are narrow
        print("".join(2 * " .:-=+*#%@"[level // 26] for level in row).rstrip())
    for digit, probability in enumerate(network.predict_proba(pixels[None] / 255)[0]):
        print(f"{digit} {probability:7.1%} {'#' * round(40 * probability)}".rstrip())

for file_name in file_names:
    if file_name in problems:
        print(f"{file_name}: {problems[file_name]}")
    else:
        probabilities = network.predict_proba(digits[file_name][None] / 255)[0]
        print(f"{file_name}: {probabilities.argmax()} ({probabilities.max():.2f})")
if problems:
    sys.exit(1)
