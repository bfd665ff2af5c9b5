"""From a photo to its ink: what is paper, light or dirt becomes 0, what was written up to 255."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps
from scipy.ndimage import (
    binary_closing,
    binary_dilation,
    distance_transform_edt,
    find_objects,
    grey_closing,
    grey_opening,
    label,
)

Image.MAX_IMAGE_PIXELS = None  # open_in_grey() has its own limit, and explains it

FORMATS = ["PNG", "JPEG", "BMP", "GIF", "WEBP"]
EIGHT = np.ones((3, 3), bool)  # the neighbours of a pixel, corners included
NO_INK = "There is no ink to be seen."


class PhotoError(Exception):
    """Why no digit can be read in a picture, and what to do, in a sentence or two."""


def read_digits(file_name):
    """Return the ink of each digit in a picture, from left to right.

    Each is an array of shape (height, width), from 0 for paper to 255 for ink. Raises PhotoError.
    """
    grey = dark_on_light(without_table(open_in_grey(file_name)))
    darkness = darker_than_paper(grey)
    return one_by_one(without_specks(strokes(darkness, find_writing(darkness, grey))))


# ---- Opening ----


def open_in_grey(file_name):
    """Open a picture upright, in grey, at most about 2,000 pixels long."""
    path = Path(file_name)
    if path.is_dir():
        raise PhotoError("This is a folder. Give the names of the pictures in it.")
    if not path.is_file():
        raise PhotoError("There is no such file. Is the name right?")
    if path.suffix.lower() in (".heic", ".heif"):
        raise PhotoError(
            "This is a HEIC picture. On the iPhone choose Settings, Camera, Formats, Most "
            "Compatible, and photograph again; or send yourself this one by mail, as a JPEG."
        )
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > 64_000_000:
                raise PhotoError("It has more than 64 million pixels. Save it smaller.")
            return upright_in_grey(picture)
    except PermissionError:
        raise PhotoError("It may not be read: permission denied.") from None
    except PhotoError:
        raise
    except Exception as error:  # Pillow fails in a dozen different ways on damaged files.
        message = f"This is not a picture that can be read ({error}). Save it as PNG or JPEG."
        raise PhotoError(message) from None


def upright_in_grey(picture):
    """Turn an open picture as the camera was held, and put paper behind it where it is empty."""
    picture.draft(None, (1000, 1000))  # A JPEG can be opened at a fraction of its size.
    if picture.mode.startswith("I"):  # 16 bits a pixel
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    picture = picture.reduce(max(1, max(picture.size) // 1000))
    picture = ImageOps.exif_transpose(picture).convert("RGBA")
    levels, opacity = (np.asarray(picture.convert("LA"))[..., part] for part in (0, 1))
    ink_is_light = opacity.any() and np.average(levels, weights=opacity) > 128
    paper = Image.new("RGBA", picture.size, "black" if ink_is_light else "white")
    paper.alpha_composite(picture)
    return paper.convert("L")


# ---- From light to ink ----


def without_table(grey):
    """Paint over whatever lies beyond a light sheet on a dark table.

    Seen from afar, without its thin strokes, such a picture has two greys that lie far apart, and
    the dark one goes all round.
    """
    afar = np.asarray(grey.resize((64, 64), Image.Resampling.BOX), float)
    afar = grey_opening(grey_closing(afar, size=9), size=9)
    if np.ptp(afar) < 60:
        return grey
    light = afar > (afar.min() + afar.max()) / 2
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    if edge.mean() > 0.4:
        return grey
    parts, _ = label(light)
    sizes = np.bincount(parts[light])
    sheet = parts == sizes.argmax()
    if sheet.mean() < 0.1:
        return grey
    # A little inside of the sheet's edge, which is blurred, and has a shadow of its own.
    mask = Image.fromarray(np.uint8(255 * sheet)).resize(grey.size, Image.Resampling.BILINEAR)
    mask = mask.filter(ImageFilter.GaussianBlur(max(grey.size) / 100))
    inside = np.asarray(mask) > 250
    levels = np.asarray(grey)
    return Image.fromarray(np.where(inside, levels, np.uint8(np.median(levels[inside]))))


def dark_on_light(grey):
    """Turn light on dark round: chalk on a board, or a digit of MNIST.

    The paper is what most of a neighbourhood looks like. If what stands out most from it, away from
    the picture's edge, is lighter, the ink is lighter than the paper.
    """
    neighbourhood = grey.resize((64, 64), Image.Resampling.BOX).filter(ImageFilter.MedianFilter(47))
    paper = np.asarray(neighbourhood.resize(grey.size, Image.Resampling.BILINEAR), np.float32)
    if min(grey.size) > 100:
        grey = grey.filter(ImageFilter.MedianFilter(3))  # wipes single odd pixels away
    grey = np.asarray(grey, np.float32)
    top, left = (side // 8 for side in grey.shape)
    inner = (slice(top, grey.shape[0] - top), slice(left, grey.shape[1] - left))
    ink_is_lighter = ((grey[inner] - paper[inner]) ** 3).sum() > 0
    return 255 - grey if ink_is_lighter else grey


def darker_than_paper(grey):
    """Return how much darker than the paper each pixel is, from 0 to 1.

    Paper is never evenly lit. Closing fills whatever is dark and thin: what is left is the paper
    with its shadows.
    """
    thin = max(3, max(grey.shape) // 4)  # any stroke is thinner than that
    paper = grey_closing(np.pad(grey, thin, mode="edge"), size=thin)[thin:-thin, thin:-thin]
    darker = paper - grey
    noise = np.median(darker)
    if darker.max() < max(25, 3 * noise):
        raise PhotoError(NO_INK)
    return np.where(darker > 3 * noise, darker, 0) / np.maximum(paper, 1)


def find_writing(darkness, grey):
    """Return where there is ink, as a mask.

    What runs out of the picture is no ink but a table, a shadow or a ruled line. At a high level,
    ruled lines are not seen, and the digit does not hang together with them; at a low level, pale
    ink is seen.
    """
    for level in (0.6, 0.45, 0.3, 0.2, 0.12):
        parts, _ = label(darkness > level, EIGHT)
        outside = at_the_edge(parts)
        writing = np.zeros(grey.shape, bool)
        found = False
        for number, place in enumerate(find_objects(parts), 1):
            part = parts[place] == number
            height, width = part.shape
            if number in outside or is_spot(part) or width > grey.shape[1] / 2 > 8 * height:
                continue
            if max(part.shape) >= max(grey.shape) / 20 and stands_out(parts, number, place, grey):
                writing[place] |= part
                found |= (
                    height > width / 4
                )  # a lone flat line, like a piece of a ruled one, is none
        if found:
            return writing
    raise PhotoError(NO_INK)


def at_the_edge(parts):
    """Return the numbers of the parts that touch the picture's edge."""
    edges = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    return set(edges[edges > 0].tolist())


def is_spot(part):
    """Tell whether a part, cut out as a mask, is about as thick as it is long, as no digit is.

    Punched holes, crumbs and reflections are.
    """
    whole = binary_closing(np.pad(part, 3), EIGHT, 2)  # without the pinholes that noise leaves
    return 2 * distance_transform_edt(whole).max() > 0.45 * max(part.shape)


def stands_out(parts, number, place, grey):
    """Tell whether a part is darker than what is all round it. Beside a shadow's edge it is not."""
    rows, columns = (slice(max(0, side.start - 6), side.stop + 6) for side in place)
    part, levels = parts[rows, columns] == number, grey[rows, columns]
    ring = binary_dilation(part, EIGHT, 5) & ~binary_dilation(part, EIGHT, 2)
    inside, paper = np.median(levels[part]), np.percentile(levels[ring], 90)
    return np.mean(levels[ring] > inside + 0.3 * (paper - inside)) > 0.8


def strokes(darkness, writing):
    """Keep what is about as dark as the writing, and hangs together with it: levels from 0 to 255.

    The edge of a stroke is half as dark. The noise of the paper, its folds and its ruled lines lie
    well below that, and become 0.
    """
    ink = np.clip((darkness / np.percentile(darkness[writing], 90) - 0.3) / 0.4, 0, 1) * 255
    parts, _ = label(ink, EIGHT)
    return np.where(np.isin(parts, np.unique(parts[writing])) & (parts > 0), ink, 0)


def without_specks(ink):
    """Remove every part that has less than a thirtieth of the largest part's ink."""
    parts, _ = label(ink, EIGHT)
    sizes = np.bincount(parts.ravel(), ink.ravel())
    return np.where(sizes[parts] < sizes.max() / 30, 0, ink)


def one_by_one(ink):
    """Cut ink into digits, from left to right: strokes that stand above one another are one."""
    parts, count = label(ink, EIGHT)
    if count == 0:
        raise PhotoError(NO_INK)
    boxes = [
        Box(columns.start, columns.stop, rows.start, rows.stop)
        for rows, columns in find_objects(parts)
    ]
    gap_within_a_digit = max(box.bottom - box.top for box in boxes) / 12
    digits = []
    for box in sorted(boxes, key=lambda box: box.left):
        if digits and box.left < digits[-1].right + gap_within_a_digit:
            digits[-1].take_in(box)
        else:
            digits.append(box)
    tallest = max(digit.bottom - digit.top for digit in digits)
    return [
        ink[:, digit.left : digit.right]
        for digit in digits
        if digit.bottom - digit.top > 0.4 * tallest
    ]


@dataclass
class Box:
    """Where a part of the ink is, in pixels."""

    left: int
    right: int
    top: int
    bottom: int

    def take_in(self, other):
        """Become large enough for another box, which does not begin further left."""
        self.right = max(self.right, other.right)
        self.top = min(self.top, other.top)
        self.bottom = max(self.bottom, other.bottom)
