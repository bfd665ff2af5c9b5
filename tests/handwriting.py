"""Digits to draw and to photograph, for the tests of step 08."""

import importlib
import math
import sys

from helpers import example

EXAMPLE = example("recognising_your_own_handwriting")


def module(name):
    """Import a module of step 08, which stands beside its main.py."""
    if str(EXAMPLE) not in sys.path:
        sys.path.append(str(EXAMPLE))
    return importlib.import_module(name)


def arc(x, y, width, height, start, end, steps=10):
    """Points along an ellipse; angles in degrees, clockwise, 0 at the right."""
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


# Ten digits as one might draw them, stroke by stroke, on a paper that is 1 wide and 1 high.
DIGITS = {
    0: [arc(0.5, 0.5, 0.2, 0.32, -80, 290, 16)],
    1: [[(0.52, 0.16), (0.51, 0.35), (0.5, 0.55), (0.49, 0.84)]],
    2: [
        [
            *arc(0.48, 0.33, 0.19, 0.17, -160, 35),
            (0.55, 0.55),
            (0.42, 0.7),
            (0.29, 0.82),
            (0.45, 0.81),
            (0.72, 0.81),
        ]
    ],
    3: [arc(0.47, 0.33, 0.18, 0.16, -150, 80) + arc(0.47, 0.66, 0.21, 0.18, -85, 140)],
    4: [
        [(0.42, 0.16), (0.37, 0.3), (0.3, 0.48), (0.27, 0.56), (0.45, 0.55), (0.74, 0.53)],
        [(0.62, 0.3), (0.6, 0.5), (0.58, 0.7), (0.57, 0.87)],
    ],
    5: [
        [(0.36, 0.18), (0.35, 0.3), (0.33, 0.45), *arc(0.47, 0.62, 0.2, 0.2, -120, 140)],
        [(0.36, 0.18), (0.52, 0.17), (0.7, 0.16)],
    ],
    6: [
        [
            (0.6, 0.14),
            (0.48, 0.25),
            (0.38, 0.42),
            (0.34, 0.58),
            *arc(0.5, 0.67, 0.17, 0.17, 180, -200, 14),
        ]
    ],
    7: [[(0.27, 0.2), (0.45, 0.2), (0.7, 0.19), (0.62, 0.38), (0.53, 0.6), (0.45, 0.85)]],
    8: [
        [
            *arc(0.5, 0.32, 0.15, 0.16, -60, -250),
            (0.46, 0.48),
            *arc(0.5, 0.67, 0.18, 0.18, -40, 260, 14),
            (0.56, 0.5),
            (0.62, 0.38),
            (0.6, 0.25),
        ]
    ],
    9: [
        [
            *arc(0.48, 0.34, 0.17, 0.17, -30, -380, 14),
            (0.64, 0.45),
            (0.62, 0.6),
            (0.58, 0.75),
            (0.55, 0.87),
        ]
    ],
}
