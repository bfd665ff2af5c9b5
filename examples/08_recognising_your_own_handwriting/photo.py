"""From a photo to its ink: what is paper, light or dirt becomes 0, what was written up to 255."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps
from scipy.ndimage import distance_transform_edt, grey_closing, grey_dilation, label

Image.MAX_IMAGE_PIXELS = None  # open_in_grey() has its own limit, and explains it


class PhotoError(Exception):
    """Why no digit can be read in a picture, and what to do, in a sentence or two."""


def read_ink(file_name):
    """Return the ink in a picture: shape (height, width), from 0 for paper to 255 for ink."""
    grey = dark_on_light(open_in_grey(file_name))
    ink = without_specks(strokes(darker_than_paper(grey)))
    return thick_as_in_mnist(ink)


def open_in_grey(file_name):
    """Open a picture upright, in grey, at most about 2,000 pixels long."""
    path = Path(file_name)
    if path.is_dir():
        raise PhotoError("This is a folder. Give the names of the pictures in it.")
    if not path.is_file():
        raise PhotoError("There is no such file. Is the name right?")
    try:
        with Image.open(path, formats=["PNG", "JPEG", "BMP", "GIF", "WEBP"]) as picture:
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
    """Turn an open picture as the camera was held, and let white paper show where it is empty."""
    picture.draft(None, (1000, 1000))  # A JPEG can be opened at a fraction of its size.
    if picture.mode.startswith("I"):  # 16 bits a pixel
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    picture = picture.reduce(max(1, max(picture.size) // 1000))
    picture = ImageOps.exif_transpose(picture).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("L")


def dark_on_light(grey):
    """Turn light on dark round: chalk on a board, or a digit of MNIST.

    The paper is what most of a neighbourhood looks like. If what stands out most from it is
    lighter, the ink is lighter than the paper.
    """
    neighbourhood = grey.resize((64, 64), Image.Resampling.BOX).filter(ImageFilter.MedianFilter(47))
    paper = np.asarray(neighbourhood.resize(grey.size, Image.Resampling.BILINEAR), np.float32)
    if min(grey.size) > 100:
        grey = grey.filter(ImageFilter.MedianFilter(3))  # wipes single odd pixels away
    grey = np.asarray(grey, np.float32)
    ink_is_lighter = ((grey - paper) ** 3).sum() > 0
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
        raise PhotoError("There is no ink to be seen.")
    return darker / np.maximum(paper, 1)


def strokes(darkness):
    """Keep what is about as dark as the darkest ink. Returns levels from 0 to 255.

    The edge of a stroke is half as dark. The noise of the paper, its folds and its ruled lines lie
    well below that, and become 0.
    """
    return np.clip((darkness / darkness.max() - 0.3) / 0.4, 0, 1) * 255


def without_specks(ink):
    """Remove every part that has less than a thirtieth of the largest part's ink."""
    parts, _ = label(ink, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel(), ink.ravel())
    return np.where(sizes[parts] < sizes.max() / 30, 0, ink)


def thick_as_in_mnist(ink):
    """Thicken the line of a ballpoint, which would all but vanish in 28x28 pixels.

    It grows to a tenth of the digit's size, which is near what the pens of MNIST left.
    """
    inside = ink > 127
    width = 4 * distance_transform_edt(inside)[inside].mean()  # a line's mean distance to its edge
    rows, columns = np.nonzero(ink)  # is a quarter of its width
    missing = max(np.ptp(rows), np.ptp(columns)) / 10 - width
    if missing <= 2:
        return ink
    return grey_dilation(np.pad(ink, 50), size=2 * int(missing / 2) + 1)
