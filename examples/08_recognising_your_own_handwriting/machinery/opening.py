"""From a file to an upright picture of a moderate size, or a sentence that says why not."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

Image.MAX_IMAGE_PIXELS = None  # open_upright() has a limit of its own, and explains it


class PhotoError(Exception):
    """Why no digit can be read in a picture, and what to do, in a sentence or two."""


def open_upright(file_name):
    """Open a picture, turn it as the camera was held, and put paper behind it where it is empty."""
    path = Path(file_name)
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
