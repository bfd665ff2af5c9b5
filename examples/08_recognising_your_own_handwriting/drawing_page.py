"""Puts trained networks into the page to draw on.

The page is a template, drawing_page.html. It has one place for networks, which go in as text,
together with 500 test images on which the page measures what it does to a network.
"""

import base64
import json
import struct
import zlib
from pathlib import Path

import numpy as np

from own_network import Network

TEMPLATE = Path(__file__).with_name("drawing_page.html")
PLACE_FOR_NETWORKS = '<script type="application/json" id="trained-network">null</script>'
GALLERY = 500  # test images in the page, 50 in a row


class PageError(Exception):
    """Why the page cannot be made, and what to do, in a sentence or two."""


def read_template():
    """Return the text of the template, which has exactly one place for networks."""
    try:
        template = TEMPLATE.read_text(encoding="utf-8")
    except OSError:
        message = f"There is no {TEMPLATE.name} beside main.py. Copy it there, too."
        raise PageError(message) from None
    if template.count(PLACE_FOR_NETWORKS) != 1:
        raise PageError(
            f"{TEMPLATE.name} has no place for a network any more. This line has to stand in it, "
            f"once: {PLACE_FOR_NETWORKS}"
        )
    return template


def write(place, template, contents):
    """Write the page to `place`: the template with `contents`, a dictionary, as JSON inside."""
    numbers = PLACE_FOR_NETWORKS.replace("null", json.dumps(contents))
    try:
        Path(place).write_text(template.replace(PLACE_FOR_NETWORKS, numbers), encoding="utf-8")
    except OSError as problem:
        raise PageError(f"The page could not be written: {problem}") from None


def exactly(name, network, images, labels):
    """Return the page's entry for a Network: all its numbers with 32 bits, and its score."""
    layers = [
        {"weights": in_base64(weights, "<f4"), "biases": in_base64(biases, "<f4")}
        for weights, biases in zip(network.weights, network.biases)
    ]
    score = network.score(images, labels)
    about = {"name": name, "score": score}
    return {**about, "bits": 32, "activation": network.activation, "layers": layers}


def in_brief(name, passes, classifier, images, labels):
    """Return the page's entry for a sigmoid MLPClassifier: each weight in 8 bits, and the score.

    A weight is one of 256 levels between the smallest and the largest weight of its neuron. That
    takes a quarter of the place, and hardly changes the score; it is that of the rounded weights.
    """
    layers, rounded = [], []
    for weights, biases in zip(classifier.coefs_, classifier.intercepts_):
        lowest = weights.min(axis=0).astype(np.float32)
        step = ((weights.max(axis=0) - lowest) / 255).astype(np.float32)
        levels = np.round((weights - lowest) / step).clip(0, 255)
        rounded.append(lowest.astype(float) + step.astype(float) * levels)
        layers.append(
            {
                "weights": in_base64(levels, "u1"),
                "lowest": in_base64(lowest, "<f4"),
                "step": in_base64(step, "<f4"),
                "biases": in_base64(biases, "<f4"),
            }
        )
    network = Network(rounded, classifier.intercepts_, "logistic")
    score = network.score(images, labels)
    about = {"name": name, "passes": passes, "score": score}
    return {**about, "bits": 8, "activation": "logistic", "layers": layers}


def in_base64(numbers, kind):
    """Return an array as text: its values in row order, of a NumPy dtype, in base64."""
    return base64.b64encode(np.asarray(numbers).astype(kind).tobytes()).decode("ascii")


def gallery(images, labels):
    """Return 500 test images, evenly spread over all, as a picture (50 in a row) and a text."""
    chosen = np.arange(GALLERY) * len(images) // GALLERY
    rows = images[chosen].reshape(-1, 50, 28, 28).swapaxes(1, 2).reshape(-1, 50 * 28)
    picture = "data:image/png;base64," + base64.b64encode(png(rows)).decode("ascii")
    return {"picture": picture, "labels": "".join(str(label) for label in labels[chosen])}


def png(grey):
    """Return a picture, uint8 of shape (height, width), in the form of a PNG file."""
    height, width = grey.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # 8 bits, grey
    rows = b"".join(b"\0" + row.tobytes() for row in grey)  # each begins with its filter: none
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
