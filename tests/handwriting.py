"""Digits to draw and to photograph, for the tests of step 08."""

import importlib
import json
import math
import random
import sys

import numpy as np
from sklearn.neural_network import MLPClassifier

from helpers import example

EXAMPLE = example("recognising_your_own_handwriting")


def module(name):
    """Import a module of step 08, which stands beside its main.py."""
    if str(EXAMPLE) not in sys.path:
        sys.path.append(str(EXAMPLE))
    return importlib.import_module(name)


networks = module("networks")


def numbers_in(page):
    """What stands in a page in the place of a network."""
    return json.loads(networks.PLACE.search(page.read_text(encoding="utf-8"))[2])


def network_in(page, index=-1):
    """A network whose numbers stand in a page, the last one if not told, as scikit-learn's."""
    kept = networks.unpacked(numbers_in(page)["networks"][index])
    network = MLPClassifier([len(bias) for bias in kept.biases[:-1]], kept.activation)
    network.partial_fit(np.zeros((10, 784)), range(10), classes=range(10))
    network.coefs_, network.intercepts_ = kept.weights, kept.biases
    return network


def arc(x, y, width, height, start, end, steps=10):
    """Points along an ellipse; angles in degrees, clockwise, 0 at the right."""
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


def line(text):
    """Points in hundredths of the paper's width and height: "52,16 51,35"."""
    return [tuple(int(number) / 100 for number in point.split(",")) for point in text.split()]


# Ten digits as one might draw them, stroke by stroke, on a paper that is 1 wide and 1 high.
DIGITS = {
    0: [arc(0.5, 0.5, 0.2, 0.32, -80, 290, 16)],
    1: [line("52,16 51,35 50,55 49,84")],
    2: [arc(0.48, 0.33, 0.19, 0.17, -160, 35) + line("55,55 42,70 29,82 45,81 72,81")],
    3: [arc(0.47, 0.33, 0.18, 0.16, -150, 80) + arc(0.47, 0.66, 0.21, 0.18, -85, 140)],
    4: [line("42,16 37,30 30,48 27,56 45,55 74,53"), line("62,30 60,50 58,70 57,87")],
    5: [
        line("36,18 35,30 33,45") + arc(0.47, 0.62, 0.2, 0.2, -120, 140),
        line("36,18 52,17 70,16"),
    ],
    6: [line("60,14 48,25 38,42 34,58") + arc(0.5, 0.67, 0.17, 0.17, 180, -200, 14)],
    7: [line("27,20 45,20 70,19 62,38 53,60 45,85")],
    8: [
        arc(0.5, 0.32, 0.15, 0.16, -60, -250)
        + line("46,48")
        + arc(0.5, 0.67, 0.18, 0.18, -40, 260, 14)
        + line("56,50 62,38 60,25")
    ],
    9: [arc(0.48, 0.34, 0.17, 0.17, -30, -380, 14) + line("64,45 62,60 58,75 55,87")],
}

# Other ways in which people write them.
SLASHED = {
    0: [*DIGITS[0], line("66,20 34,80")],
    1: [line("36,34 52,16 52,84")],
    2: [
        arc(0.48, 0.32, 0.18, 0.16, -170, 30)
        + line("50,60")
        + arc(0.36, 0.76, 0.08, 0.07, 0, -250, 8)
        + line("50,80 74,84")
    ],
    3: [line("30,18 68,18 48,44") + arc(0.48, 0.64, 0.2, 0.2, -80, 140)],
    4: [line("66,62 26,62 60,16 60,86")],
    7: [*DIGITS[7], line("40,52 70,50")],
    8: [arc(0.5, 0.32, 0.14, 0.15, -90, 270, 14), arc(0.5, 0.66, 0.18, 0.18, -90, 270, 14)],
    9: [arc(0.48, 0.33, 0.17, 0.17, 0, 360, 14), line("65,30 65,86")],
}
FEET = {
    0: [arc(0.5, 0.5, 0.26, 0.3, -60, 300)],
    1: [line("36,34 52,16 52,84"), line("34,84 70,84")],
    4: [line("34,16 34,52 68,52"), line("66,16 66,86")],
    5: [line("68,16 36,17 34,46") + arc(0.47, 0.63, 0.2, 0.2, -120, 150)],
    7: [line("30,20 70,20 45,85"), line("38,54 68,54")],
}


def as_moved(points, step=0.05):
    """The points that a mouse leaves on its way along a line."""
    places = points[:1]
    for start, end in zip(points, points[1:]):
        count = max(1, int(math.dist(start, end) / step))
        places += [tuple(place) for place in np.linspace(start, end, count + 1)[1:].tolist()]
    return places


def style(pen=20, across=(1, 0), down=(0, 1), tremble=0.01, forms=DIGITS, seed=0):
    """Ten drawings, each its strokes and the width of the pen, written by one hand.

    Across and down are where the axes go: ((1, -0.3), (0, 1)) leans to the right. The hand trembles
    by this share of the paper's width.
    """
    generator = random.Random(seed)

    def place(x, y):
        x, y = x - 0.5 + generator.gauss(0, tremble), y - 0.5 + generator.gauss(0, tremble)
        new = (0.5 + across[0] * x + across[1] * y, 0.5 + down[0] * x + down[1] * y)
        return tuple(min(max(value, 0.01), 0.99) for value in new)

    strokes = [forms.get(digit, DIGITS[digit]) for digit in range(10)]
    return [([[place(*p) for p in as_moved(stroke)] for stroke in each], pen) for each in strokes]


STYLES = {
    "plain": style(),
    "fine pen": style(pen=5),
    "finest pen": style(pen=2),
    "broad pen": style(pen=34),
    "leaning right": style(across=(1, -0.35)),
    "leaning left": style(across=(1, 0.28)),
    "tall": style(across=(0.55, 0), down=(0, 1.15)),
    "wide": style(across=(1.3, 0), down=(0, 0.75)),
    "small": style(across=(0.35, 0), down=(0, 0.35)),
    "small and fine": style(pen=8, across=(0.35, 0), down=(0, 0.35)),
    "large": style(across=(1.25, 0), down=(0, 1.25)),
    "turned left": style(across=(0.97, 0.25), down=(-0.25, 0.97)),
    "turned right": style(across=(0.97, -0.25), down=(0.25, 0.97)),
    "shaky": style(tremble=0.018),
    "slashed, flagged, barred": style(forms=SLASHED),
    "the same, fine": style(pen=5, forms=SLASHED, seed=1),
    "the same, leaning": style(across=(1, -0.25), forms=SLASHED, seed=2),
    "feet and corners": style(forms=FEET),
    "the same, narrow": style(across=(0.7, 0), forms=FEET, seed=1),
    "the same, broad": style(pen=28, forms=FEET, seed=2),
}
