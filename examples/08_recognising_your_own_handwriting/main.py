"""Recognising your own handwriting
================================

Draw a digit, and a network reads it. This script trains two, puts them into a page to draw on, and
opens the page in your browser. Or it takes the network that you have trained and kept:

    python main.py                   trains two networks, half a minute
    python main.py my_network.npz    takes yours: networks.py says how to keep one

One of the two learns from the digits as they are, the other from digits that are bent, narrowed,
thickened and faded at random. Notice that both read the test images about equally well, and which
of them reads you.

On MNIST it ends like this:

    pass 12: loss 0.0130, and 0.1722 on varied digits
    The network that saw plain digits has a score of 0.9811.
    We have a score of 0.9827
"""

import sys
import webbrowser

import numpy as np
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier

import bent_digits
import mnist
import networks

try:  # before the training: nobody should wait for half a minute to hear what is missing
    page = networks.read_page()
    own = networks.load(sys.argv[1]) if len(sys.argv) > 1 else None
    training_images, training_labels, test_images, test_labels = mnist.load()
    gallery = networks.gallery(test_images, test_labels)
    if own:
        networks.check_scaling(own, test_images, test_labels)
except networks.NetworkError as problem:
    sys.exit(str(problem))

if own:
    network = own
    kept = [networks.exactly("own", own, test_images, test_labels)]
else:
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
    for number in range(1, 13):
        if number > 8:  # larger mini-batches, steadier steps: the fine work at the end
            plain.set_params(batch_size=500)
            varied.set_params(batch_size=500)
        order = generator.permutation(len(training_images))
        images, labels = training_images[order] / np.float32(255), training_labels[order]
        plain.partial_fit(images, labels, classes=range(10))
        varied.partial_fit(bent_digits.vary(images, labels, generator), labels, classes=range(10))
        losses = f"loss {plain.loss_:.4f}, and {varied.loss_:.4f} on varied digits"
        print(f"pass {number:2}: {losses}", flush=True)
    network = varied
    test_images = test_images / np.float32(255)
    kept = [
        networks.in_brief("plain", 12, plain, test_images, test_labels),
        networks.in_brief("varied", 12, varied, test_images, test_labels),
    ]
    print(f"The network that saw plain digits has a score of {kept[0]['score']:.4f}.")
print(f"We have a score of {kept[-1]['score']:.4f}")

place = networks.PAGE.with_name("drawing_page_with_network.html")
about = {"training_images": len(training_images), "test_images": len(test_images)}
try:
    networks.write_page(place, page, {"networks": kept, "gallery": gallery, **about})
except networks.NetworkError as problem:
    sys.exit(str(problem))
print(f"Draw a digit in {place.name}. If no browser opens, open it yourself:")
print(place.as_uri())  # an address, because it is plain ASCII whatever the folder is called
webbrowser.open(place.as_uri())
