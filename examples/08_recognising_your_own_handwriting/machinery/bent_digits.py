"""Digits as other hands and other pens might have written them.

MNIST was written by a few hundred Americans with the pens that they had. A network that has seen
each digit bent, narrowed, thickened and faded at random reads the rest of us better, too; and ones
with a flag, or fours with a closed top, if it has seen some. Step 09 goes further with this.
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
    places += ripples.reshape(2, -1) / ripples.std()  # of one pixel
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
    """Write some zeros, ones, fours and sevens in other ways: a flag, a bar, a closed top."""
    pictures = images.reshape(-1, SIDE, SIDE).copy()
    ways = {0: add_slash, 1: add_flag_or_foot, 4: close_top, 7: add_bar}
    shares = np.array([0.2, 0.5, 0, 0, 0.3, 0, 0, 0.2, 0, 0])  # of each digit
    for index in np.flatnonzero(generator.random(len(labels)) < shares[labels]):
        pen = generator.uniform(0.7, 1.4)  # half the width of the stroke, in pixels
        ways[labels[index]](pictures[index], pen, generator)
    return pictures.reshape(-1, SIDE**2)


def add_slash(picture, pen, generator):
    top, bottom, left, right = edges(picture)
    inset = (right - left) * generator.uniform(-0.1, 0.3)
    add_line(picture, (top, right - inset), (bottom, left + inset), pen)


def add_flag_or_foot(picture, pen, generator):
    top, bottom, _, _ = edges(picture)
    head, foot = middle_of_ink(picture[top]), middle_of_ink(picture[bottom])
    length = generator.uniform(3, 9)
    kind = generator.random()
    if kind < 0.75:
        drop = length * generator.uniform(0.5, 1.2)
        add_line(picture, (top, head), (top + drop, head - length), pen)
    if kind > 0.45:
        add_line(picture, (bottom, foot - length / 2), (bottom, foot + length / 2), pen)


def close_top(picture, pen, generator):
    """Lead the bar's left end straight to the top of the stem, and cut away the old way there."""
    top, bottom, left, _ = edges(picture)
    rows, columns = np.nonzero(picture > 0.3)
    corner = rows[columns <= left].max()
    stem = columns[rows <= top].max()
    if 0.2 < (corner - top) / (bottom - top) < 0.7 and stem > left + 3:
        row, column = GRID.reshape(2, SIDE, SIDE)
        share = (corner - row) / (corner - top)  # of the way up
        picture[(column < left + share * (stem - left)) & (row < corner)] = 0
        add_line(picture, (corner, left), (top, stem), pen)


def add_bar(picture, pen, generator):
    top, bottom, _, _ = edges(picture)
    height = top + (bottom - top) * generator.uniform(0.4, 0.6)
    stem = middle_of_ink(picture[int(height)])
    length = generator.uniform(3, 7)
    rise = length * generator.uniform(-0.1, 0.2)
    start, end = (height + rise, stem - length / 1.5), (height - rise, stem + length / 1.5)
    add_line(picture, start, end, pen)


def edges(picture):
    """Return the first and last row and the first and last column of the ink, a pixel inside."""
    rows, columns = np.nonzero(picture > 0.3)
    return rows.min() + 1, rows.max() - 1, columns.min() + 1, columns.max() - 1


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
