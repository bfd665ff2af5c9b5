"""Puts a trained network into the page to draw on.

The page is a template, drawing_page.html. It has one place for a network, which goes in as text.
"""

import base64
import json
from pathlib import Path

TEMPLATE = Path(__file__).with_name("drawing_page.html")
PLACE_FOR_NETWORK = '<script type="application/json" id="trained-network">null</script>'


class PageError(Exception):
    """Why the page cannot be made, and what to do, in a sentence or two."""


def read_template():
    """Return the text of the template, which has exactly one place for a network."""
    try:
        template = TEMPLATE.read_text(encoding="utf-8")
    except OSError:
        message = f"There is no {TEMPLATE.name} beside main.py. Copy it there, too."
        raise PageError(message) from None
    if template.count(PLACE_FOR_NETWORK) != 1:
        raise PageError(
            f"{TEMPLATE.name} has no place for a network any more. This line has to stand in it, "
            f"once: {PLACE_FOR_NETWORK}"
        )
    return template


def in_base64(numbers):
    """Return an array as text: its values in row order, 32-bit floats, little-endian, in base64."""
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode("ascii")


def write(place, template, contents):
    """Write the page to `place`: the template with `contents`, a dictionary, as JSON inside."""
    network = PLACE_FOR_NETWORK.replace("null", json.dumps(contents))
    try:
        Path(place).write_text(template.replace(PLACE_FOR_NETWORK, network), encoding="utf-8")
    except OSError as problem:
        raise PageError(f"The page could not be written: {problem}") from None
