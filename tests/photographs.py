"""Pictures as a telephone takes them, made here: digits on paper, and all that gets in the way."""

from types import SimpleNamespace

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from handwriting import DIGITS
from helpers import data

TABLES = data("photographs.toml")
WAYS = TABLES["ways"]


def photograph(**settings):
    """Digits on paper, grey levels of 600x800 pixels: as the defaults say where no setting does."""
    how = SimpleNamespace(**(TABLES["defaults"] | settings))
    width, height = 600, 800
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    for number, digit in enumerate(how.digits, 1):
        left, top = width * number / (len(how.digits) + 1) - how.side / 2, height / 2 - how.side / 2
        for stroke in DIGITS[digit]:
            points = [(left + how.side * x, top + how.side * y) for x, y in stroke]
            draw.line(points, fill=255, width=how.pen, joint="curve")
    mask = np.asarray(mask.filter(ImageFilter.GaussianBlur(how.blur)), float) / 255
    y, x = np.mgrid[:height, :width]
    x, y = x / width, y / height
    levels = how.paper + (how.ink - how.paper) * mask
    if how.one_sided:
        levels = levels * (0.5 + 0.3 * x + 0.2 * y)
    if how.spoil:
        levels = SPOILS[how.spoil](levels, x, y)
    if how.table:
        levels = beyond(levels, x, y, **how.table)
    levels = levels + np.random.RandomState(0).normal(0, how.noise, levels.shape)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def beyond(levels, x, y, level, left=0.1, right=0.9, top=0.1, bottom=0.9, slant=0.0):
    """Everything beyond a sheet, which may lie askew, is the table."""
    x, y = x + slant * (y - 0.5), y - slant * (x - 0.5)
    outside = (x < left) | (x > right) | (y < top) | (y > bottom)
    return np.where(outside, level, levels)


def holes(levels, x, y):
    for down in (0.35, 0.65):
        levels = np.where((x - 0.06) ** 2 + ((y - down) * 4 / 3) ** 2 < 0.0005, 30, levels)
    return levels


def darker(factor, where):
    """Where a condition on x and y holds, all is darker, as in a shadow."""
    return lambda levels, x, y: levels * np.where(where(x, y), factor, 1)


def glare(levels, x, y):
    return levels + 120 * np.exp(-((x - 0.6) ** 2 + (y - 0.4) ** 2) / 0.02)


SPOILS = {
    "hard shadow": darker(0.55, lambda x, y: x + y > 1.05),
    "shadow of a hand": darker(0.5, lambda x, y: (x > 0.6) & (y > 0.45 + 0.2 * x)),
    "shadow of a pen": darker(0.6, lambda x, y: abs(x - y / 2 - 0.2) < 0.03),
    "ruled": darker(0.8, lambda x, y: y * 800 % 60 < 3),
    "squared": darker(0.82, lambda x, y: (y * 800 % 40 < 2) | (x * 600 % 40 < 2)),
    "closely squared": darker(0.7, lambda x, y: (y * 800 % 30 < 2) | (x * 600 % 30 < 2)),
    "punched": holes,
    "glare": glare,
    "crumbs": darker(0.27, lambda x, y: (x - 0.9) ** 2 + (y - 0.1) ** 2 < 0.0001),
    "fold": darker(0.8, lambda x, y: np.abs(x - 0.5 + 0.1 * y) < 0.004),
    "a corner of the table": darker(0.22, lambda x, y: x + y < 0.35),
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
