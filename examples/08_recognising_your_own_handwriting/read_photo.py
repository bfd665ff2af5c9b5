"""Reading digits from photos
==========================

Write a digit on paper, photograph it, and let a network read it:

    python read_photo.py photo.png
    python read_photo.py one.jpg two.jpg three.jpg
    python read_photo.py my_network.npz photo.png

It trains the better network of main.py first, once for all pictures, or takes yours from a file.
For each picture it prints a line: the digit and its probability, or the reason why there is none.
For a single picture it also shows what the network saw, and all ten probabilities.

Notice how much has to be done before the network sees anything. It has never met paper, shadows or
a ballpoint: photo.py finds the ink, and preparation.py brings it into MNIST's form.
"""

import sys

import numpy as np
from sklearn.neural_network import MLPClassifier

import bent_digits
import mnist
import own_network

try:
    import photo
except ModuleNotFoundError:
    sys.exit("To open pictures, install Pillow: python -m pip install pillow")
import preparation

file_names = [name for name in sys.argv[1:] if not name.endswith(".npz")]
network_files = [name for name in sys.argv[1:] if name.endswith(".npz")]
if not file_names or len(network_files) > 1:
    sys.exit("Give the names of one or more pictures: python read_photo.py photo.png")
try:
    network = own_network.load(network_files[0]) if network_files else None
except own_network.NetworkFileError as problem:
    sys.exit(str(problem))
# A name may have letters in it that the terminal does not know: they become \xfc and the like.
sys.stdout.reconfigure(errors="backslashreplace")

digits, problems = {}, {}
for file_name in file_names:
    try:
        inks = photo.read_digits(file_name)
        digits[file_name] = np.array([preparation.prepare(ink) for ink in inks]) / np.float32(255)
    except photo.PhotoError as problem:
        problems[file_name] = problem

if digits and not network:  # nobody should wait for a training that reads nothing
    training_images, training_labels, _, _ = mnist.load()
    training_images = training_images / np.float32(255)
    network = MLPClassifier(
        hidden_layer_sizes=(128,),
        activation="logistic",
        solver="sgd",
        learning_rate_init=0.3,
        batch_size=100,
        random_state=1,
    )
    generator = np.random.default_rng(1)
    passes = 720_000 // len(training_images)  # 12 on MNIST, more on the small sample
    for number in range(1, passes + 1):
        if number > 0.7 * passes:  # larger mini-batches, steadier steps: the fine work at the end
            network.set_params(batch_size=500)
        order = generator.permutation(len(training_images))
        images = bent_digits.vary(training_images[order], training_labels[order], generator)
        network.partial_fit(images, training_labels[order], classes=range(10))
        print(f"pass {number:2}: loss {network.loss_:.4f}", flush=True)

if len(file_names) == 1 and digits:
    for pixels in digits[file_names[0]]:
        print("\nThis is what the network sees:\n")
        for row in pixels.reshape(28, 28):  # each pixel twice, because letters are narrow
            print("".join(2 * " .:-=+*#%@"[int(level * 9.8)] for level in row).rstrip())
        for digit, probability in enumerate(network.predict_proba(pixels[None])[0]):
            print(f"{digit} {probability:7.1%} {'#' * round(40 * probability)}".rstrip())

for file_name in file_names:
    if file_name in problems:
        print(f"{file_name}: {problems[file_name]}")
        continue
    several = f" ({len(digits[file_name])} digits)" if len(digits[file_name]) > 1 else ""
    readings = [
        f"{probabilities.argmax()} ({probabilities.max():.2f})"
        for probabilities in network.predict_proba(digits[file_name])
    ]
    print(f"{file_name}: {', '.join(readings)}{several}")
if problems:
    sys.exit(1)
