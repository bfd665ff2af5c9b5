"""Every "because" on the pages has an experiment: with its cause a number moves, without it not.

Each test is named after its page, and quotes the words that it holds.
"""

import copy

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
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


def overfitting(images, labels, **settings):
    """Return a network of step 07 that has learned from some images."""
    network = MLPClassifier(
        solver="sgd",
        activation="logistic",
        hidden_layer_sizes=(128,),
        learning_rate_init=0.5,
        **{"max_iter": 60, "n_iter_no_change": 60} | settings,
    )
    return network.fit(images, labels)


def test_07_a_network_memorises_a_thousand_images(digits):
    """The participant's own network, as it is at the end of step 06."""
    assert says("preventing_overfitting", "training images: 1.0000 We have a score of 0.8815")
    images, labels, test_images, test_labels = digits
    images, test_images = (
        (part - np.float32(33)) / np.float32(79) for part in (images[::60], test_images)
    )
    network = MLPClassifier(
        solver="sgd",
        activation="logistic",
        hidden_layer_sizes=(256,),
        learning_rate_init=0.2,
        max_iter=20,
        random_state=3,
    )
    network.fit(images, labels[::60])
    assert network.score(images, labels[::60]) > 0.998
    assert network.score(test_images, test_labels) == pytest.approx(0.8815, abs=0.01)


def test_07_early_stopping_costs_images_and_trusts_too_few(digits):
    assert says("preventing_overfitting", "learns from 900 images instead of 1,000")
    assert says("preventing_overfitting", "so few images are a poor judge")
    assert says("preventing_overfitting", "More patience does not help")
    images, labels = digits[0] / np.float32(255), digits[1]
    few = slice(0, 10_000, 10)
    early = {"early_stopping": True}
    scores = {}
    for name, number, settings in [
        ("nothing", 1000, {}),
        ("900 images", 900, {}),
        ("early", 1000, early | {"n_iter_no_change": 10}),
        ("patient", 1000, early),  # It never stops, but takes back the weights that were best.
    ]:
        networks = [
            overfitting(images[few][:number], labels[few][:number], random_state=seed, **settings)
            for seed in (1, 2, 3)
        ]
        scores[name] = np.mean([one.score(images[-10_000:], labels[-10_000:]) for one in networks])
    assert scores["nothing"] > scores["900 images"] > scores["early"] + 0.005
    assert scores["early"] == pytest.approx(scores["patient"], abs=0.01)


# 08


# 09


def test_09_bent_images_are_not_memorised_and_averages_are_calm(digits):
    """The same network and as many steps, with images bent afresh in each pass, or as they are."""
    assert says("going_for_the_record", "meets new images in every pass, and cannot memorise them")
    assert says("going_for_the_record", "The average of the weights jumps less")
    code = (example("going_for_the_record") / "main.py").read_text(encoding="utf-8")
    names = {"np": np, "gaussian_filter": gaussian_filter}
    exec(code[code.index("generator = ") : code.index("def read_five_times")], names)
    pixels = (digits[0] - np.float32(33)) / np.float32(79)
    images, labels = pixels[:5000], digits[1][:5000]
    unseen, unseen_labels = pixels[-5000:], digits[1][-5000:]
    memorised, read = {}, {}
    for way, change in [("bent", names["bend"]), ("as they are", np.copy)]:
        network = MLPClassifier(
            solver="sgd",
            activation="logistic",
            hidden_layer_sizes=(128,),
            learning_rate_init=0.2,
            random_state=1,
        )
        averages, scores = [0, 0, 0, 0], []
        for number in range(1, 41):
            network.partial_fit(change(images), labels, classes=range(10))
            latest = network.coefs_, network.intercepts_
            for place, weights in enumerate(latest[0] + latest[1]):
                averages[place] += (weights - averages[place]) * 5 / (number + 4)
            if number > 30:
                average = copy.copy(network)
                average.coefs_, average.intercepts_ = averages[:2], averages[2:]
                two = (network, average)
                scores.append([one.score(unseen, unseen_labels) for one in two])
        memorised[way] = network.score(images, labels)
        read[way] = np.mean(scores, axis=0)
        if way == "bent":
            assert read[way][1] > read[way][0]
            assert np.std(scores, axis=0)[1] < np.std(scores, axis=0)[0]
    assert memorised["as they are"] > 0.999 > memorised["bent"]
    assert read["bent"][1] > read["as they are"][1] + 0.01


# 10


def test_10_the_best_of_24_is_lucky():
    """24 candidates that all read 95 % in truth: the best one seems better, on these images."""
    assert says("searching_for_better_settings", "The best of 24 is also one of the luckiest of 24")
    found = np.random.default_rng(1).binomial(2000, 0.95, size=(1000, 24)) / 2000
    standard_error = np.sqrt(0.95 * 0.05 / 2000)
    assert found.max(axis=1).mean() > 0.95 + 1.5 * standard_error


# 11


# 12
