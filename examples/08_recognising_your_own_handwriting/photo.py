"""From a photograph to the 28x28 pixels that a network knows, in seven steps:

upright -> grey -> paper apart from ink -> parts -> rows -> digits -> 28x28

scikit-image does the work. Every size is a share of the picture's longer side, or of the digits
that were found: no number of pixels is right for a telephone's picture and for a thumbnail's.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage
from skimage import filters, measure, transform

from preparation import prepare

Image.MAX_IMAGE_PIXELS = None  # open_upright() has a limit of its own, and explains it
PALE, FRAME, MARK = "something pale", "a frame or a circle", "a line or a small mark"
OTHER = "a spot, a shadow, or something that runs out of the picture"


class PhotoError(Exception):
    """Why no digit can be read in a picture, and what to do, in a sentence or two."""


class Reading(NamedTuple):
    picture: np.ndarray  # upright, in colour, from 0 to 1: the boxes of the digits belong to it
    rows: list  # from top to bottom, each from left to right, of pairs: a box (top, left, bottom,
    # right), and the 784 grey levels (uint8) that the digit in it becomes
    left_out: list  # what was taken for no digit, and where, in words


def read(file_name):
    """Find the digits in a picture, and return a Reading. Raises PhotoError if there are none."""
    picture = open_upright(Path(file_name))
    attempts = [(find_parts(ink, grey), ink) for ink, grey in apart_from_paper(picture)]
    (parts, left_out), ink = max(attempts, key=lambda attempt: attempt[1][attempt[0][0] > 0].sum())
    digits = join_strokes(parts, ink, left_out)
    left_out = list(dict.fromkeys(left_out))
    if not digits:
        only = f"There is no digit to be seen, only: {'; '.join(left_out)}."
        raise PhotoError(only if left_out else "There is no ink to be seen.")
    rows = [[(digit.bbox, prepare(strokes(digit))) for digit in row] for row in in_rows(digits)]
    return Reading(picture, rows, left_out)


# ---- Upright ----


def open_upright(path):
    """Open a picture, turn it as the camera was held, and put paper behind it where it is empty."""
    if path.is_dir():
        raise PhotoError("This is a folder. Give the names of the pictures in it.")
    if not path.is_file():
        raise PhotoError("There is no such file. Is the name right, and the folder?")
    try:
        formats = ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"]
        with open(path, "rb") as file:
            if file.read(8)[4:] == b"ftyp":  # whatever the file is called
                formats = learn_heic()
        with Image.open(path, formats=formats) as picture:
            if picture.width * picture.height > 64_000_000:
                raise PhotoError("It has more than 64 million pixels. Save it smaller.")
            return to_levels(picture)
    except PhotoError:
        raise
    except Exception as error:  # Pillow fails in a dozen different ways on damaged files.
        message = f"This is not a picture that can be read ({error}). Save it as PNG or JPEG."
        raise PhotoError(message) from None


def learn_heic():
    try:
        import pillow_heif
    except ModuleNotFoundError:
        raise PhotoError(
            "This is a HEIC picture. Run: pip install pillow-heif. Or choose Settings, Camera, "
            "Formats, Most Compatible on the iPhone, and photograph again."
        ) from None
    pillow_heif.register_heif_opener()
    return ["HEIF"]


def to_levels(picture):
    """Return red, green and blue from 0 to 1; the longer side has 300 to 1,000 pixels."""
    picture.draft("RGB", (1000, 1000))  # a large JPEG can be opened at a fraction of its size
    if picture.mode.startswith("I"):  # 16 bits a pixel
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    picture = picture.convert("RGBA")
    factor = np.clip(max(picture.size), 300, 1000) / max(picture.size)
    size = [max(1, round(side * factor)) for side in picture.size]
    picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2)
    levels = np.asarray(ImageOps.exif_transpose(picture), float) / 255
    levels, opacity = levels[:, :, :3], levels[:, :, 3:]
    paper = 0 if (levels * opacity).mean() > 0.5 * opacity.mean() else 1
    return levels * opacity + paper * (1 - opacity)


# ---- Paper apart from ink ----


def apart_from_paper(picture):
    """Return how much ink is in each pixel, up to 1, and the picture in grey, dark on light.

    Closing fills what is dark and thin, opening takes out what is light and thin: what is left is
    the paper, with its shadows. If the ink is light, as chalk is, the picture is turned round.
    Where it is not clear which of the two it is, both come.
    """
    if np.ptp(picture, axis=2).max() < 0.1:
        picture = picture[:, :, :1]  # there is no colour in it
    picture = filters.gaussian(picture, max(picture.shape) / 1000, channel_axis=2)
    reach = max(picture.shape) // 5  # every stroke is thinner than that
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    inner = slice(reach, -reach)
    lightest = ndimage.grey_closing(padded, size=(reach, reach, 1))[inner, inner]
    darkest = ndimage.grey_opening(padded, size=(reach, reach, 1))[inner, inner]
    # Ink is thin, and unlike most of what is round it.
    far = transform.resize_local_mean(picture, (32, 32), channel_axis=2)
    most = transform.resize(ndimage.median_filter(far, size=(23, 23, 1)), picture.shape)
    dark = (np.clip(np.minimum(lightest - picture, most - picture), 0, 1) ** 3).sum()
    light = (np.clip(np.minimum(picture - darkest, picture - most), 0, 1) ** 3).sum()
    both = []
    if dark >= light / 9:
        both.append((ink_on(lightest, picture), picture.mean(axis=2)))
    if light > dark / 9:
        both.append((ink_on(1 - darkest, 1 - picture), 1 - picture.mean(axis=2)))
    return both


def ink_on(paper, picture):
    """The darkest of red, green and blue counts: yellow on white is seen in blue alone."""
    ink = ((paper - picture) / np.maximum(paper, 0.3)).max(axis=2)
    usual = np.median(ink)  # most paper is a little darker than its lightest specks
    return (ink - usual) / (1 - usual)


# ---- Parts ----


def find_parts(ink, grey):
    """Return an array with the number of its part for each pixel, 0 for paper; and what is none.

    What hangs together at a low level of ink is taken if it looks like writing. If it does not, as
    a stroke that meets a shadow's edge, it is looked at again at a higher level.
    """
    parts, lines = np.zeros(ink.shape, int), np.zeros(ink.shape, bool)
    noise = np.median(np.abs(ink))
    for level in np.geomspace(max(0.07, 4 * noise), 0.7, 7):
        mask = (ink > level) & ~lines
        lines |= ruled_lines(mask) | ruled_lines(mask.T).T
        for region in regions_of(measure.label(mask & ~lines & (parts == 0)), ink):
            if strength(region) > max(0.12, 6 * noise) and is_writing(region, grey):
                numbers = split(region) + parts.max()
                parts[region.slice][region.image] = numbers[region.image]
    beside = dilation(parts > 0, (9, 9))
    rest = (ink > max(0.2, 6 * noise)) & ~lines & ~beside
    return parts, [f"{OTHER} ({place(r, ink)})" for r in regions_of(measure.label(rest), ink)]


def regions_of(labels, ink):
    """Return the parts that are large enough to be seen: a sixtieth of the picture."""
    regions = measure.regionprops(labels, ink)
    return [region for region in regions if max(region.image.shape) > max(ink.shape) / 60]


def strength(region):
    return np.percentile(region.image_intensity[region.image], 90)


def split(region):
    """Number the digits in a part: 1, or more where only a haze of pale ink joins them."""
    cores = measure.label((region.image_intensity > strength(region) / 2) & region.image)
    tall = [
        core.label for core in measure.regionprops(cores) if height(core) > 0.6 * height(region)
    ]
    if len(tall) < 2 or region.image.shape[1] < height(region):
        return region.image.astype(int)
    cores[~np.isin(cores, tall)] = 0
    places = ndimage.distance_transform_edt(cores == 0, return_distances=False, return_indices=True)
    return cores[tuple(places)]


def ruled_lines(mask):
    """Return which pixels are lines that run straight across, but not what crosses these."""
    width = mask.shape[1]
    thin = mask & ~opening(mask, (max(mask.shape) // 60 + 1, 1))
    flat = opening(thin, (1, width // 30 + 1))
    pieces = measure.label(dilation(flat, (3, width // 6))) * flat
    boxes = [(r, *r.image.shape) for r in measure.regionprops(pieces)]
    long = [(r, length) for r, tall, length in boxes if length > 0.6 * width and tall < length / 10]
    lines = np.zeros_like(mask)
    for region, length in long:
        if len(long) >= 3 or length > 0.95 * width:  # one alone may be a digit's
            lines[region.slice] |= region.image
    thickness = np.median(lines.sum(axis=0)) / max(1, len(long))
    return dilation(lines, (3, 3)) & mask & ~opening(mask, (int(2 * thickness + 1), 1))


def dilation(mask, size):
    return ndimage.grey_dilation(mask.astype(np.uint8), size=size) > 0


def opening(mask, size):
    return ndimage.grey_opening(mask.astype(np.uint8), size=size) > 0


def is_writing(region, grey):
    """Whether a part is thin, keeps off the edge, and is darker than what is all round it."""
    image, size, (top, left, bottom, right) = region.image, max(region.image.shape), region.bbox
    thickness = 2 * ndimage.distance_transform_edt(np.pad(image, 1)).max()
    on_edges = [top == 0, left == 0, bottom == grey.shape[0], right == grey.shape[1]]
    sides = image[0], image[:, 0], image[-1], image[:, -1]
    contact = sum(side.sum() for is_on, side in zip(on_edges, sides) if is_on)
    is_straight = region.axis_minor_length < region.axis_major_length / 8
    if thickness > 0.45 * size or contact > 0.25 * region.perimeter:
        return False  # a spot; a table, or a shadow
    if any(on_edges) and is_straight and size > min(grey.shape) / 2:
        return False  # a fold
    far = max(4, int(thickness))
    window = slice(max(0, top - far), bottom + far), slice(max(0, left - far), right + far)
    around = np.zeros(grey.shape, bool)
    around[region.slice] = image
    distance = ndimage.distance_transform_edt(~around[window])
    ring = grey[window][(distance > far / 2) & (distance <= far)]
    inside = np.median(grey[region.slice][image])
    return np.mean(ring > inside + 0.3 * (np.percentile(ring, 90) - inside)) > 0.8


# ---- Digits and rows ----


def join_strokes(parts, ink, left_out):
    """Return the digits as regions. Strokes of one digit get one number; what is none goes."""
    regions = regions_of(parts, ink)
    regions.sort(key=height, reverse=True)
    darkest = max(map(strength, regions), default=0)
    total = np.cumsum([height(region) for region in regions])
    # Half of all that is written is at least so tall.
    typical = height(regions[np.searchsorted(total, total[-1] / 2)]) if regions else 0
    digits = []
    for region in regions:
        tall, wide = region.image.shape
        hosts = [digit for digit in digits if belongs(region, digit, typical)]
        if strength(region) < darkest / 4:
            left_out.append(f"{PALE} ({place(region, ink)})")
        elif any(surrounds(region, other) for other in regions):
            left_out.append(f"{FRAME} ({place(region, ink)})")
        elif hosts:
            parts[parts == region.label] = hosts[0].label
        elif tall > 0.4 * typical and wide < 4 * tall:
            digits.append(region)
        else:
            left_out.append(f"{MARK} ({place(region, ink)})")
    numbers = {digit.label for digit in digits}
    return [region for region in regions_of(parts, ink) if region.label in numbers]


def height(region):
    return region.image.shape[0]


def place(region, ink):
    row, column = (int(3 * middle / side) for middle, side in zip(region.centroid, ink.shape))
    return f"{('top ', '', 'bottom ')[row]}{('left', 'middle', 'right')[column]}"


def surrounds(region, other):
    """Whether another part stands in a hole of this one, and is no mere speck."""
    y, x = (int(middle) - start for middle, start in zip(other.centroid, region.bbox))
    if not (0 <= y < region.image.shape[0] and 0 <= x < region.image.shape[1]):
        return False
    is_hole = region.image_filled[y, x] and not region.image[y, x]
    return is_hole and other.label != region.label and height(other) > height(region) / 4


def overlap(start, end, other_start, other_end):
    """Return the share of the shorter stretch that lies beside the other; negative for a gap."""
    shorter = min(end - start, other_end - other_start)
    return (min(end, other_end) - max(start, other_start)) / shorter


def belongs(stroke, digit, typical):
    """Whether a stroke is a part of a digit: the bar of a 5, the stem of a 4, half of a faint 8."""
    (top, left, bottom, right), (d_top, d_left, d_bottom, d_right) = stroke.bbox, digit.bbox
    across = overlap(left, right, d_left, d_right)
    down = overlap(top, bottom, d_top, d_bottom)
    if across > 0.5 and down > 0.5:
        return True
    if height(stroke) > 0.6 * typical or right - left > 1.3 * max(d_right - d_left, typical / 2):
        return False
    if down > 0.8:
        return max(left - d_right, d_left - right) < 0.1 * typical
    is_bar = bottom < (d_top + d_bottom) / 2
    gap = max(top - d_bottom, d_top - bottom)
    return across > 0.25 and gap < (0.25 if is_bar else 0.1) * typical


def in_rows(digits):
    """From left to right, a digit continues the row whose last digit stands beside it."""
    rows = []
    for digit in sorted(digits, key=lambda digit: digit.bbox[1]):
        top, _, bottom, _ = digit.bbox
        beside = [overlap(top, bottom, row[-1].bbox[0], row[-1].bbox[2]) for row in rows]
        if max(beside, default=0) > 0.4:
            rows[int(np.argmax(beside))].append(digit)
        else:
            rows.append([digit])
    return sorted(rows, key=lambda row: np.mean([digit.centroid[0] for digit in row]))


def strokes(digit):
    """Return the ink of a digit from 0 to 255: its darkness is as good as another's."""
    ink = np.where(digit.image, digit.image_intensity, 0) / strength(digit)
    return 255 * np.clip((ink - 0.25) / 0.5, 0, 1)
