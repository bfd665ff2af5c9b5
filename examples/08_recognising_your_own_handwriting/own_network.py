"""Reads a network that was kept in a file, of any number of layers.

    np.savez("my_network.npz", *network.coefs_, *network.intercepts_, divisor=255)

keeps one: first all weights, then all biases. How its pixels were scaled goes with it as `offset`
and `divisor`, 0 and 1 where they are missing: the network saw (pixels - offset) / divisor. Its
hidden neurons are sigmoid ones unless `activation` names another of scikit-learn's: "relu", "tanh"
or "identity".
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

LARGEST = 5_000_000  # weights: the page would have 27 megabytes

ACTIVATIONS = {
    "logistic": lambda sums: 1 / (1 + np.exp(-np.clip(sums, -500, 500))),
    "relu": lambda sums: np.maximum(sums, 0),
    "tanh": np.tanh,
    "identity": lambda sums: sums,
}


class NetworkFileError(Exception):
    """Why a file holds no network that can be used, and what to do, in a sentence or two."""


@dataclass
class Network:
    """Weights and biases for pixels from 0 to 1, float64, layer by layer."""

    weights: list  # of shapes (784, n), (n, m), ..., (k, 10)
    biases: list  # of shapes (n,), (m,), ..., (10,)
    activation: str  # of the hidden neurons; the output is always softmax

    def predict_proba(self, images):
        """Return ten probabilities for each image; images: (count, 784), pixels from 0 to 1."""
        values = images
        for weights, biases in zip(self.weights[:-1], self.biases[:-1]):
            values = ACTIVATIONS[self.activation](values @ weights + biases)
        sums = values @ self.weights[-1] + self.biases[-1]
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))  # nothing overflows
        return powers / powers.sum(axis=1, keepdims=True)

    def predict(self, images):
        """Return the digits that are read in images of shape (count, 784), pixels from 0 to 1."""
        return self.predict_proba(images).argmax(axis=1)

    def score(self, images, labels):
        """Return the share of the images that are read rightly, from 0 to 1."""
        return np.mean(self.predict(images) == labels)


def load(file_name):
    """Return the Network in a file, or raise NetworkFileError."""
    arrays = read_arrays(Path(file_name))
    activation = str(arrays.pop("activation", "logistic"))
    if activation not in ACTIVATIONS:
        raise NetworkFileError(
            f"{file_name} names the activation {activation}. "
            f"The page knows these: {', '.join(ACTIVATIONS)}."
        )
    offset = scaling(file_name, "offset", arrays.pop("offset", 0))
    divisor = scaling(file_name, "divisor", arrays.pop("divisor", 1))
    if not divisor.all():
        raise NetworkFileError(f"The divisor in {file_name} is 0. Pixels are divided by 255, or 1.")
    weights, biases = layers(file_name, arrays)

    # The scaling goes into the first layer, so that it takes pixels from 0 to 1:
    # (255 * pixel - offset) / divisor * weight is pixel * (255 / divisor * weight), and a constant.
    biases[0] = biases[0] - (offset / divisor) @ weights[0]
    weights[0] = (255 / divisor)[:, None] * weights[0]
    return Network(weights, biases, activation)


def read_arrays(path):
    """Return the arrays of an .npz file by their names, without unpickling anything."""
    if path.is_dir():
        raise NetworkFileError(f"{path} is a folder. Give the name of the file with the network.")
    if not path.is_file():
        raise NetworkFileError(f"There is no file {path}. Is the name right, and the folder?")
    how_to_keep = (
        "Keep the network with this line: "
        'np.savez("my_network.npz", *network.coefs_, *network.intercepts_, divisor=255)'
    )
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except PermissionError:
        raise NetworkFileError(f"{path} may not be read: permission denied.") from None
    except Exception:  # damaged archives fail in a dozen different ways
        message = f"{path} is not a file of arrays that can be read. {how_to_keep}"
        raise NetworkFileError(message) from None


def scaling(file_name, name, value):
    """Return an offset or a divisor as 784 numbers: one for all pixels is one for each."""
    try:
        return np.broadcast_to(np.asarray(value, float), 784)
    except (TypeError, ValueError):
        message = f"The {name} in {file_name} is neither one number nor one for each of 784 pixels."
        raise NetworkFileError(message) from None


def layers(file_name, arrays):
    """Return the weights and the biases, two lists of arrays that fit one another."""
    names = [f"arr_{index}" for index in range(len(arrays))]
    unknown = sorted(set(arrays) - set(names))
    if unknown:
        raise NetworkFileError(
            f"{file_name} has something in it that is no part of a network: {', '.join(unknown)}. "
            "Besides weights and biases it may name offset, divisor and activation."
        )
    if not names or len(names) % 2:
        raise NetworkFileError(
            f"{file_name} has {len(names)} arrays. There have to be as many of weights as of "
            "biases: *network.coefs_ and then *network.intercepts_, each with its star."
        )
    ordered = [arrays[name] for name in names]
    if not all(np.issubdtype(array.dtype, np.number) for array in ordered):
        raise NetworkFileError(f"{file_name} has something else than numbers in its arrays.")
    if sum(array.size for array in ordered) > LARGEST:
        raise NetworkFileError(
            f"{file_name} has more than {LARGEST:,} numbers: too many for a page."
        )
    half = len(ordered) // 2
    weights = [array.astype(float) for array in ordered[:half]]
    biases = [array.astype(float) for array in ordered[half:]]
    inputs = 784
    for number, (weight, bias) in enumerate(zip(weights, biases), 1):
        if bias.ndim != 1 or weight.shape != (inputs, len(bias)):
            raise NetworkFileError(
                f"In {file_name}, the weights of layer {number} have the shape {weight.shape}, "
                f"and its biases {bias.shape}. The weights need one row for each of {inputs} "
                "inputs, and one column for each bias. All weights come first, then all biases."
            )
        inputs = len(bias)
    if inputs != 10:
        raise NetworkFileError(
            f"The network in {file_name} has {inputs} outputs, and not 10 digits."
        )
    if not all(np.isfinite(array).all() for array in weights + biases):
        raise NetworkFileError(
            f"{file_name} has numbers in it that are infinite, or are none (nan)."
        )
    return weights, biases
