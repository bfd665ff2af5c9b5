"""Every "because" on the pages has an experiment: with its cause a number moves, without it it does not.

Each test is named after its page, and quotes the words that it holds.
"""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import mnist
from helpers import example
from pages import STEP_PAGES


@pytest.fixture(scope="module")
def digits(real):
    """Return what mnist.load() returns, on MNIST only."""
    if not real:
        pytest.skip("the reasons are tried on the real data: run with --mnist")
    return mnist.load()


def says(step, words):
    """Whether the page of a step says these words, wherever its lines are broken."""
    text = STEP_PAGES[example(step).name].text
    return " ".join(words.split()) in " ".join(text.split())


# 02


# 03


# 04


# 05


# 06


# 07


# 08


def moved(images, seed):
    """Return images of digits, each moved by up to four pixels at random."""
    pictures = images.reshape(-1, 28, 28).copy()
    shifts = np.random.default_rng(seed).integers(-4, 5, (len(pictures), 2))
    for picture, shift in zip(pictures, shifts):
        picture[:] = np.roll(picture, shift, (0, 1))
    return pictures.reshape(-1, 784)


def test_digits_beside_the_middle_are_read_by_who_was_shown_them(digits):
    """Weights belong to pixels. Corners are not blank, so that is not why."""
    words = "trained on digits moved to and fro at random does read digits beside the middle"
    assert says("recognising_your_own_handwriting", words)
    assert says("recognising_your_own_handwriting", "717 of the 784 pixels have ink")
    images, labels, test_images, test_labels = digits
    assert np.count_nonzero(images.max(axis=0)) == 717
    scores = {}
    for kind in ("still", "moved"):
        network = MLPClassifier(
            (64,), "logistic", solver="sgd", learning_rate_init=0.3, batch_size=100, random_state=0
        )
        for number in range(12):
            shown = images[:10_000] if kind == "still" else moved(images[:10_000], number)
            network.partial_fit(shown / np.float32(255), labels[:10_000], classes=range(10))
        scores[kind] = network.score(moved(test_images[:2000], 99) / 255, test_labels[:2000])
    assert scores["still"] < 0.7
    assert scores["moved"] > scores["still"] + 0.15


# 09


# 10


# 11


# 12
