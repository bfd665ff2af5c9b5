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


def step_04(right="", wrong=""):
    """Return the functions of step 04, with a mistake if one is given."""
    text = (example("building_the_network_from_scratch") / "main.py").read_text(encoding="utf-8")
    names = {}
    exec(text.split("threadpool_limits(1)")[0].replace(right, wrong), names)
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


def test_04_the_score_does_not_notice_every_mistake(digits):
    page = "building_the_network_from_scratch"
    assert says(page, "The score does not: after three epochs we measured 0.9448 instead of 0.9453")
    assert says(page, "cost it twenty points")
    images, labels, test_images, test_labels = digits
    images, targets = images / 255, np.eye(10)[labels]

    def score(*code):
        step = step_04(*code)
        weights, biases = step.new_network((784, 64, 10), np.random.default_rng(1))
        for _ in range(3):
            step.train_one_epoch(images, targets, weights, biases, 0.5)
        guesses = step.forward(test_images / 255, weights, biases)[-1].argmax(axis=1)
        return np.mean(guesses == test_labels)

    right = score("", "")
    assert abs(score("delta.sum(axis=0)", "delta.mean(axis=0)") - right) < 0.005
    assert score("* values[layer] * (1 - values[layer])", "* (1 - values[layer])") < right - 0.15


# 05: the page's own output shows what noise, dimmed noise and shuffled digits do.


# 06


# 07


# 08


# 09


# 10


# 11: the page's own outputs show what joining groups, choosing and unlabelled images bring.


# 12


def learned_in_40_rounds(right="", wrong=""):
    """Return the mean length of the games in the last of at most 40 rounds of step 12."""
    folder = example("learning_from_rewards")
    code = (folder / "main.py").read_text(encoding="utf-8").split("\npictures.")[0]
    assert right in code
    code = code.replace(right, wrong).replace("range(1, 151)", "range(1, 41)")
    code += "\nprint(history[-1]['steps'])"
    result = run([sys.executable, "-c", code], folder, folder)
    return float(result.stdout.splitlines()[-1])


def test_12_it_learns_by_chance_and_by_keeping_the_best(digits):
    """Without either, it does not. (It needs no digits, but some time.)"""
    assert says("learning_from_rewards", "better play gives better games to learn from")
    assert says("learning_from_rewards", "Without chance, it does not learn")
    assert learned_in_40_rounds() > 400
    best = "np.argsort(reward(states, going_on))[-20:]"
    assert learned_in_40_rounds(best, "random.permutation(100)[-20:]") < 100
    assert learned_in_40_rounds("play(explore)", "play(decide)") < 100


def test_12_inputs_of_a_similar_size_are_learned_faster(digits):
    assert says("learning_from_rewards", "Without that, learning took 87 rounds instead of 36")
    scaled = "usual = np.array([1, 1, 0.1, 1])"
    assert learned_in_40_rounds(scaled, "usual = np.array([1, 1, 1, 1])") < 300
