"""Networks as tables of numbers, read from a file.

    np.savez("my_network.npz", *network.coefs_, *network.intercepts_, offset=33, divisor=79)

keeps one: first all weights, then all biases. The network saw (pixels - offset) / divisor, which
are 0 and 1 where they are missing. Its hidden neurons are sigmoid ones, unless activation="relu",
"tanh" or "identity" stands there as well.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

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


def read_five_times(network, images):
    """Return the mean probabilities of images as they are, and moved by a pixel to each side."""
    squares = images.reshape(-1, 28, 28)
    shifts = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
    moved = [np.roll(squares, shift, axis=(1, 2)).reshape(-1, 784) for shift in shifts]
    return np.mean([network.predict_proba(images) for images in moved], axis=0)


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


def check_scaling(network, images, labels, file_name):
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
        f'np.savez("{Path(file_name).as_posix()}", *network.coefs_, *network.intercepts_{best})'
    )
    if scores[best] > score + 0.1:
        raise NetworkError(advice)
    # The recipe of step 02, kept rightly, has a seventh fewer errors with divided pixels.
    if 1 - scores[best] < 0.7 * (1 - score):
        print(f"{advice}\nIf they were not, all is well.")
