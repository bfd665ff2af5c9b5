"""Every "because" on the pages has an experiment: with its cause a number moves, without it it does not.

Each test is named after its page, and quotes the words that it holds.
"""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import pairwise_distances_argmin
from sklearn.neural_network import MLPClassifier

import mnist
from helpers import example
from pages import STEP_PAGES

TRAINING = "training_and_testing_the_network"
IMPROVING = "improving_the_score"


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


def nearest(digits, new, labels):
    """Return the labels of the nearest among the first 2,000 training images."""
    return labels[pairwise_distances_argmin(new.astype("float32"), digits[0][:2000])]


def test_02_an_exam_on_known_images_measures_memory(digits):
    """What has only learned by heart: the images belong to shuffled labels, so nothing fits."""
    assert says(TRAINING, "the score would measure how well it remembers, not how well it reads")
    training_images, training_labels, test_images, test_labels = digits
    labels = np.random.default_rng(1).permutation(training_labels[:2000])
    assert np.mean(nearest(digits, training_images[:2000], labels) == labels) == 1
    assert np.mean(nearest(digits, test_images[:2000], labels) == test_labels[:2000]) < 0.2


@pytest.mark.filterwarnings("ignore")
def test_02_weights_where_there_is_no_ink_stay_as_they_began(digits):
    words = "where there is no ink, the weights are still the random numbers of the beginning"
    assert says(TRAINING, words)
    images, labels = digits[0][:2000], digits[1][:2000]
    network = MLPClassifier((14, 14), activation="logistic", solver="sgd", random_state=3)
    began = network.set_params(learning_rate_init=1e-12, max_iter=1).fit(images, labels).coefs_[0]
    learned = network.set_params(learning_rate_init=0.01, max_iter=5).fit(images, labels).coefs_[0]
    moved = abs(learned - began).mean(axis=1)
    assert 10 * moved[images.max(axis=0) == 0].max() < moved[images.mean(axis=0) > 50].min()


def test_02_the_nearest_neighbour_beats_the_network(digits):
    """With 2,000 images to remember instead of 60,000 already, it is about as good."""
    assert says(TRAINING, "beats the network by far")
    _, training_labels, test_images, test_labels = digits
    assert np.mean(nearest(digits, test_images, training_labels[:2000]) == test_labels) > 0.88


# 03


# 04


# 05


# 06


def score_of(digits, offset, divisor, rate, layers=(14, 14), passes=10):
    """Learn from the first 10,000 training images, and score on the last 10,000."""
    images, labels = digits[:2]
    network = MLPClassifier(layers, activation="logistic", solver="sgd", learning_rate_init=rate)
    network.set_params(max_iter=passes, n_iter_no_change=passes, random_state=3)
    images = (images - np.float32(offset)) / np.float32(divisor)
    network.fit(images[:10_000], labels[:10_000])
    return network.score(images[-10_000:], labels[-10_000:])


@pytest.mark.filterwarnings("ignore")
def test_06_only_pixels_around_0_bear_long_steps(digits):
    assert says(IMPROVING, "Raw pixels do not bear steps as long as these; pixels around 0 do.")
    assert score_of(digits, 0, 1, 0.2) < score_of(digits, 0, 1, 0.01) - 0.1
    assert score_of(digits, 33, 79, 0.2) > score_of(digits, 33, 79, 0.01) + 0.1


@pytest.mark.filterwarnings("ignore")
def test_06_numbers_near_zero_learn_best(digits):
    """Also when each may have the learning rate that suits it."""
    assert says(IMPROVING, "numbers near zero learn best")
    raw = max(score_of(digits, 0, 1, rate) for rate in (0.001, 0.01, 0.05))
    assert score_of(digits, 33, 79, 0.2) > raw + 0.05


def test_06_neurons_begin_where_the_sigmoid_is_flat(digits):
    """Its slope is a factor of each step. With pixels around 0 it is not small."""
    assert says(IMPROVING, "its slope is less than 0.007, where in the middle it is 0.25")
    assert expit(5) * (1 - expit(5)) < 0.007
    weights = np.random.default_rng(3).uniform(-0.05, 0.05, (784, 14))
    raw, around_0 = (
        expit((digits[0][-10_000:] - np.float32(offset)) / np.float32(divisor) @ weights)
        for offset, divisor in ((0, 1), (33, 79))
    )
    assert np.median(raw * (1 - raw)) < 0.001
    assert np.median(around_0 * (1 - around_0)) > 0.2


# 07


# 08


# 09


# 10


# 11


# 12
