"""How long does it take to reach a score?
======================================

    python tests/time_to_a_score.py
    python tests/time_to_a_score.py --choose

Everyone learns from the same 60,000 images, on one thread. The clock counts the processor seconds
of preparing the pixels and of training. It stands still while the test images are scored, which
happens after every 20,000 images. A score counts as reached at the first such look that shows it.
PyTorch takes part where it is installed, best in an environment of its own beside NumPy, SciPy,
scikit-learn and this project: pip install torch==2.13.0. The project itself does not need it.

What differs: "edges" and "bent" read the edges of the strokes instead of the ink, so that their
first layer has less to find out, and they average the weights of their latest steps. That is what
makes them fast, not the library: "same network" is what PyTorch trains, in scikit-learn. Their
settings were chosen with --choose, which scores the last 10,000 training images and leaves the test
images alone. Looks are frequent, and the first lucky one counts: that is generous to networks whose
weights are not averaged.
"""

import copy
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import sklearn
from scipy.ndimage import gaussian_filter
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

import mnist

try:
    import torch
except ImportError:
    torch = None

SCORES = (0.8725, 0.95, 0.98, 0.99)
SEEDS = range(5)
GRID = np.mgrid[:24, :24] - 11.5  # the rows and columns of an image without its margin


@dataclass
class Contestant:
    name: str
    prepare: Callable  # makes a network's inputs of uint8 images of shape (n, 784)
    train: Callable  # yields, at each look, a function from inputs to labels
    looks: int  # at most so many: three make a pass
    goal: float = 0.99  # the score at which it stops


def raw(images):
    return images.astype(float)


def scaled(images):
    return images.astype(np.float32) / 255


def centred(images):
    return (images.astype(np.float32) - 33) / 79  # the mean and the deviation of MNIST's pixels


def without_margin(images):
    return images.reshape(-1, 28, 28)[:, 2:26, 2:26].reshape(-1, 576)


def edges(images):
    """Return how strongly the ink rises in eight directions, summed in 8 x 8 squares.

    images: (n, 576), 0 to 255. Returns float32, (n, 512), roughly centred on 0.
    """
    return np.concatenate(
        [edges_of_a_few(few) for few in np.array_split(images, len(images) // 100)]
    )


def edges_of_a_few(images):
    ink = images.T.reshape(24, 24, -1)
    ink = ink.astype(np.int16)  # Half the bytes of a float32 take half the time.
    down, right = np.zeros_like(ink), np.zeros_like(ink)
    down[1:-1] = ink[2:] - ink[:-2]
    right[:, 1:-1] = ink[:, 2:] - ink[:, :-2]
    steep, flat = abs(down), abs(right)
    rises = [down - flat, -down - flat, right - steep, -right - steep]  # straight
    for rise in (down, -down):
        for across in (right, -right):
            rises.append(np.minimum(rise, across))  # and diagonal, as far as both share it
    squares = []
    for rise in rises:
        steps = np.maximum(rise, 0).reshape(24, 8, 3, -1)
        steps = steps[:, :, 0] + steps[:, :, 1] + steps[:, :, 2]
        squares.append(steps[::3] + steps[1::3] + steps[2::3])
    return np.stack(squares).reshape(512, -1).T.astype(np.float32, order="C") / 290 - 0.4


def bent(images, generator):
    """Turn, scale, shear, shift and ripple some images, (n, 576), at random, all of them alike."""
    places = np.tensordot(np.eye(2) + generator.uniform(-0.1, 0.1, (2, 2)), GRID, 1)
    places += generator.uniform(-0.5, 0.5, (2, 1, 1))
    ripples = gaussian_filter(generator.standard_normal((2, 24, 24)), sigma=(0, 4, 4))
    places = np.clip(places + ripples / ripples.std() + 11.5, 0, 22.999)
    row, column = places.astype(int)
    lower, further = np.float32(places % 1)[..., None]
    ink = images.T.reshape(24, 24, -1)
    above = ink[row, column] * (1 - further) + ink[row, column + 1] * further
    below = ink[row + 1, column] * (1 - further) + ink[row + 1, column + 1] * further
    return (above * (1 - lower) + below * lower).reshape(576, -1).T


def portions(size, generator):
    """Yield the numbers of 5,000 images at a time, in a new order in each pass, for ever."""
    while True:
        yield from np.array_split(generator.permutation(size), size // 5000)


def plainly(**settings):
    """Return how to train one MLPClassifier."""

    def train(inputs, labels, seed):
        network = MLPClassifier(shuffle=False, random_state=seed, **settings)
        for number, portion in enumerate(portions(len(inputs), np.random.default_rng(seed)), 1):
            network.partial_fit(inputs[portion], labels[portion], classes=range(10))
            if number % 4 == 0:
                yield network.predict

    return train


def averaged(change, span, **settings):
    """Return how to train one on changed inputs, with a running average of its weights."""

    def train(inputs, labels, seed):
        network = MLPClassifier(
            solver="sgd", activation="logistic", shuffle=False, random_state=seed, **settings
        )
        generator = np.random.default_rng(seed)
        average = None
        for number, portion in enumerate(portions(len(inputs), generator), 1):
            changed = change(inputs[portion], generator)
            network.partial_fit(changed, labels[portion], classes=range(10))
            average = average or copy.deepcopy(network)
            means = average.coefs_ + average.intercepts_
            for mean, latest in zip(means, network.coefs_ + network.intercepts_):
                mean += (latest - mean) * span / (number + span - 1)
            if number % 4 == 0:
                yield lambda unseen, average=average: average.predict(change(unseen, None))

    return train


def edges_only(images, generator):
    return edges(images)


def edges_of_bent_images(images, generator):
    if generator is None:  # The test images stay as they are.
        return edges(images)
    few = np.array_split(images, len(images) // 100)
    return np.concatenate([edges_of_a_few(bent(part, generator)) for part in few])


def in_pytorch(inputs, labels, seed):
    """Train 784-256-10 with the settings of "same network"."""
    torch.manual_seed(seed)
    hidden, output = torch.nn.Linear(784, 256), torch.nn.Linear(256, 10)
    network = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), output)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.2, momentum=0.9, nesterov=True)
    inputs, labels = torch.from_numpy(inputs), torch.from_numpy(labels.astype(np.int64))
    for number, portion in enumerate(portions(len(inputs), np.random.default_rng(seed)), 1):
        for batch in torch.from_numpy(portion).split(200):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(network(inputs[batch]), labels[batch]).backward()
            optimiser.step()
        if number % 4 == 0:
            yield lambda unseen: network(torch.from_numpy(unseen)).argmax(dim=1).numpy()


ORIGINAL = {"solver": "sgd", "activation": "logistic", "hidden_layer_sizes": (14, 14)}
ORIGINAL |= {"learning_rate_init": 0.01}
SAME = {"solver": "sgd", "activation": "logistic", "hidden_layer_sizes": (256,)}
SAME |= {"learning_rate_init": 0.2, "batch_size": 200}
OURS = {"hidden_layer_sizes": (64,), "learning_rate_init": 0.2, "batch_size": 100}
LARGER = OURS | {"hidden_layer_sizes": (256,), "batch_size": 50}

CONTESTANTS = [
    Contestant("original", raw, plainly(**ORIGINAL), looks=300),
    Contestant("defaults", scaled, plainly(), looks=60),  # Adam, ReLU, 100 neurons
    Contestant("same network", centred, plainly(**SAME), looks=60),
    Contestant("edges", without_margin, averaged(edges_only, span=4, **OURS), looks=60),
    Contestant("bent", without_margin, averaged(edges_of_bent_images, span=4, **LARGER), looks=60),
]
if torch:
    torch.set_num_threads(1)
    CONTESTANTS.append(Contestant("PyTorch", centred, in_pytorch, looks=60))
DIFFERENCES = [
    {},
    {"learning_rate_init": 0.1},
    {"learning_rate_init": 0.4},
    {"batch_size": 50},
    {"batch_size": 100},
    {"batch_size": 200},
    {"hidden_layer_sizes": (32,)},
    {"hidden_layer_sizes": (64,)},
    {"hidden_layer_sizes": (128,)},
    {"hidden_layer_sizes": (256,)},
    {"hidden_layer_sizes": (512,)},
    {"span": 2},
    {"span": 8},
]


def seconds_to_scores(contestant, seed, data):
    """Return, for each score that was reached, the processor seconds and the seconds it took."""
    images, labels, unseen, unseen_labels = data
    unseen = contestant.prepare(unseen)
    reached = {}
    processor, wall = -time.process_time(), -time.perf_counter()
    looks = contestant.train(contestant.prepare(images), labels, seed)
    for _ in range(contestant.looks):
        read = next(looks)
        processor, wall = processor + time.process_time(), wall + time.perf_counter()
        score = np.mean(read(unseen) == unseen_labels)
        for wanted in SCORES:
            if score >= wanted:
                reached.setdefault(wanted, (processor, wall))
        if score >= contestant.goal:
            break
        processor, wall = processor - time.process_time(), wall - time.perf_counter()
    return reached


def measure(contestant, data):
    """Print how long a contestant takes. Return the processor seconds of all seeds, by score."""
    few = [part[:5000] for part in data]
    next(contestant.train(contestant.prepare(few[0]), few[1], 0))  # The first time is slower.
    runs = [seconds_to_scores(contestant, seed, data) for seed in SEEDS]
    seconds = {}
    for wanted in SCORES:
        times = [run[wanted] for run in runs if wanted in run]
        if not times:
            print(f"{contestant.name:12}  to {wanted:.4f}  not in {contestant.looks // 3} passes")
            continue
        seconds[wanted] = [processor for processor, _ in times]
        wall = median(wall for _, wall in times)
        print(
            f"{contestant.name:12}  to {wanted:.4f}  {median(seconds[wanted]):6.2f}"
            f"  {min(seconds[wanted]):6.2f} to {max(seconds[wanted]):6.2f}  ({wall:.2f} s)"
            f"  reached by {len(times)} of {len(runs)}",
            flush=True,
        )
    return seconds


def compare(data):
    """Print everybody's times, and what share of PyTorch's time "edges" needs."""
    seconds = {contestant.name: measure(contestant, data) for contestant in CONTESTANTS}
    if torch:
        share = max(seconds["edges"][0.98]) / median(seconds["PyTorch"][0.98])
        print(f"The slowest seed of edges needs {share:.2f} of PyTorch's median to 0.98.")


def choose(data):
    """Change one setting of "edges" and "bent" at a time, scored on the last training images."""
    images, labels = data[:2]
    data = images[:-10_000], labels[:-10_000], images[-10_000:], labels[-10_000:]
    for name, change, settings, goal in [
        ("edges", edges_only, OURS, 0.98),
        ("bent", edges_of_bent_images, LARGER, 0.99),
    ]:
        for difference in DIFFERENCES:
            print(difference or "as they are")
            train = averaged(change, **{"span": 4} | settings | difference)
            measure(Contestant(name, without_margin, train, looks=60, goal=goal), data)


def main():
    versions = f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}"
    print(f"{platform.machine()}, {versions}, PyTorch {torch.__version__ if torch else 'missing'}")
    print("Processor seconds, median and range (seconds), over", len(SEEDS), "seeds:")
    with threadpool_limits(1):
        if "--choose" in sys.argv:
            choose(mnist.load())
        else:
            compare(mnist.load())


if __name__ == "__main__":
    main()
