"""Pictures as a telephone takes them, made here: digits on paper, and all that gets in the way."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from handwriting import DIGITS


def photograph(
    digits=(7,), pen=16, side=300, paper=225, ink=40, light=None, spoil=None, noise=4, blur=1
):
    """Digits on paper, grey levels of 600x800 pixels; `light` and `spoil` take x, y from 0 to 1.

    `light` is what the paper's brightness is multiplied by; `spoil` changes the finished picture.
    """
    width, height = 600, 800
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    for number, digit in enumerate(digits, 1):
        left, top = width * number / (len(digits) + 1) - side / 2, height / 2 - side / 2
        for stroke in DIGITS[digit]:
            points = [(left + side * x, top + side * y) for x, y in stroke]
            draw.line(points, fill=255, width=pen, joint="curve")
    mask = np.asarray(mask.filter(ImageFilter.GaussianBlur(blur)), float) / 255
    y, x = np.mgrid[:height, :width]
    x, y = x / width, y / height
    levels = paper + (ink - paper) * mask
    if light:
        levels = levels * light(x, y)
    if spoil:
        levels = spoil(levels, x, y)
    levels = levels + np.random.RandomState(0).normal(0, noise, levels.shape)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def table(level, left=0.1, right=0.9, top=0.1, bottom=0.9, slant=0.0):
    """Everything beyond a sheet, which may lie askew, is the table."""

    def spoil(levels, x, y):
        x, y = x + slant * (y - 0.5), y - slant * (x - 0.5)
        outside = (x < left) | (x > right) | (y < top) | (y > bottom)
        return np.where(outside, level, levels)

    return spoil


def holes(levels, x, y):
    for down in (0.35, 0.65):
        levels = np.where((x - 0.06) ** 2 + ((y - down) * 4 / 3) ** 2 < 0.0005, 30, levels)
    return levels


def darker(factor, where):
    """Where a condition on x and y holds, all is darker, as in a shadow."""
    return lambda levels, x, y: levels * np.where(where(x, y), factor, 1)


def from_one_side(x, y):
    return 0.5 + 0.3 * x + 0.2 * y


def squares(x, y):
    return (y * 800 % 40 < 2) | (x * 600 % 40 < 2)


def glare(levels, x, y):
    return levels + 120 * np.exp(-((x - 0.6) ** 2 + (y - 0.4) ** 2) / 0.02)


WAYS = {
    "clean": {},
    "ballpoint": {"pen": 4},
    "pencil": {"pen": 5, "ink": 140},
    "marker": {"pen": 36},
    "small": {"side": 90, "pen": 6},
    "large": {"side": 540, "pen": 30},
    "light from one side": {"light": from_one_side},
    "hard shadow": {"spoil": darker(0.55, lambda x, y: x + y > 1.05)},
    "shadow of a hand": {"spoil": darker(0.5, lambda x, y: (x > 0.6) & (y > 0.45 + 0.2 * x))},
    "shadow of a pen": {"ink": 20, "spoil": darker(0.6, lambda x, y: abs(x - y / 2 - 0.2) < 0.03)},
    "dark room": {"paper": 90, "ink": 20},
    "noisy": {"noise": 14},
    "blurred": {"blur": 5},
    "ruled": {"spoil": darker(0.8, lambda x, y: y * 800 % 60 < 3)},
    "squared": {"pen": 5, "spoil": darker(0.82, squares)},
    "punched": {"spoil": holes},
    "glare": {"spoil": glare},
    "crumbs": {"spoil": darker(0.27, lambda x, y: (x - 0.9) ** 2 + (y - 0.1) ** 2 < 0.0001)},
    "fold": {"spoil": darker(0.8, lambda x, y: np.abs(x - 0.5 + 0.1 * y) < 0.004)},
    "a corner of the table": {"spoil": darker(0.22, lambda x, y: x + y < 0.35)},
    "two sides of the table": {"spoil": table(70, left=0.12, bottom=0.85)},
    "sheet on a dark table": {"spoil": table(40)},
    "sheet askew on a dark table": {"spoil": table(60, 0.16, 0.84, 0.16, 0.84, slant=0.15)},
    "small sheet on a dark table": {"spoil": table(30, 0.2, 0.8, 0.25, 0.75), "side": 220},
    "chalk": {"paper": 40, "ink": 225},
    "chalk, light from one side": {"paper": 60, "ink": 225, "light": from_one_side},
}
SINGLE = {  # the digits go round, so that each way has two of them
    f"{way}, {digit % 10}": ({**WAYS[way], "digits": (digit % 10,)}, digit % 10)
    for number, way in enumerate(WAYS)
    for digit in (3 * number + 4, 3 * number + 7)
}
EMPTY = {
    f"empty, {way}": {**settings, "digits": ()}
    for way, settings in WAYS.items()
    if not {"pen", "side", "blur"} & set(settings) or "table" in way
}
