"""From ink of any size to the 28x28 pixels that the network knows.

drawing_page.html does the same in JavaScript, step by step: change both or neither.
"""

import numpy as np
from scipy.ndimage import grey_dilation, grey_erosion

# Strokes are measured and corrected where the digit is 100 pixels long: 5 for each of MNIST's 20.
MEASURED_AT = 100
THINNEST, THICKEST = 9, 17  # nine of ten digits of MNIST lie between
TOO_THIN_BECOMES, TOO_THICK_BECOMES = 12, 14
CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
SQUARE = np.ones((3, 3), bool)


def prepare(ink):
    """Bring ink into MNIST's form: even strokes, 20 pixels long, centre of mass in the middle.

    ink: shape (height, width), 0 where there is paper, up to 255 where there is ink.
    Returns 784 grey levels from 0 to 255, uint8; all 0 if there is too little ink to be seen.
    """
    blank = np.zeros(28 * 28, np.uint8)
    if not ink.any():
        return blank
    small = scale(even_strokes(crop(ink)), 20)
    if not small.any():  # a few faint pixels, which vanish when they are scaled
        return blank
    return centre_by_mass(small).ravel()


def crop(ink):
    """Cut off the empty margins."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def even_strokes(ink):
    """Thicken the lines of a fine pen, which would fade in 28x28 pixels, and thin a broad one's.

    Returns the ink as it is if its strokes are about as thick as MNIST's.
    """
    large = scale(ink, MEASURED_AT)
    if not large.any():
        return ink
    width = stroke_width(large)
    if width < THINNEST:
        change, missing = grey_dilation, TOO_THIN_BECOMES - width
    elif width > THICKEST:
        change, missing = grey_erosion, width - TOO_THICK_BECOMES
    else:
        return ink
    rounds = int(missing / 2 + 0.5)  # each adds or takes one pixel on both sides of a stroke
    large = np.pad(large, rounds)
    for number in range(rounds):  # the cross and the square in turn: nearly a disc
        large = change(large, footprint=SQUARE if number % 2 else CROSS, mode="constant")
    if not large.any():
        return ink
    return crop(large * (255 / large.max()))


def stroke_width(ink):
    """Return how wide the strokes are, in pixels: their area is half their outline times that."""
    area = ink.sum()
    inside = grey_erosion(ink, footprint=CROSS, mode="constant").sum()
    return 2 * area / (area - inside)


def scale(ink, length):
    """Make the longer side `length` pixels long; the shorter one keeps its proportion to it."""
    factor = length / max(ink.shape)
    height, width = (max(1, int(side * factor + 0.5)) for side in ink.shape)
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
