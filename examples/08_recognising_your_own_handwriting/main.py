"""Recognising your own handwriting
================================

Draw a digit, and a network reads it. This script trains two, puts them into a page to draw on, and
opens the page in your browser. Or it takes the network that you have trained and kept:

    python main.py                   trains two networks, about a minute
    python main.py my_network.npz    takes yours

One of the two learns from the digits as they are, the other from digits that are bent, narrowed,
thickened, faded and written in other ways at random. Notice that both read the test images about
equally well, and which of them reads you. (machinery/ has what files, pages and photographs need.)

On MNIST it ends like this:

    pass 24: loss 0.0040, and 0.1884 on varied digits
    The network that saw plain digits has a score of 0.9821.
    We have a score of 0.9842
"""

import sys
import webbrowser

import numpy as np
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier

import mnist
from machinery import bent_digits, drawing_page, networks


def train_two_networks(images, labels):
    """Return a network that has learned from the images, and one from varied copies of them."""
    plain = MLPClassifier(
        hidden_layer_sizes=(128,),
        activation="logistic",
        solver="sgd",
        learning_rate_init=0.3,
        batch_size=100,
        shuffle=False,  # done below, so that both networks see the digits in the same order
        random_state=1,
    )
    varied = clone(plain)
    generator = np.random.default_rng(1)
    # Larger mini-batches make steadier steps: the fine work comes at the end.
    for number, batch_size in enumerate([100] * 14 + [400] * 5 + [2000] * 5, 1):
        batch_size = min(batch_size, len(images))
        plain.set_params(batch_size=batch_size)
        varied.set_params(batch_size=batch_size)
        order = generator.permutation(len(images))
        digits, meant = images[order] / np.float32(255), labels[order]
        plain.partial_fit(digits, meant, classes=range(10))
        varied.partial_fit(bent_digits.vary(digits, meant, generator), meant, classes=range(10))
        losses = f"loss {plain.loss_:.4f}, and {varied.loss_:.4f} on varied digits"
        print(f"pass {number:2}: {losses}", flush=True)
    return plain, varied


try:
    page = drawing_page.read()  # before the training, for which nobody should wait in vain
    training_images, training_labels, test_images, test_labels = mnist.load()
    gallery = drawing_page.gallery(test_images, test_labels)
    if len(sys.argv) > 1:
        network = networks.load(sys.argv[1])
        networks.check_scaling(network, test_images, test_labels, sys.argv[1])
        entries = [drawing_page.full_entry("own", network, test_images, test_labels)]
    else:
        plain, network = train_two_networks(training_images, training_labels)
        test_images = test_images / np.float32(255)
        entries = [
            drawing_page.short_entry("plain", plain, test_images, test_labels),
            drawing_page.short_entry("varied", network, test_images, test_labels),
        ]
        print(f"The network that saw plain digits has a score of {entries[0]['score']:.4f}.")
    print(f"We have a score of {entries[-1]['score']:.4f}")
    counts = {"training_images": len(training_images), "test_images": len(test_images)}
    place = drawing_page.PAGE.with_name("drawing_page_with_network.html")
    drawing_page.write(place, page, {"networks": entries, "gallery": gallery, **counts})
except networks.NetworkError as problem:
    sys.exit(str(problem))
print(f"Draw a digit in {place.name}. If no browser opens, open it yourself:")
print(place.as_uri())  # an address, because it is plain ASCII whatever the folder is called
webbrowser.open(place.as_uri())
