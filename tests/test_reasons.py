"""Every "because" on the pages has an experiment: with its cause a number moves, without it not.

Each test is named after its page, and quotes the words that it holds.
"""

import copy
import sys

import numpy as np
import pytest
from scipy.interpolate import interpn
from scipy.ndimage import gaussian_filter
from scipy.special import expit
from sklearn.metrics import pairwise_distances_argmin
from sklearn.neural_network import MLPClassifier

import mnist
from handwriting import part
from helpers import example, functions_of_step_04, run
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


def sigmoids(layers, rate, **settings):
    """Return a network of the workshop's kind: sigmoids that learn by plain gradient descent."""
    return MLPClassifier(layers, "logistic", solver="sgd", learning_rate_init=rate, **settings)


# 02


def nearest(digits, new, labels):
    """Return the labels of the nearest among the first 2,000 training images."""
    return labels[pairwise_distances_argmin(new.astype("float32"), digits[0][:2000])]


def test_02_an_exam_on_known_images_measures_memory(digits):
    """What has only learned by heart: the images belong to shuffled labels, so nothing fits."""
    assert says(TRAINING, "the score could measure how well it remembers, not how well it reads")
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


def test_04_a_few_images_give_a_rough_estimate_of_the_slopes(digits):
    assert says("building_the_network_from_scratch", "only a rough estimate of those of all 60,000")
    step, (images, labels, _, _) = functions_of_step_04(), digits
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
        step = functions_of_step_04(*code)
        weights, biases = step.new_network((784, 64, 10), np.random.default_rng(1))
        for _ in range(3):
            step.train_one_epoch(images, targets, weights, biases, 0.5)
        guesses = step.forward(test_images / 255, weights, biases)[-1].argmax(axis=1)
        return np.mean(guesses == test_labels)

    right = score("", "")
    assert abs(score("blame.sum(axis=0)", "blame.mean(axis=0)") - right) < 0.005
    assert score("* values[layer] * (1 - values[layer])", "* (1 - values[layer])") < right - 0.15


# 05: the page's own output shows what noise, dimmed noise and shuffled digits do.


# 06


def score_of(digits, offset, divisor, rate, layers=(14, 14), passes=10):
    """Learn from the first 10,000 training images, and score on the last 10,000."""
    images, labels = digits[:2]
    network = sigmoids(layers, rate, max_iter=passes, n_iter_no_change=passes, random_state=3)
    images = (images - np.float32(offset)) / np.float32(divisor)
    network.fit(images[:10_000], labels[:10_000])
    return network.score(images[-10_000:], labels[-10_000:])


@pytest.mark.filterwarnings("ignore")
def test_06_only_small_pixels_bear_long_steps(digits):
    assert says(IMPROVING, "Raw pixels cannot take steps as long as these; smaller ones can.")
    assert score_of(digits, 0, 1, 0.2) < score_of(digits, 0, 1, 0.01) - 0.1
    assert score_of(digits, 33, 79, 0.2) > score_of(digits, 33, 79, 0.01) + 0.1
    assert says(IMPROVING, "A learning rate of 0.5 suits 255 as well as 0.2 suits 79.")
    best = score_of(digits, 0, 79, 0.2, (128,))
    assert score_of(digits, 0, 255, 0.5, (128,)) == pytest.approx(best, abs=0.006)


def test_06_neurons_begin_where_the_sigmoid_is_flat(digits):
    """Its slope is a factor of each step. Nearly all of the slopes come from few sums."""
    assert says(IMPROVING, "its slope is less than 0.007, where in the middle it is 0.25")
    assert expit(5) * (1 - expit(5)) < 0.007
    weights = np.random.default_rng(3).uniform(-0.05, 0.05, (784, 14))
    raw, small = (
        expit((digits[0][-10_000:] - np.float32(offset)) / np.float32(divisor) @ weights)
        for offset, divisor in ((0, 1), (33, 79))
    )
    slopes = raw * (1 - raw)
    assert slopes[slopes < 0.007].sum() < 0.05 * slopes.sum()
    assert np.median(small * (1 - small)) > 0.2


def test_06_flat_neurons_hardly_learn_and_raw_pixels_flatten_them(digits):
    """One cause at a time: small pixels and large weights; raw pixels and small weights."""
    assert says(IMPROVING, "learns next to nothing from 94 % of these sums")
    assert says(IMPROVING, "6,241 times as far. The sums soon grow again.")

    def flat_and_score(divisor, weights_times, rate):
        images, labels = digits[0] / np.float32(divisor), digits[1]
        network = sigmoids((14, 14), 1e-12, random_state=3)
        network.partial_fit(images[:10_000], labels[:10_000], classes=range(10))
        network.coefs_[0] *= np.float32(weights_times)
        network._optimizer.learning_rate = network._optimizer.learning_rate_init = rate
        for _ in range(20):
            network.partial_fit(images[:10_000], labels[:10_000])
        flat = np.mean(abs(images[-10_000:] @ network.coefs_[0]) > 5)
        return flat, network.score(images[-10_000:], labels[-10_000:])

    assert flat_and_score(79, 1, 0.2)[1] > flat_and_score(79, 79, 0.2)[1] + 0.08
    assert flat_and_score(1, 1 / 79, 0.01)[0] > 0.9


# 07


def overfitting(images, labels, **settings):
    """Return a network of step 07 that has learned from some images."""
    settings = {"max_iter": 60, "n_iter_no_change": 60} | settings
    return sigmoids((128,), 0.5, **settings).fit(images, labels)


def test_07_a_network_memorises_a_thousand_images(digits):
    """The participant's own network, as it is at the end of step 06."""
    assert says("preventing_overfitting", "training images: 1.0000 We have a score of 0.8815")
    images, test_images = ((part - np.float32(33)) / np.float32(79) for part in digits[::2])
    few, labels = images[::60], digits[1][::60]
    network = sigmoids((256,), 0.2, max_iter=20, random_state=3).fit(few, labels)
    assert network.score(few, labels) > 0.998
    assert network.score(test_images, digits[3]) == pytest.approx(0.8815, abs=0.01)


def test_07_early_stopping_costs_images_and_trusts_too_few(digits):
    assert says("preventing_overfitting", "learns from 900 images instead of 1,000")
    assert says("preventing_overfitting", "so few images are a poor judge")
    assert says("preventing_overfitting", "More patience does not help")
    images, labels = digits[0] / np.float32(255), digits[1]
    few = slice(0, 10_000, 10)
    scores = {}
    # The patient one never stops, but takes back the weights that were best.
    for name, number, settings in [
        ("nothing", 1000, {}),
        ("900 images", 900, {}),
        ("early", 1000, {"early_stopping": True, "n_iter_no_change": 10}),
        ("patient", 1000, {"early_stopping": True}),
    ]:
        networks = [
            overfitting(images[few][:number], labels[few][:number], random_state=seed, **settings)
            for seed in (1, 2, 3)
        ]
        scores[name] = np.mean([one.score(images[-10_000:], labels[-10_000:]) for one in networks])
    assert scores["nothing"] > scores["900 images"] > scores["early"] + 0.005
    assert scores["early"] == pytest.approx(scores["patient"], abs=0.01)


# 08


def moved(images, seed):
    """Return images of digits, each moved by up to four pixels at random."""
    pictures = images.reshape(-1, 28, 28)
    shifts = np.random.default_rng(seed).integers(-4, 5, (len(pictures), 2))
    rolled = [np.roll(picture, shift, (0, 1)) for picture, shift in zip(pictures, shifts)]
    return np.reshape(rolled, (-1, 784))


def learned(show, labels):
    """Return a network that has seen what show(number) gives in each of twelve passes."""
    network = sigmoids((64,), 0.3, batch_size=100, random_state=0)
    for number in range(12):
        network.partial_fit(show(number), labels, classes=range(10))
    return network


def test_digits_beside_the_middle_are_read_by_who_was_shown_them(digits):
    """Weights belong to pixels, and these have seen no digit in a corner."""
    assert says("recognising_your_own_handwriting", "does read digits beside the middle")
    assert says("recognising_your_own_handwriting", "the very corners are blank in all 60,000")
    ink = digits[0].max(axis=0).reshape(28, 28)
    assert not ink[np.ix_([0, 1, -2, -1], [0, 1, -2, -1])].any()
    images, labels = digits[0][:10_000] / np.float32(255), digits[1][:10_000]
    exam = moved(digits[2][:2000] / 255, 99), digits[3][:2000]
    still = learned(lambda number: images, labels).score(*exam)
    shaken = learned(lambda number: moved(images, number), labels).score(*exam)
    assert still < 0.7
    assert shaken > still + 0.15


def test_flags_and_closed_tops_are_read_by_who_was_shown_them(digits, monkeypatch):
    """Both networks have seen bent digits. One loses 0.003 to other ways of writing, one 0.036."""
    assert says("recognising_your_own_handwriting", "some fours a closed top")
    bent, generator = part("bent_digits"), np.random.default_rng(0)
    images, labels = digits[0][:10_000] / np.float32(255), digits[1][:10_000]
    test_images, test_labels = digits[2] / 255, digits[3]
    others = bent.decorate(test_images, test_labels, generator)
    lost = []
    for decorate in (bent.decorate, lambda images, *_: images.copy()):
        monkeypatch.setattr(bent, "decorate", decorate)
        network = learned(lambda number: bent.vary(images, labels, generator), labels)
        lost.append(network.score(test_images, test_labels) - network.score(others, test_labels))
    assert lost[1] > 3 * lost[0]


# 09


def test_09_bent_images_are_not_memorised_and_averages_are_calm(digits):
    """The same network and as many steps, with images bent afresh in each pass, or as they are."""
    assert says("going_for_the_record", "meets new images in every pass, and cannot memorise them")
    assert says("going_for_the_record", "The average of the weights jumps less")
    code = (example("going_for_the_record") / "main.py").read_text(encoding="utf-8")
    names = {"np": np, "gaussian_filter": gaussian_filter, "interpn": interpn}
    exec(code[code.index("generator = ") : code.index("def read_five_times")], names)
    pixels = (digits[0] - np.float32(33)) / np.float32(79)
    images, labels = pixels[:5000], digits[1][:5000]
    unseen, unseen_labels = pixels[-5000:], digits[1][-5000:]
    memorised, read = {}, {}
    for way, change in [("bent", names["bend"]), ("as they are", np.copy)]:
        network = sigmoids((128,), 0.2, random_state=1)
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


def test_10_the_best_of_two_equals_is_lucky():
    """Two candidates that both read 95 % in truth: the better one seems better than it is."""
    assert says("searching_for_better_settings", "luck helps to decide which of them comes first")
    found = np.random.default_rng(1).binomial(2000, 0.95, size=(1000, 2)) / 2000
    assert found.max(axis=1).mean() > 0.95 + 0.4 * np.sqrt(0.95 * 0.05 / 2000)  # standard errors


def test_10_the_images_that_compare_are_easy(digits):
    assert says("searching_for_better_settings", "easy ones: the others are read less well")
    images, labels = digits[0] / np.float32(255), digits[1]
    winner = sigmoids((128,), 0.3, batch_size=100, max_iter=6, random_state=1)
    winner.fit(images[:6000], labels[:6000])
    others = winner.score(images[6000:-2000], labels[6000:-2000])
    assert winner.score(images[-2000:], labels[-2000:]) > others + 0.015


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
    best = "np.argsort(reward(going_on))[-20:]"
    assert learned_in_40_rounds(best, "random.permutation(100)[-20:]") < 100
    assert learned_in_40_rounds("play(explore)", "play(decide)") < 100


def test_12_a_larger_angle_is_learned_faster(digits):
    assert says("learning_from_rewards", "took 65 to 88 rounds instead of 34 to 53")
    scaled = "usual = np.array([1, 1, 0.1, 1])"
    assert learned_in_40_rounds(scaled, "usual = np.array([1, 1, 1, 1])") < 300
