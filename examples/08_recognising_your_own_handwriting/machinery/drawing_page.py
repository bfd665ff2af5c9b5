"""The page to draw on, and the numbers of networks in it."""

import base64
import json
import re
import struct
import zlib
from pathlib import Path

import numpy as np

from machinery.networks import Network, NetworkError

PAGE = Path(__file__).parents[1] / "drawing_page.html"
PLACE = re.compile(r'(<script type="application/json" id="trained-network">)(.*?)(</script>)', re.S)


def read():
    """Return the text of the page, which holds the numbers of networks in exactly one place."""
    try:
        page = PAGE.read_text(encoding="utf-8")
    except OSError:
        raise NetworkError(f"There is no {PAGE.name} beside main.py. Copy it there, too.") from None
    if len(PLACE.findall(page)) != 1:
        raise NetworkError(
            f"{PAGE.name} needs exactly one place for networks: a script of the type "
            'application/json with the id "trained-network". Take it from the workshop once more.'
        )
    return page


def write(place, page, contents):
    """Write a page with other numbers: contents is what the page reads as JSON."""
    numbers = json.dumps(contents)
    try:
        place.write_text(PLACE.sub(lambda found: found[1] + numbers + found[3], page), "utf-8")
    except OSError as problem:
        raise NetworkError(f"The page could not be written: {problem}") from None


def last_network(page):
    """Return the last network in the page: the one that saw varied digits."""
    kept = json.loads(PLACE.search(page)[2])["networks"][-1]
    return unpacked(kept)


def unpacked(kept, divisor=255):
    """Return the Network whose numbers stand in an entry of the page, for pixels from 0 to 255."""
    weights, biases = [], []
    for layer in kept["layers"]:
        numbers = {name: base64.b64decode(text) for name, text in layer.items()}
        biases.append(np.frombuffer(numbers["biases"], "<f4").astype(float))
        if kept["bits"] == 8:
            lowest, step = (np.frombuffer(numbers[name], "<f4") for name in ("lowest", "step"))
            levels = np.frombuffer(numbers["weights"], "u1").reshape(-1, len(lowest))
            weights.append(lowest.astype(float) + step.astype(float) * levels)
        else:
            table = np.frombuffer(numbers["weights"], "<f4").reshape(-1, len(biases[-1]))
            weights.append(table.astype(float))
    return Network(weights, biases, kept["activation"], divisor=divisor)


def full_entry(name, network, images, labels):
    """Return what the page knows of a Network: its numbers, in 32 bits, for pixels from 0 to 1."""
    offset, divisor = (np.broadcast_to(each, 784) for each in (network.offset, network.divisor))
    weights, biases = [*network.weights], [*network.biases]
    biases[0] = biases[0] - (offset / divisor) @ weights[0]
    weights[0] = (255 / divisor)[:, None] * weights[0]
    layers = [
        {"weights": text(w, "<f4"), "biases": text(b, "<f4")} for w, b in zip(weights, biases)
    ]
    score = network.score(images, labels)
    return {
        "name": name,
        "score": score,
        "bits": 32,
        "activation": network.activation,
        "layers": layers,
    }


def short_entry(name, classifier, images, labels):
    """Return what the page knows of an MLPClassifier with sigmoid neurons, for pixels from 0 to 1.

    Each weight takes 8 bits: it is one of 256 levels between the smallest and the largest of its
    neuron. That takes a quarter of the room. The score is that of the rounded weights.
    """
    layers = []
    for weights, biases in zip(classifier.coefs_, classifier.intercepts_):
        lowest = weights.min(axis=0).astype(np.float32)
        step = ((weights.max(axis=0) - lowest) / 255).astype(np.float32)
        levels = np.round((weights - lowest) / step).clip(0, 255)
        numbers = {"lowest": text(lowest, "<f4"), "step": text(step, "<f4")}
        layers.append({"weights": text(levels, "u1"), **numbers, "biases": text(biases, "<f4")})
    entry = {"name": name, "bits": 8, "activation": "logistic", "layers": layers}
    return {**entry, "score": unpacked(entry, divisor=1).score(images, labels)}


def text(numbers, kind):
    """Return an array as text: its values in row order, of a NumPy dtype, in base64."""
    return base64.b64encode(np.asarray(numbers).astype(kind).tobytes()).decode("ascii")


def gallery(images, labels):
    """Return 500 test images, evenly spread, as a picture (PNG, 50 in a row) and their labels."""
    chosen = np.arange(500) * len(images) // 500
    grey = images[chosen].reshape(-1, 50, 28, 28).swapaxes(1, 2).reshape(-1, 50 * 28)
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)  # 8 bits, grey
    rows = b"".join(b"\0" + row.tobytes() for row in grey)  # each begins with its filter: none
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    picture = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    return {"picture": picture, "labels": "".join(str(label) for label in labels[chosen])}
