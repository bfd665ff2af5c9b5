"""Digits as other hands and other pens might have written them.

MNIST was written by a few hundred Americans with the pens that they had. A network that has seen
each digit bent, narrowed, thickened and faded at random reads the rest of us, too. Step 09 goes
further with this.
"""

import numpy as np
from scipy import sparse
from scipy.ndimage import gaussian_filter, maximum_filter

SIDE = 28
GRID = np.mgrid[:SIDE, :SIDE].reshape(2, -1)  # the row and the column of each pixel
MIDDLE = (SIDE - 1) / 2


def vary(images, labels, generator):
    """Return a varied copy of images, shape (count, 784), pixels from 0 to 1, float32.

    A hundred neighbours are bent alike, because that is about fifty times as fast.
    """
    varied = decorate(images, labels, generator)
    for hundred in np.array_split(varied, max(1, len(images) // 100)):
        hundred[:] = other_pen(bend(hundred, generator), generator)  # also changes varied
    return varied


def bend(images, generator):
    """Turn, slant, narrow, shift and ripple images at random, all of them alike."""
    angle = generator.uniform(-0.2, 0.2)  # radians: 11 degrees
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    height = np.exp(generator.uniform(-0.05, 0.15))  # above 1 the digit shrinks
    width = np.exp(generator.uniform(-0.15, 0.6))
    slant = generator.uniform(-0.3, 0.3)
    ripples = gaussian_filter(generator.standard_normal((2, SIDE, SIDE)), sigma=(0, 4, 4))
    places = turn @ [[height, 0], [slant, width]] @ (GRID - MIDDLE) + MIDDLE
    places += generator.uniform(-1, 1, (2, 1))
    places += 0.7 * ripples.reshape(2, -1) / ripples.std()  # of 0.7 pixels
    return (read_at(places) @ images.T).T


def read_at(places):
    """Return the matrix that reads each pixel at another place, usually between four old ones."""
    places = np.clip(places, 0, SIDE - 1.001)
    corners = places.astype(int)
    down, right = np.float32(places - corners)
    corners = SIDE * corners[0] + corners[1]
    shares = [(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right]
    old_pixels = [corners, corners + 1, corners + SIDE, corners + SIDE + 1]
    new_pixels = np.tile(np.arange(SIDE**2), 4)
    entries = (np.concatenate(shares), (new_pixels, np.concatenate(old_pixels)))
    return sparse.csr_matrix(entries, shape=(SIDE**2, SIDE**2))


def other_pen(images, generator):
    """Take a thicker pen, a paler one, a thinner one, or (every second time) leave the pen."""
    pen = generator.random()
    if pen < 0.2:
        pictures = images.reshape(-1, SIDE, SIDE)
        thicker = maximum_filter(pictures, size=(1, 3, 3))
        return np.maximum(pictures, generator.uniform(0.2, 0.9) * thicker).reshape(-1, SIDE**2)
    if pen < 0.3:
        return images * np.float32(generator.uniform(0.3, 1))
    if pen < 0.5:
        return np.clip((images - np.float32(generator.uniform(0.2, 0.6))) * 1.6, 0, 1)
    return images


def decorate(images, labels, generator):
    """Give a fifth of the ones a flag or a foot, of the sevens a bar, of the zeros a slash."""
    pictures = images.reshape(-1, SIDE, SIDE).copy()
    chosen = np.isin(labels, (0, 1, 7)) & (generator.random(len(labels)) < 0.2)
    for index in np.flatnonzero(chosen):
        picture = pictures[index]
        rows, columns = np.flatnonzero(picture.max(axis=1)), np.flatnonzero(picture.max(axis=0))
        top, bottom, left, right = rows[0] + 1, rows[-1] - 1, columns[0], columns[-1]
        pen = generator.uniform(0.7, 1.4)  # half the width of the stroke, in pixels
        length = generator.uniform(3, 7)
        if labels[index] == 1:
            head, foot = middle_of_ink(picture[top]), middle_of_ink(picture[bottom])
            kind = generator.random()
            if kind < 0.75:
                drop = length * generator.uniform(0.5, 1.2)
                add_line(picture, (top, head), (top + drop, head - length), pen)
            if kind > 0.45:
                add_line(picture, (bottom, foot - length / 2), (bottom, foot + length / 2), pen)
        elif labels[index] == 7:
            height = top + (bottom - top) * generator.uniform(0.4, 0.6)
            stem = middle_of_ink(picture[int(height)])
            rise = length * generator.uniform(-0.1, 0.2)
            start, end = (height + rise, stem - length / 1.5), (height - rise, stem + length / 1.5)
            add_line(picture, start, end, pen)
        else:
            inset = (right - left) * generator.uniform(-0.1, 0.3)
            add_line(picture, (top, right - inset), (bottom, left + inset), pen)
    return pictures.reshape(-1, SIDE**2)


def middle_of_ink(row):
    """Return the column in the middle of a row's ink; the middle of the row if there is none."""
    columns = np.flatnonzero(row > 0.3)
    return columns.mean() if len(columns) else MIDDLE


def add_line(picture, start, end, half_width):
    """Draw a straight line with soft edges into a picture; start and end are (row, column)."""
    start, end = np.array(start)[:, None], np.array(end)[:, None]
    along = end - start
    share = np.clip(((GRID - start) * along).sum(axis=0) / (along**2).sum(), 0, 1)
    distance = np.linalg.norm(GRID - start - share * along, axis=0).reshape(SIDE, SIDE)
    np.maximum(picture, np.clip(half_width + 0.5 - distance, 0, 1), out=picture)
