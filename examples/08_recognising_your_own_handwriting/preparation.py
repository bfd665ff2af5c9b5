"""From a picture of a digit to the 28x28 pixels that the network knows.

read_ink() opens a photo and keeps its ink, prepare() brings ink into MNIST's form. The page in
drawing_page.html does what prepare() does, step by step, in JavaScript: change both or neither.
"""

from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, grey_closing, grey_dilation, label

try:
    from PIL import Image, ImageFilter, ImageOps
except ModuleNotFoundError:
    raise SystemExit("To open pictures, install Pillow: python -m pip install pillow") from None

Image.MAX_IMAGE_PIXELS = None  # open_as_grey() has its own limit, and explains it


def read_ink(file_name):
    """The ink in a picture: 0 where there is paper, up to 255 where there is ink."""
    path = Path(file_name)
    if path.is_dir():
        raise ValueError(f"{path} is a folder. Give the name of one picture in it.")
    if not path.is_file():
        raise ValueError(f"There is no file {path}.")
    try:
        grey = open_as_grey(path)
    except PermissionError:
        raise ValueError(f"{path} may not be read: permission denied.") from None
    except Exception as error:  # Pillow fails in a dozen different ways on damaged files.
        raise ValueError(
            f"{path} is not a picture that can be read ({error}). Save it as PNG or JPEG."
        ) from None

    # Light on dark is turned round. The paper is what most of a neighbourhood looks like; if what
    # stands out most from it is lighter, this is chalk on a board, or a digit of MNIST.
    neighbourhood = grey.resize((64, 64), Image.Resampling.BOX).filter(ImageFilter.MedianFilter(47))
    paper = np.asarray(neighbourhood.resize(grey.size, Image.Resampling.BILINEAR), np.float32)
    if min(grey.size) > 100:
        grey = grey.filter(ImageFilter.MedianFilter(3))  # wipes single odd pixels away
    grey = np.asarray(grey, np.float32)
    if ((grey - paper) ** 3).sum() > 0:
        grey = 255 - grey

    # Paper is never evenly lit. Closing fills whatever is dark and thin: what is left is the paper
    # with its shadows, and how much darker than that a pixel is, is how much ink it has.
    thin = max(3, max(grey.shape) // 4)  # any stroke is thinner than that
    paper = grey_closing(np.pad(grey, thin, mode="edge"), size=thin)[thin:-thin, thin:-thin]
    darker = paper - grey
    if darker.max() < max(25, 3 * np.median(darker)):  # the median is what noise alone does
        raise ValueError(f"There is no ink to be seen in {path}.")

    # Half as dark as the darkest ink is the edge of a stroke. The noise of the paper, its folds
    # and its ruled lines lie well below that, and become 0; so do specks that lie about.
    ink = darker / np.maximum(paper, 1)
    ink = np.clip((ink / ink.max() - 0.3) / 0.4, 0, 1) * 255
    parts, _ = label(ink, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel(), ink.ravel())
    ink[sizes[parts] < sizes.max() / 30] = 0

    # A ballpoint's line all but vanishes in 28x28 pixels. It grows to a tenth of the digit's size,
    # which is near what the pens of MNIST left. (A line's mean distance to its edge is a quarter.)
    width = 4 * distance_transform_edt(ink > 127)[ink > 127].mean()
    rows, columns = np.nonzero(ink)
    missing = max(np.ptp(rows), np.ptp(columns)) / 10 - width
    return grey_dilation(np.pad(ink, 50), size=2 * int(missing / 2) + 1) if missing > 2 else ink


def open_as_grey(path):
    with Image.open(path, formats=["PNG", "JPEG", "BMP", "GIF"]) as picture:
        if picture.width * picture.height > 64_000_000:
            raise ValueError("it has more than 64 million pixels")
        picture.draft(None, (1000, 1000))  # A JPEG can be opened at a fraction of its size.
        if picture.mode.startswith("I"):  # 16 bits a pixel
            picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
        picture = picture.reduce(max(1, max(picture.size) // 1000))
    picture = ImageOps.exif_transpose(picture).convert("RGBA")  # upright, as the camera was held
    paper = Image.new("RGBA", picture.size, "white")  # to be seen wherever the picture is not
    paper.alpha_composite(picture)
    return paper.convert("L")


def prepare(ink):
    """784 grey levels from 0 to 255, made as MNIST's own images were made."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    # The longer side becomes 20 pixels; the shorter keeps its proportion to it.
    scale = 20 / max(ink.shape)
    height, width = (max(1, int(side * scale + 0.5)) for side in ink.shape)
    small = area_shares(ink.shape[0], height) @ ink @ area_shares(ink.shape[1], width).T
    small = np.floor(small + 0.5)

    # The centre of mass comes to pixel (14, 14), as near as whole pixels allow.
    total = small.sum()
    top = 14 - (small.sum(axis=1) @ np.arange(height)) / total
    left = 14 - (small.sum(axis=0) @ np.arange(width)) / total
    top = min(max(int(np.floor(top + 0.5)), 0), 28 - height)
    left = min(max(int(np.floor(left + 0.5)), 0), 28 - width)
    pixels = np.zeros((28, 28), np.uint8)
    pixels[top : top + height, left : left + width] = small
    return pixels.ravel()


def area_shares(before, after):
    """How much of each old pixel falls into each new one; every row adds up to 1."""
    edges = np.arange(after + 1)[:, None] * (before / after)
    old = np.arange(before)
    overlap = np.minimum(edges[1:], old + 1) - np.maximum(edges[:-1], old)
    return np.clip(overlap, 0, None) * (after / before)
