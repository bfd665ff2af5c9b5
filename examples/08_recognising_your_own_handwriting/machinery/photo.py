"""From a photograph to the 28x28 pixels that a network knows, in seven steps:

upright -> grey -> paper apart from ink -> parts -> rows -> digits -> 28x28

scikit-image does the work. Every size is a share of the picture's longer side, or of the digits
that were found: no number of pixels is right for a telephone's picture and for a thumbnail's.
"""

import numpy as np
from scipy import ndimage
from skimage import filters, measure, transform

from machinery.opening import open_upright
from machinery.preparation import prepare


def read(file_name):
    """Find the digits in a picture. Return the picture, their rows, and what was left out.

    The picture is upright, in colour, from 0 to 1. The rows go from top to bottom, each from left
    to right: of each digit, its box (top, left, bottom, right) and the 784 grey levels that it
    becomes. Of what was taken for no digit come some words, and its middle (row, column).
    """
    picture = open_upright(file_name)
    attempts = [(ink, *find_parts(ink, grey)) for ink, grey in apart_from_paper(picture)]
    ink, parts, left_out = max(attempts, key=lambda attempt: attempt[0][attempt[1] > 0].sum())
    rows = in_rows(join_strokes(parts, ink, left_out))
    rows = [[(digit.bbox, prepare(strokes(digit))) for digit in row] for row in rows]
    return picture, rows, [(words, region.centroid) for words, region in left_out]


# ---- Paper apart from ink ----


def apart_from_paper(picture):
    """Return how much ink is in each pixel, up to 1, and the picture in grey, dark on light.

    Chalk is light on dark: if it is not clear which of the two it is, both come.
    """
    picture = filters.gaussian(picture, max(picture.shape) / 1000, channel_axis=2)
    found = [dark_ink(picture), dark_ink(1 - picture)]
    most = max(certain for _, _, certain in found)
    return [(ink, grey) for ink, grey, certain in found if certain >= most / 9]


def dark_ink(picture):
    """Return the ink and the grey, if ink is dark, and how much there is of what must be ink.

    Closing fills what is dark and thin: what is left is the paper, with its shadows. Ink is thin,
    and unlike most of what is round it. The darkest of red, green and blue counts: yellow on white
    is seen in blue alone.
    """
    reach = max(picture.shape) // 5  # every stroke is thinner than that
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    paper = ndimage.grey_closing(padded, (reach, reach, 1))[reach:-reach, reach:-reach]
    far = transform.resize_local_mean(picture, (32, 32), channel_axis=2)
    around = transform.resize(ndimage.median_filter(far, (23, 23, 1)), picture.shape)
    certain = (np.clip(np.minimum(paper, around) - picture, 0, 1) ** 3).sum()
    ink = ((paper - picture) / np.maximum(paper, 0.3)).max(axis=2)
    usual = np.median(ink)  # most paper is a little darker than its lightest specks
    return (ink - usual) / (1 - usual), picture.mean(axis=2), certain


# ---- Parts ----


def find_parts(ink, grey):
    """Return an array with the number of its part for each pixel, 0 for paper; and what is none.

    What hangs together at a low level of ink is taken if it looks like writing. If it does not, as
    a stroke that meets a shadow's edge, it is looked at again at a higher level.
    """
    parts, taken = np.zeros(ink.shape, int), np.zeros(ink.shape, bool)  # by parts or lines
    noise = np.median(np.abs(ink))
    for level in np.geomspace(max(0.07, 4 * noise), 0.7, 7):
        mask = (ink > level) & ~taken
        taken |= ruled_lines(mask) | ruled_lines(mask.T).T
        for region in regions_of(measure.label(mask & ~taken), ink):
            if strength(region) > max(0.12, 6 * noise) and is_writing(region, grey):
                # What is faint beside the rest is of a line or a shadow, and may link two digits.
                dark = region.image & (region.image_intensity > strength(region) / 4)
                parts[region.slice][dark] = (parts.max() + measure.label(dark))[dark]
                taken[region.slice] |= region.image
    beside = ndimage.grey_dilation(taken, size=(9, 9))
    rest = regions_of(measure.label((ink > max(0.2, 6 * noise)) & ~beside), ink)
    return parts, [("a spot, a shadow, or something at the edge", region) for region in rest]


def regions_of(labels, ink):
    """Return the parts that are large enough to be seen: a sixtieth of the picture."""
    regions = measure.regionprops(labels, ink)
    return [region for region in regions if max(region.image.shape) > max(ink.shape) / 60]


def strength(region):
    return np.percentile(region.image_intensity[region.image], 90)


def height(region):
    return region.image.shape[0]


def ruled_lines(mask):
    """Return which pixels are lines that run straight across, but not what crosses them."""
    width = mask.shape[1]
    thin = mask & ~ndimage.grey_opening(mask, (max(mask.shape) // 60 + 1, 1))
    flat = ndimage.grey_opening(mask, (1, width // 30 + 1)) & thin
    pieces = measure.label(ndimage.grey_dilation(flat, (3, width // 6))) * flat
    boxes = {region.label: region.image.shape for region in measure.regionprops(pieces)}
    long = [n for n, (tall, wide) in boxes.items() if wide > max(0.6 * width, 10 * tall)]
    # One or two may be a digit's, unless they run from edge to edge.
    ruled = [n for n in long if len(long) >= 3 or boxes[n][1] > 0.95 * width]
    lines = np.isin(pieces, ruled)
    thickness = np.median(lines.sum(axis=0)) / max(1, len(ruled))
    crossing = ndimage.grey_opening(mask, (int(2 * thickness + 1), 1))
    return ndimage.grey_dilation(lines, (3, 3)) & mask & ~crossing


def is_writing(region, grey):
    """Whether a part is thin, keeps off the edge, and is darker than what is all round it."""
    size, (rows, columns) = max(region.image.shape), region.coords.T
    thickness = 2 * ndimage.distance_transform_edt(np.pad(region.image, 1)).max()
    contact = np.isin(rows, (0, grey.shape[0] - 1)) | np.isin(columns, (0, grey.shape[1] - 1))
    is_fold = contact.any() and region.eccentricity > 0.99 and size > min(grey.shape) / 2
    if is_fold or thickness > 0.45 * size or contact.sum() > 0.25 * region.perimeter:
        return False  # a fold; a spot; a table, or a shadow
    far = max(4, int(thickness))
    window = tuple(slice(max(0, side.start - far), side.stop + far) for side in region.slice)
    outside = np.ones(grey.shape, bool)
    outside[region.slice] = ~region.image
    distance = ndimage.distance_transform_edt(outside[window])
    ring = grey[window][(distance > far / 2) & (distance <= far)]
    inside = np.median(grey[region.slice][region.image])
    return np.mean(ring > 0.7 * inside + 0.3 * np.percentile(ring, 90)) > 0.8


# ---- Digits and rows ----


def join_strokes(parts, ink, left_out):
    """Return the digits as regions. Strokes of one digit get one number; what is none goes."""
    regions = sorted(regions_of(parts, ink), key=height, reverse=True)
    heights = [height(region) for region in regions]
    typical = np.median(np.repeat(heights, heights)) if regions else 0  # of most of the ink
    darkest = max(map(strength, regions), default=0)
    digits = []
    for region in regions:
        hosts = [digit for digit in digits if belongs(region, digit, typical)]
        if strength(region) < darkest / 4:
            left_out.append(("something pale", region))
        elif surrounds(region, parts):
            left_out.append(("a frame or a circle, with what touches it", region))
        elif hosts:
            parts[parts == region.label] = hosts[0].label
        elif max(0.4 * typical, region.image.shape[1] / 4) < height(region):
            digits.append(region)
        else:
            left_out.append(("a line or a small mark", region))
    numbers = [digit.label for digit in digits]
    return [region for region in regions_of(parts, ink) if region.label in numbers]


def surrounds(region, parts):
    """Whether another part stands in a hole of this one, and is no mere speck."""
    inside = measure.regionprops(parts[region.slice] * (region.image_filled & ~region.image))
    return any(height(other) > height(region) / 4 for other in inside)


def belongs(stroke, digit, typical):
    """Whether a stroke is a part of a digit: the bar of a 5, the stem of a 4, half of a faint 8."""
    down, across = overlap(stroke, digit, axis=0), overlap(stroke, digit, axis=1)
    widest = 1.3 * max(digit.image.shape[1], typical / 2)
    is_small = height(stroke) <= 0.6 * typical and stroke.image.shape[1] <= widest
    near = (0.25 if stroke.bbox[2] < digit.centroid[0] else 0.1) * typical  # a bar lies above
    is_near = across > 0.25 and -down * min(height(stroke), height(digit)) < near
    return (across > 0.5 and down > 0.5) or (is_small and is_near)


def overlap(one, other, axis):
    """Return the share of the shorter part that lies beside the other; negative for a gap."""
    first, second = one.slice[axis], other.slice[axis]
    shared = min(first.stop, second.stop) - max(first.start, second.start)
    return shared / min(one.image.shape[axis], other.image.shape[axis])


def in_rows(digits):
    """From left to right, a digit continues the row whose last digit stands beside it."""
    rows = []
    for digit in sorted(digits, key=lambda digit: digit.bbox[1]):
        row = next((row for row in rows if overlap(digit, row[-1], axis=0) > 0.4), [])
        if not row:
            rows.append(row)
        row.append(digit)
    return sorted(rows, key=lambda row: np.mean([digit.centroid[0] for digit in row]))


def strokes(digit):
    """Return the ink of a digit from 0 to 255: its darkness is as good as another's."""
    ink = np.where(digit.image, digit.image_intensity, 0) / strength(digit)
    return 255 * np.clip((ink - 0.25) / 0.5, 0, 1)
