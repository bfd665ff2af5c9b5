"""Every "because" has an experiment: with its cause a number moves, without it it does not.

Each test is named after its page, and quotes the words that it holds.
"""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import mnist
from helpers import example, run
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


def test_03_ten_noisy_points_do_not_determine_their_line():
    assert says("training_a_single_neuron", "another ten would give other numbers")
    random = np.random.default_rng(1)
    x = random.uniform(-4, 5, (20, 10))
    y = 3 - 0.7 * x + random.normal(0, 0.3, x.shape)
    biases = [np.polyfit(*points, 1)[1] for points in zip(x, y)]
    assert np.std(biases) > 0.05
    exact = [np.polyfit(some, 3 - 0.7 * some, 1)[1] for some in x]  # without the noise
    assert np.std(exact) < 1e-6


# 04


def step_04(code=None):
    """Return what step 04 defines, functions only; code replaces a part of it."""
    text = (example("building_the_network_from_scratch") / "main.py").read_text(encoding="utf-8")
    names = {}
    exec(text.split("threadpool_limits(1)")[0].replace(*(code or ("", ""))), names)
    return SimpleNamespace(**names)


def test_04_a_few_images_give_a_rough_estimate_of_the_slopes(digits):
    assert says("building_the_network_from_scratch", "only a rough estimate of those of all 60,000")
    step, (images, labels, _, _) = step_04(), digits
    images, targets = images / 255, np.eye(10)[labels]
    weights, biases = step.new_network((784, 64, 10), np.random.default_rng(1))
    step.train_one_epoch(images[:6000], targets[:6000], weights, biases, 0.5)

    def slopes(part):
        values = step.forward(images[part], weights, biases)
        return np.concatenate([g.ravel() for g in step.backward(values, targets[part], weights)])

    everything = slopes(slice(None))
    for start in range(0, 2000, 100):
        few = slopes(slice(start, start + 100))
        assert np.linalg.norm(few - everything) > 0.5 * np.linalg.norm(everything)  # rough
        assert few @ everything > 0  # but downhill


def test_04_the_score_does_not_notice_that_the_sigmoids_slope_is_missing(digits):
    assert says("building_the_network_from_scratch", "it is still above 0.95")
    step = step_04((" * values[layer] * (1 - values[layer])", ""))
    images, labels, test_images, test_labels = digits
    images, targets = images / 255, np.eye(10)[labels]
    weights, biases = step.new_network((784, 64, 10), np.random.default_rng(1))
    for _ in range(10):
        step.train_one_epoch(images, targets, weights, biases, 0.5)
    guesses = step.forward(test_images / 255, weights, biases)[-1].argmax(axis=1)
    assert np.mean(guesses == test_labels) > 0.95


# 05: the page's own output shows what noise, dimmed noise and shuffled digits do.


# 06


# 07


# 08


# 09


# 10


# 11: the page's own outputs show what joining groups, choosing and unlabelled images bring.


# 12


def learned_in_40_rounds(right, wrong):
    """Return the mean length of the games in the last of at most 40 rounds of step 12."""
    code = (example("learning_from_rewards") / "main.py").read_text(encoding="utf-8")
    for old, new in (("range(1, 151)", "range(1, 41)"), (right, wrong)):
        assert old in code
        code = code.replace(old, new)
    code = code.split("\npictures.")[0].replace("import pictures\n", "")
    end = "print(history[-1]['steps'])"
    folder = example("learning_from_rewards")
    result = run([sys.executable, "-c", f"{code}\n{end}"], folder, folder)
    return float(result.stdout.splitlines()[-1])


def test_12_better_play_gives_better_games_to_learn_from(digits):
    """Without choosing the best games, it does not learn. (It needs no digits, but some time.)"""
    assert says("learning_from_rewards", "better play gives better games to learn from")
    best = "np.argsort(reward(states, going_on))[-20:]"
    assert learned_in_40_rounds(best, best) > 400
    assert learned_in_40_rounds(best, "random.permutation(100)[-20:]") < 100
