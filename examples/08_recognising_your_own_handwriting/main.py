"""Recognising your own handwriting
================================

Draw a digit, and a network reads it: this script trains two, puts them into a page to draw on, and
opens the page in your browser. Or it takes the network that you have trained and kept yourself:

    python main.py                   trains two networks, half a minute
    python main.py my_network.npz    takes your own: own_network.py says how to keep one

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
from pathlib import Path

import numpy as np
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier

import bent_digits
import drawing_page
import mnist
import own_network

try:  # before the training: nobody should wait for half a minute to hear what is missing
    template = drawing_page.read_template()
    own = own_network.load(sys.argv[1]) if len(sys.argv) > 1 else None
except (drawing_page.PageError, own_network.NetworkFileError) as problem:
    sys.exit(str(problem))

training_images, training_labels, test_images, test_labels = mnist.load()
gallery = drawing_page.gallery(test_images, test_labels)
test_images = test_images / np.float32(255)

networks = []  # what the page gets: an entry for each network after some of its passes
if own:
    network = own
    networks.append(drawing_page.exactly("own", own, test_images, test_labels))
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
    # One step of almost nothing: these are still the random weights with which both begin.
    untrained = clone(plain).set_params(learning_rate_init=1e-9)
    few = training_images[:100] / np.float32(255)
    untrained.partial_fit(few, training_labels[:100], classes=range(10))
    networks.append(drawing_page.in_brief("start", 0, untrained, test_images, test_labels))
    generator = np.random.default_rng(1)
    passes = 720_000 // len(training_images)  # 12 on MNIST, more on the small sample
    for number in range(1, passes + 1):
        if number > 0.7 * passes:  # larger mini-batches, steadier steps: the fine work at the end
            plain.set_params(batch_size=500)
            varied.set_params(batch_size=500)
        order = generator.permutation(len(training_images))
        images, labels = training_images[order] / np.float32(255), training_labels[order]
        plain.partial_fit(images, labels, classes=range(10))
        varied.partial_fit(bent_digits.vary(images, labels, generator), labels, classes=range(10))
        losses = f"loss {plain.loss_:.4f}, and {varied.loss_:.4f} on varied digits"
        print(f"pass {number:2}: {losses}", flush=True)
        if number in (1, 3, passes):
            for name, network in (("plain", plain), ("varied", varied)):
                entry = drawing_page.in_brief(name, number, network, test_images, test_labels)
                networks.append(entry)
    print(f"The network that saw plain digits has a score of {networks[-2]['score']:.4f}.")
print(f"We have a score of {networks[-1]['score']:.4f}")

page = Path(__file__).resolve().with_name("drawing_page_with_network.html")
data = {"training_images": len(training_images), "test_images": len(test_images)}
try:
    drawing_page.write(page, template, {"networks": networks, "gallery": gallery, **data})
except drawing_page.PageError as problem:
    sys.exit(str(problem))
print(f"Draw a digit in {page.name}. If no browser opens, open it yourself:")
print(page.as_uri())  # an address, because it is plain ASCII whatever the folder is called
webbrowser.open(page.as_uri())
