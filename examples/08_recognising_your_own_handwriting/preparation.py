"""From ink of any size to the 28x28 pixels that the network knows.

drawing_page.html does the same in JavaScript, step by step: change both or neither.
"""

import numpy as np


def prepare(ink):
    """Bring ink into MNIST's form: the digit 20 pixels long, its centre of mass in the middle.

    ink: shape (height, width), 0 where there is paper, up to 255 where there is ink.
    Returns 784 grey levels from 0 to 255, uint8; all 0 if there is too little ink to be seen.
    """
    blank = np.zeros(28 * 28, np.uint8)
    if not ink.any():
        return blank
    small = scale_to_20_pixels(crop(ink))
    if not small.any():  # a few faint pixels, which vanish when they are scaled
        return blank
    return centre_by_mass(small).ravel()


def crop(ink):
    """Cut off the empty margins."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def scale_to_20_pixels(ink):
    """Make the longer side 20 pixels long; the shorter one keeps its proportion to it."""
    scale = 20 / max(ink.shape)
    height, width = (max(1, int(side * scale + 0.5)) for side in ink.shape)
    small = area_shares(ink.shape[0], height) @ ink @ area_shares(ink.shape[1], width).T
    return np.floor(small + 0.5)


def centre_by_mass(small):
    """Place the centre of mass at pixel (14, 14) of 28x28, as near as whole pixels allow."""
    height, width = small.shape
    total = small.sum()
    top = 14 - (small.sum(axis=1) @ np.arange(height)) / total
    left = 14 - (small.sum(axis=0) @ np.arange(width)) / total
    top = min(max(int(np.floor(top + 0.5)), 0), 28 - height)
    left = min(max(int(np.floor(left + 0.5)), 0), 28 - width)
    pixels = np.zeros((28, 28), np.uint8)
    pixels[top : top + height, left : left + width] = small
    return pixels


def area_shares(before, after):
    """Return how much of each old pixel falls into each new one; every row adds up to 1."""
    edges = np.arange(after + 1)[:, None] * (before / after)
    old = np.arange(before)
    overlap = np.minimum(edges[1:], old + 1) - np.maximum(edges[:-1], old)
    return np.clip(overlap, 0, None) * (after / before)
