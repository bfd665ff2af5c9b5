"""Digits to draw and to photograph, for the tests of step 08."""

import importlib
import json
import math
import random
import sys

import numpy as np
from sklearn.neural_network import MLPClassifier

from helpers import data, example

EXAMPLE = example("recognising_your_own_handwriting")


def part(name):
    """Import a module of step 08's machinery."""
    if str(EXAMPLE) not in sys.path:
        sys.path.append(str(EXAMPLE))
    return importlib.import_module(f"machinery.{name}")


networks, drawing = part("networks"), part("drawing_page")


def numbers_in(page):
    """What stands in a page in the place of a network."""
    return json.loads(drawing.PLACE.search(page.read_text(encoding="utf-8"))[2])


def network_in(page, index=-1):
    """A network whose numbers stand in a page, the last one if not told, as scikit-learn's."""
    kept = drawing.unpacked(numbers_in(page)["networks"][index])
    network = MLPClassifier([len(bias) for bias in kept.biases[:-1]], kept.activation)
    network.partial_fit(np.zeros((10, 784)), range(10), classes=range(10))
    network.coefs_, network.intercepts_ = kept.weights, kept.biases
    return network


HANDS = data("hands.toml")


def points(stroke):
    """Points of a paper that is 1 wide and 1 high, from hundredths: "52,16 51,35"."""
    return [tuple(int(number) / 100 for number in point.split(",")) for point in stroke.split()]


FORMS = {
    name: {int(digit): [points(stroke) for stroke in strokes] for digit, strokes in form.items()}
    for name, form in HANDS["forms"].items()
}
DIGITS = FORMS["plain"]


def as_moved(points, step=0.05):
    """The points that a mouse leaves on its way along a line."""
    places = points[:1]
    for start, end in zip(points, points[1:]):
        count = max(1, int(math.dist(start, end) / step))
        places += [tuple(place) for place in np.linspace(start, end, count + 1)[1:].tolist()]
    return places


def style(pen=20, across=(1, 0), down=(0, 1), tremble=0.01, form="plain", seed=0):
    """Ten drawings, each its strokes and the width of the pen, written by one hand."""
    generator = random.Random(seed)

    def place(x, y):
        x, y = x - 0.5 + generator.gauss(0, tremble), y - 0.5 + generator.gauss(0, tremble)
        new = (0.5 + across[0] * x + across[1] * y, 0.5 + down[0] * x + down[1] * y)
        return tuple(min(max(value, 0.01), 0.99) for value in new)

    strokes = (DIGITS | FORMS[form]).values()
    return [([[place(*p) for p in as_moved(stroke)] for stroke in each], pen) for each in strokes]


STYLES = [style(**hand) for hand in HANDS["hands"].values()]
