"""Pictures as a telephone takes them, made here: digits on paper, and all that gets in the way."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from handwriting import DIGITS


def photograph(
    digits=(7,),
    pen=16,
    side=300,
    size=(600, 800),
    paper=225,
    ink=40,
    places=None,
    light=None,
    spoil=None,
    noise=4,
    blur=1,
):
    """Digits on paper, grey levels of 600x800 pixels; `light` and `spoil` take x, y from 0 to 1.

    `light` is what the paper's brightness is multiplied by; `spoil` changes the finished picture.
    """
    width, height = size
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    places = places or [((index + 1) / (len(digits) + 1), 0.5) for index in range(len(digits))]
    for digit, (across, down) in zip(digits, places):
        left, top = across * width - side / 2, down * height - side / 2
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


def corner(level, reach):
    return lambda levels, x, y: np.where(x + y < reach, level, levels)


def holes(levels, x, y):
    for down in (0.35, 0.65):
        levels = np.where((x - 0.06) ** 2 + ((y - down) * 4 / 3) ** 2 < 0.0005, 30, levels)
    return levels


def ruled(levels, x, y):
    return np.where(y * 800 % 60 < 3, levels * 0.8, levels)


def squared(levels, x, y):
    return np.where((y * 800 % 40 < 2) | (x * 600 % 40 < 2), levels * 0.82, levels)


def glare(levels, x, y):
    return levels + 120 * np.exp(-((x - 0.6) ** 2 + (y - 0.4) ** 2) / 0.02)


def crumbs(levels, x, y):
    return np.where((x - 0.9) ** 2 + (y - 0.1) ** 2 < 0.0001, 60, levels)


def fold(levels, x, y):
    return levels * np.where(np.abs(x - 0.5 + 0.1 * y) < 0.004, 0.8, 1)


def from_one_side(x, y):
    return 0.5 + 0.3 * x + 0.2 * y


def hard_shadow(x, y):
    return np.where(x + y > 1.05, 0.55, 1)


def shadow_of_a_hand(x, y):
    return np.where((x > 0.6) & (y > 0.45 + 0.2 * x), 0.5, 1)


def shadow_of_a_pen(x, y):
    return np.where(np.abs(x - y * 0.5 - 0.2) < 0.03, 0.6, 1)


WAYS = {
    "clean": {},
    "ballpoint": {"pen": 4},
    "pencil": {"pen": 5, "ink": 140},
    "marker": {"pen": 36},
    "small": {"side": 90, "pen": 6},
    "large": {"side": 540, "pen": 30},
    "light from one side": {"light": from_one_side},
    "hard shadow": {"light": hard_shadow},
    "shadow of a hand": {"light": shadow_of_a_hand},
    "shadow of a pen": {"light": shadow_of_a_pen, "ink": 20},
    "dark room": {"paper": 90, "ink": 20},
    "noisy": {"noise": 14},
    "blurred": {"blur": 5},
    "ruled": {"spoil": ruled},
    "squared": {"spoil": squared, "pen": 5},
    "punched": {"spoil": holes},
    "glare": {"spoil": glare},
    "crumbs": {"spoil": crumbs},
    "fold": {"spoil": fold},
    "a corner of the table": {"spoil": corner(50, 0.35)},
    "two sides of the table": {"spoil": table(70, left=0.12, bottom=0.85)},
    "sheet on a dark table": {"spoil": table(40)},
    "sheet askew on a dark table": {"spoil": table(60, 0.16, 0.84, 0.16, 0.84, slant=0.15)},
    "small sheet on a dark table": {"spoil": table(30, 0.2, 0.8, 0.25, 0.75), "side": 220},
    "chalk": {"paper": 40, "ink": 225},
    "chalk, light from one side": {"paper": 60, "ink": 225, "light": from_one_side},
}
# The digits go round, so that each way has two of them.
SINGLE = {
    f"{way}, {digit}": ({"digits": (digit,), **WAYS[way]}, digit)
    for number, way in enumerate(WAYS)
    for digit in ((3 * number + 4) % 10, (3 * number + 7) % 10)
}
EMPTY = {
    f"empty, {way}": {**settings, "digits": ()}
    for way, settings in WAYS.items()
    if not {"pen", "side", "blur"} & set(settings) or "table" in way
}
