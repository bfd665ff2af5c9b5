"""Recognising your own handwriting
================================

Draw a digit, and a network reads it: this script trains one, puts it into a page to draw on, and
opens the page in your browser. Or it takes the network that you have trained and kept yourself:

    python main.py                   trains a network, about ten seconds
    python main.py my_network.npz    takes your own: own_network.py says how to keep one

Notice what the network sees: not your drawing, but 28 x 28 pixels, scaled and centred like all the
images that it learned from. Switch that off in the page, and the guess falls apart.

On MNIST it ends like this:

    pass  1: loss 0.3520, score 0.9483
    pass 12: loss 0.0162, score 0.9788
    We have a score of 0.9788
"""

import sys
import webbrowser
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier

import drawing_page
import mnist
import own_network

kept_in_a_file = len(sys.argv) > 1
try:  # before the training: nobody should wait for ten seconds to hear what is missing
    template = drawing_page.read_template()
    if kept_in_a_file:
        network = own_network.load(sys.argv[1])
except (drawing_page.PageError, own_network.NetworkFileError) as problem:
    sys.exit(str(problem))

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)
test_images = test_images / np.float32(255)

if not kept_in_a_file:
    classifier = MLPClassifier(
        hidden_layer_sizes=(128,),
        activation="logistic",
        solver="sgd",
        learning_rate_init=0.5,  # bold, but this network bears it, and needs fewer passes
        random_state=np.random.RandomState(1),  # shuffles anew in each pass, alike in each run
    )
    passes = 720_000 // len(training_images)  # 12 on MNIST, more on the small sample
    for number in range(1, passes + 1):
        classifier.partial_fit(training_images, training_labels, classes=np.arange(10))
        score = classifier.score(test_images, test_labels)
        print(f"pass {number:2}: loss {classifier.loss_:.4f}, score {score:.4f}", flush=True)
    network = own_network.Network(classifier.coefs_, classifier.intercepts_, "logistic")
score = network.score(test_images, test_labels)
print(f"We have a score of {score:.4f}")

page = Path(__file__).resolve().with_name("drawing_page_with_network.html")
contents = {
    "weights": [drawing_page.in_base64(weights) for weights in network.weights],
    "biases": [drawing_page.in_base64(biases) for biases in network.biases],
    "activation": network.activation,
    "score": score,
    "own": kept_in_a_file,
    "training_images": len(training_images),
    "test_images": len(test_images),
}
try:
    drawing_page.write(page, template, contents)
except drawing_page.PageError as problem:
    sys.exit(str(problem))
print(f"Draw a digit in {page.name}. If no browser opens, open it yourself:")
print(page.as_uri())  # an address, because it is plain ASCII whatever the folder is called
webbrowser.open(page.as_uri())
