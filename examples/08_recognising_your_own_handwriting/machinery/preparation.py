"""From ink of any size to the 28x28 pixels that the network knows.

drawing_page.html does the same in JavaScript, step by step: change both or neither.
"""

import numpy as np
from scipy import ndimage
from skimage import morphology, transform


def prepare(ink):
    """Bring ink into MNIST's form: even strokes, 20 pixels long, centre of mass in the middle.

    ink has any shape, 0 for paper and up to 255 for ink. Returns 784 grey levels, uint8, all 0 if
    there is too little ink.
    """
    pixels = np.zeros((28, 28), np.uint8)
    small = scale(even_strokes(crop(ink)), 20) if ink.any() else ink
    if small.any():
        starts = [np.floor(14.5 - middle) for middle in ndimage.center_of_mass(small)]
        top, left = (int(np.clip(s, 0, 28 - side)) for s, side in zip(starts, small.shape))
        pixels[top : top + small.shape[0], left : left + small.shape[1]] = small
    return pixels.ravel()


def crop(ink):
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def scale(ink, length):
    shape = [max(1, int(side * length / max(ink.shape) + 0.5)) for side in ink.shape]
    return np.floor(transform.resize_local_mean(ink, shape) + 0.5)


def even_strokes(ink):
    """Thicken a fine pen's lines, which would fade in 28x28 pixels, and thin a broad pen's.

    Of MNIST's digits, 100 pixels long, nine in ten have strokes of 9 to 17 pixels.
    """
    cross, square = morphology.disk(1), np.ones((3, 3))
    large = scale(ink, 100)
    outline = large.sum() - morphology.erosion(np.pad(large, 1), cross).sum()
    width = 2 * large.sum() / max(1, outline)  # the area is half of the outline times the width
    if 9 <= width <= 17 or not large.any():
        return ink
    thicken, missing = (True, 12 - width) if width < 9 else (False, width - 14)
    change, rounds = morphology.dilation if thicken else morphology.erosion, int(missing / 2 + 0.5)
    large = np.pad(large, rounds)
    for number in range(rounds):  # the cross and the square in turn: nearly a disc
        large = change(large, square if number % 2 else cross)
    return crop(large * (255 / large.max())) if large.any() else ink
