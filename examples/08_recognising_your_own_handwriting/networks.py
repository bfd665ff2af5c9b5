"""Networks as tables of numbers: read from a file or from the page to draw on, and put into it.

    np.savez("my_network.npz", *network.coefs_, *network.intercepts_, offset=33, divisor=79)

keeps one: first all weights, then all biases. The network saw (pixels - offset) / divisor, which
are 0 and 1 where they are missing. Its hidden neurons are sigmoid ones, unless activation="relu",
"tanh" or "identity" stands there as well.
"""

import base64
import json
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PAGE = Path(__file__).with_name("drawing_page.html")
PLACE = re.compile(r'(<script type="application/json" id="trained-network">)(.*?)(</script>)', re.S)
SCALINGS = {  # how pixels are usually scaled, as the line that keeps a network says it
    "": (0, 1),
    ", divisor=255": (0, 255),
    ", offset=33, divisor=79": (33, 79),
    ", offset=127.5, divisor=127.5": (127.5, 127.5),
}
ACTIVATIONS = {
    "logistic": lambda sums: 1 / (1 + np.exp(-np.clip(sums, -500, 500))),
    "relu": lambda sums: np.maximum(sums, 0),
    "tanh": np.tanh,
    "identity": lambda sums: sums,
}


class NetworkError(Exception):
    """Why a network or the page cannot be used, and what to do, in a sentence or two."""


@dataclass
class Network:
    """A network for pixels from 0 to 255; predict() and score() are as scikit-learn's."""

    weights: list  # of arrays of the shapes (784, n), (n, m), ..., (k, 10)
    biases: list  # of arrays of the shapes (n,), (m,), ..., (10,)
    activation: str = "logistic"  # of the hidden neurons; the output is always softmax
    offset: object = 0  # a number for all pixels, or one for each
    divisor: object = 255

    def predict_proba(self, images):
        values = (images - np.asarray(self.offset, float)) / self.divisor
        for weights, biases in zip(self.weights[:-1], self.biases[:-1]):
            values = ACTIVATIONS[self.activation](values @ weights + biases)
        sums = values @ self.weights[-1] + self.biases[-1]
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def predict(self, images):
        return self.predict_proba(images).argmax(axis=1)

    def score(self, images, labels):
        return float(np.mean(self.predict(images) == labels))


# ---- A file ----


def load(file_name):
    """Return the Network in a file, or raise NetworkError."""
    try:
        with np.load(file_name, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise NetworkError(
            f"There is no file {file_name}. Is the name right, and the folder?"
        ) from None
    except Exception:  # a folder, a page, half an archive: each fails in another way
        raise NetworkError(
            f"{file_name} is not a file of arrays that can be read. Keep the network with: "
            'np.savez("my_network.npz", *network.coefs_, *network.intercepts_)'
        ) from None
    activation = str(arrays.pop("activation", "logistic"))
    if activation not in ACTIVATIONS:
        raise NetworkError(f"{file_name} names an unknown activation, {activation}.")
    scaling = {name: arrays.pop(name, default) for name, default in (("offset", 0), ("divisor", 1))}
    for name, value in scaling.items():
        is_number = np.issubdtype(np.asarray(value).dtype, np.number)
        if (
            not is_number
            or np.shape(value) not in ((), (1,), (784,))
            or not np.isfinite(value).all()
        ):
            raise NetworkError(f"The {name} in {file_name} is neither a number nor 784 of them.")
    if not np.all(scaling["divisor"]):
        raise NetworkError(f"The divisor in {file_name} is 0. Pixels are divided by 255, or 79.")
    names = [f"arr_{index}" for index in range(len(arrays))]
    if set(names) != set(arrays) or not names or len(names) % 2:
        raise NetworkError(
            f"{file_name} holds {', '.join(arrays) or 'nothing'}. It has to hold as many arrays of "
            "weights as of biases (*network.coefs_ and *network.intercepts_, each with its star), "
            "and may name an offset, a divisor and an activation."
        )
    tables = [arrays[name] for name in names]
    if not all(table.dtype.kind in "fiu" and np.isfinite(table).all() for table in tables):
        raise NetworkError(f"{file_name} holds something else than finite numbers.")
    if sum(table.size for table in tables) > 5_000_000:
        raise NetworkError(f"{file_name} holds more than 5 million numbers: too many for a page.")
    weights, biases = tables[: len(tables) // 2], tables[len(tables) // 2 :]
    inputs = 784
    for number, (weight, bias) in enumerate(zip(weights, biases), 1):
        if bias.ndim != 1 or weight.shape != (inputs, len(bias)):
            raise NetworkError(
                f"In {file_name}, layer {number} has weights of the shape {weight.shape} and "
                f"biases of the shape {bias.shape}. For {inputs} inputs they do not fit. All "
                "weights come first, then all biases."
            )
        inputs = len(bias)
    if inputs != 10:
        raise NetworkError(f"The network in {file_name} has {inputs} outputs, and not 10 digits.")
    return Network(weights, biases, activation, **scaling)


def check_scaling(network, images, labels):
    """Say so if the network reads better with another scaling; NetworkError if by far better."""
    score = network.score(images, labels)
    scores = {}
    for words, (offset, divisor) in SCALINGS.items():
        other = Network(network.weights, network.biases, network.activation, offset, divisor)
        scores[words] = other.score(images, labels)
    best = max(scores, key=scores.get)
    advice = (
        f"With the scaling that is kept beside it, this network has a score of {score:.4f}. "
        f"With another one it has {scores[best]:.4f}. Were its pixels scaled in that way in "
        "training? Then keep it with this line, and run this again:\n"
        f'np.savez("my_network.npz", *network.coefs_, *network.intercepts_{best})'
    )
    if scores[best] > score + 0.1:
        raise NetworkError(advice)
    if scores[best] > score + 0.005:
        print(f"{advice}\nIf they were not, all is well.")


# ---- The page ----


def read_page():
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


def write_page(place, page, contents):
    """Write a page with other numbers: contents is what the page reads as JSON."""
    numbers = json.dumps(contents)
    try:
        place.write_text(PLACE.sub(lambda found: found[1] + numbers + found[3], page), "utf-8")
    except OSError as problem:
        raise NetworkError(f"The page could not be written: {problem}") from None


def from_page(page):
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


def exactly(name, network, images, labels):
    """Return the page's entry for a Network: its numbers with 32 bits, for pixels from 0 to 1."""
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


def in_brief(name, passes, classifier, images, labels):
    """Return the page's entry for an MLPClassifier with sigmoid neurons and pixels from 0 to 1.

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
    entry = {"name": name, "passes": passes, "bits": 8, "activation": "logistic", "layers": layers}
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
