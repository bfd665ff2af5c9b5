"""Protects step 08's page to draw on: its mathematics, learning, drawing, and all its experiments.

    SCREENSHOT=1 python -m pytest --full tests/test_drawing_page.py -k screenshot

draws the picture that the step's page shows.
"""

import random
import re

import numpy as np
import pytest
from PIL import ImageDraw
from sklearn.neural_network import MLPClassifier

import browser_page
import mnist
from browser_page import ARROW_DOWN, ARROW_UP, CONTROL, ESCAPE, SHIFT, SIZES
from handwriting import DIGITS, EXAMPLE, STYLES, drawing, network_in, networks, numbers_in, part
from helpers import barriers
from photographs import photograph

PAGE = EXAMPLE / "drawing_page.html"
TABS = ("reasons", "challenge", "teaching", "doubt")


class DrawingPage(browser_page.Page):
    def open(self, hash=""):
        super().open(hash)
        self.wait("network.ready.then(done)")
        self.settle()

    def move(self, slider, value):
        self.run("document.querySelector(arguments[0]).value = arguments[1]", slider, value)
        self.run("document.querySelector(arguments[0]).dispatchEvent(new Event('input'))", slider)
        self.settle()

    def draw(self, strokes, button=0):
        """Draw with the mouse; the points are shares of the paper's width and height."""
        for stroke in strokes:
            self.mouse(*self.places("#drawing", *stroke), button=button)
        self.settle()

    def put(self, strokes, pen=20):
        """Put strokes on the paper, in the place of what is there, and return what it reads."""
        self.move("#pen", pen)
        strokes = [[[280 * x, 280 * y] for x, y in line] for line in strokes]
        self.run("put(arguments[0]); draw()", strokes)
        return self.digit

    @property
    def digit(self):
        return self.text("#digit")

    @property
    def probabilities(self):
        return self.each("#bars li", "+it.dataset.probability")

    @property
    def seen(self):
        """The 28x28 grey levels in "What it sees"."""
        return np.array(self.run("return Array.from(state.pixels)")).reshape(28, 28)

    @property
    def ink(self):
        """How opaque each pixel of the paper is."""
        opaque = "paper.getImageData(0, 0, 560, 560).data.filter((_, i) => i % 4 === 3)"
        return np.array(self.run(f"return {opaque}.join()").split(","), int).reshape(560, 560)

    @property
    def right(self):
        """How many of the 500 images it says that it reads correctly."""
        self.settle()
        return int(re.search(r": (\d+) read", self.text("#sheet-title"))[1])

    def says_nothing(self):
        return self.digit == "" and self.probabilities == [0] * 10 and self.seen.max() == 0


page = browser_page.fixture(PAGE, "network", DrawingPage)


# ---- The file ----


def test_page_is_one_file_that_holds_two_trained_networks(real, data_folder, monkeypatch):
    assert PAGE.stat().st_size < 1_200_000
    kept = numbers_in(PAGE)["networks"]
    assert [network["name"] for network in kept] == ["plain", "varied"]
    if real:
        monkeypatch.setenv("MNIST_DIR", str(data_folder))
        _, _, images, labels = mnist.load()
        for index, network in enumerate(kept):
            score = network_in(PAGE, index).score(images / 255, labels)
            assert score == pytest.approx(network["score"], abs=1e-4)


def test_first_screen_shows_a_digit_that_is_read(browser):
    """The quick one of these tests: without --full, too."""
    with browser_page.visit(browser, PAGE, "network", DrawingPage) as page:
        assert page.digit == "4"
        assert "98.4" in page.text("#introduction")
        page.draw(DIGITS[1])  # the example makes room
        assert page.digit == "1"


# ---- Its mathematics ----


NETWORKS = [((14, 14), activation) for activation in networks.ACTIVATIONS]
NETWORKS += [((32,), "relu"), ((), "logistic")]


@pytest.mark.parametrize(("shape", "activation"), NETWORKS)
def test_own_network_says_what_python_says(page, tmp_path, shape, activation):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (200, 784))
    trained = MLPClassifier(shape, activation, solver="sgd", random_state=0)
    scaled = (images - 33) / 79
    trained.partial_fit(scaled, generator.integers(0, 10, 200), classes=range(10))
    network = networks.Network(trained.coefs_, trained.intercepts_, activation, 33, 79)
    labels = (trained.predict(scaled) + (np.arange(200) % 8 > 0)) % 10  # one in eight is right
    contents = numbers_in(PAGE) | {"networks": [drawing.full_entry("own", network, images, labels)]}
    place = tmp_path / "drawing_page_with_network.html"
    drawing.write(place, PAGE.read_text("utf-8"), contents)
    page.address = place.as_uri()
    page.open()
    script = "return arguments[0].map((image) => network.predict(image))"
    answers = page.run(script, (images[:50] / 255).tolist())
    assert np.abs(np.array(answers) - trained.predict_proba(scaled[:50])).max() < 1e-4
    assert "your own" in page.text("#introduction")
    for tab in TABS:  # nothing on the page speaks of another network than this one
        page.click(f"#tab-{tab}")
    assert "13 of 100" in page.text("#challenge-text")
    assert page.put(DIGITS[1]) != ""


def test_a_lesson_equals_numpy(page):
    network, image = network_in(PAGE), np.random.default_rng(0).random(784)
    hidden = 1 / (1 + np.exp(-(image @ network.coefs_[0] + network.intercepts_[0])))
    delta = network.predict_proba(image[None])[0] - np.eye(10)[3]
    before = delta @ network.coefs_[1].T * hidden * (1 - hidden)
    expected = [np.outer(image, before).ravel(), before, np.outer(hidden, delta).ravel(), delta]
    script = """
      const taught = copyOf(state.base), whole = state.base.layers;
      teach(taught, arguments[0], 3, 1, new Set());
      return taught.layers.flatMap((layer, i) => ["weights", "biases"].map((part) =>
        [...whole[i][part].map((number, j) => number - layer[part][j])]));
    """
    for slopes, right in zip(page.run(script, image.tolist()), expected):
        assert np.abs(slopes - right).max() < 1e-6


def test_learning_makes_the_same_steps_as_the_gradients(page):
    """One digit learned in place, beside the slow and plain mathematics that Teach it uses."""
    differences = page.run(
        """
        live.reset(3);
        const before = copyOf(state.base), all = ({layers}) => layers.flatMap((layer) =>
          [...layer.weights, ...layer.biases]);
        learnFrom(1);
        const index = live.order[0], learned = all(state.base);
        return [-29, -28, -27, -1, 0, 1, 27, 28, 29].map((move) => {  // it moved the digit
          const plain = copyOf(before), image = Float64Array.from({length: 784}, (_, i) =>
            (learning.pixels[index * 784 + i - move] ?? 0) / 255);
          teach(plain, image, learning.labels[index], 0.1, new Set());
          return Math.max(...all(plain).map((number, i) => Math.abs(number - learned[i])));
        });
        """
    )
    assert min(differences) < 1e-6


def test_preparation_equals_python(page):
    preparation = part("preparation")
    generator = np.random.RandomState(0)
    inks = []
    for shape in ((1, 1), (90, 3), (7, 200), (28, 28), (143, 61), (20, 19), (150, 150)):
        ink = generator.randint(0, 256, shape) * (generator.rand(*shape) < 0.7)
        ink[shape[0] // 2, shape[1] // 2] = 255
        inks.append(ink)
    for strokes in (DIGITS[2], DIGITS[4], [[(0.2, 0.8), (0.8, 0.8)]]):
        for pen in (3, 20, 38):
            page.put(strokes, pen)
            inks.append(page.ink[::2, ::2])
    for ink in inks:
        script = "return Array.from(network.prepare(...arguments))"
        levels = page.run(script, ink.ravel().tolist(), *ink.shape[::-1])
        python = preparation.prepare(ink.astype(float)).astype(int)
        assert np.abs(np.array(levels) - python).max() <= 2, ink.shape


# ---- Watch it learn ----


def test_it_learns_before_ones_eyes(page):
    """Five seeds reached 0.90 after 2.3 to 4.1 of 16 passes."""
    weights = "return neurons.children[7].firstElementChild.toDataURL()"
    assert page.run("live.reset(1); return live.score()") < 0.4
    noise, guess = page.run(weights), page.probabilities
    page.run("live.start()")
    page.wait_for(lambda: page.run("return live.score() >= 0.9"))
    page.click("#watch")
    assert page.text("#watch") == "Go on"
    passes = page.run("return live.passes()")
    assert page.run(weights) != noise
    assert page.probabilities != guess
    assert len(page.each("#neurons button canvas")) == 40
    page.settle()
    assert page.run("return live.passes()") == passes  # it rests
    page.click("#restart")
    page.click("#watch")
    assert page.run("return live.passes()") < passes
    assert "watch=2" in page.driver.current_url
    page.click("#back")
    assert page.right > 480
    assert "128" in page.text("#neurons-title")


def test_address_starts_it_and_predictions_are_counted(page):
    page.click("#live-bet button:nth-of-type(3)")
    page.click("#watch")
    page.wait_for(lambda: page.run("return !live.running && live.passes() >= 16"))
    assert "1 of 1" in page.text("#bets")
    assert page.run("return live.score()") > 0.9
    page.open("#watch=7&tab=doubt")
    assert page.run("return live.running && live.seed") == 7
    assert page.find("#doubt").is_displayed()


# ---- Drawing ----


def test_drawing_and_undo_and_clear(page):
    for digit, strokes in DIGITS.items():
        assert page.put(strokes) == str(digit)
        assert sum(page.probabilities) == pytest.approx(1)
    page.click("#clear")
    page.draw(DIGITS[4][:1])
    first = page.seen
    page.draw(DIGITS[4][1:])
    assert page.digit == "4"
    page.click("#undo")
    assert np.array_equal(page.seen, first)
    page.click("#undo")
    assert page.says_nothing()
    page.draw(DIGITS[1], button=2)  # other buttons do not draw
    assert page.says_nothing()
    assert "Draw a digit" in page.text("#sentence")
    page.draw([[(0.5, 0.5), (0.9, 0.5), (1.2, 0.5), (1.2, 0.8), (0.9, 0.8)]])
    assert np.nonzero(page.ink)[1].max() == 559  # a stroke goes on beyond the edge


def numbers_to_draw(count):
    """Numbers of two and three digits, each in one of twenty hands."""
    generator = random.Random(3)
    for index in range(count):
        hand = STYLES[index % len(STYLES)]
        number = str(generator.randrange(10, 200))
        strokes, size = [], 0.96 / len(number)
        for place, (lines, _) in enumerate(hand[int(digit)] for digit in number):
            left, top = place / len(number), 0.5 - size / 2 + generator.uniform(-0.04, 0.04)
            strokes += [[(left + size * x, top + size * y) for x, y in line] for line in lines]
        yield number, strokes, max(2, hand[0][1] / 2)


def test_numbers_of_several_digits_are_read(page):
    drawn = list(numbers_to_draw(len(STYLES)))
    read = [page.put(strokes, pen) == number for number, strokes, pen in drawn]
    assert sum(read) >= 18, read  # measured: all 20
    page.click("#parts button:nth-child(2)")  # each digit can be looked into
    assert np.argmax(page.probabilities) == int(drawn[-1][0][1])
    assert page.put([[(0.36, 0.2), (0.36, 0.7)], [(0.64, 0.69), (0.64, 0.7)]], 16) == "1"
    assert "speck" in page.text("#sentence")


def test_picture_is_read_or_sent_to_the_program(page, tmp_path):
    pictures = {"empty": photograph(digits=()), "boxed": photograph(), "digit": photograph()}
    ImageDraw.Draw(pictures["boxed"]).rectangle((100, 200, 500, 600), outline=40, width=9)
    (tmp_path / "text.png").write_text("This is no picture.")
    for name, picture in pictures.items():
        picture.save(tmp_path / f"{name}.png")
    page.click("#clear")
    for name in ("text", *pictures):
        page.run("element('sentence').textContent = ''")
        page.find("#photo input").send_keys(str(tmp_path / f"{name}.png"))
        page.wait_for(lambda: page.text("#sentence"))
        assert page.digit == ("7" if name == "digit" else "")
        assert ("It reads" in page.text("#sentence")) == (name == "digit")
        assert ("main.py" in page.text("#sentence")) == (name in ("empty", "boxed"))


def test_keyboard(page):
    page.put(DIGITS[4])
    page.press("z", holding=CONTROL)
    assert page.says_nothing()
    stops = {"undo", "clear", "pen", "Take or choose a photo of a digit", "strokes", "scaling"}
    assert stops <= page.stops("centring")
    page.focus("#drawing")
    page.press(*[ARROW_UP] * 8)  # arrows move the pen, with Shift they draw
    assert page.says_nothing()
    page.press(*[ARROW_DOWN] * 16, holding=SHIFT)
    assert page.digit != ""
    page.press(ESCAPE)
    assert page.says_nothing()


def test_finger_draws_and_does_not_scroll(page):
    page.emulate(390, 844, phone=True)
    page.click("#clear")
    places = page.places("#drawing", *DIGITS[1][0][::-1])
    top = page.run("return scrollY")
    page.finger(*places, second=page.places("#drawing", (0.8, 0.4)))
    page.settle()
    assert (page.digit, page.run("return scrollY")) == ("1", top)


# ---- The experiments ----


def test_it_can_be_taught_and_forgets(page):
    before = page.right
    page.put(DIGITS[4])
    page.click("#tab-teaching")
    page.click("#truths button:nth-child(4)")
    share = page.probabilities[3]
    page.click("#teach")
    assert page.probabilities[3] > share
    page.click("#teach-on")
    page.wait_for(lambda: page.run("return !lessonsRunning"))
    assert page.digit == "3"
    assert f"where it read {before} before" in page.text("#teaching-text")
    page.click("#forget-lessons")
    assert page.digit == "4"
    assert page.right == before


def test_ten_digits_are_counted_and_undo_takes_one_back(page):
    page.click("#tab-challenge")
    page.click("#next-digit")
    page.click("#next-digit")
    assert "Nothing is drawn" in page.text("#challenge-text")
    assert page.find("#paper").get_attribute("data-hint") == "Draw a 0 here"
    right = 0
    for digit in range(10):
        guess = page.put(DIGITS[digit])
        right += guess == str(digit)
        page.click("#next-digit")
        if digit == 4:
            page.click("#undo")
            assert len(page.each("#tally li")) == 4
            assert page.digit == guess
            page.click("#next-digit")
    assert f"It read {right} of your ten digits" in page.text("#challenge-text")
    assert len(page.each("#tally .right")) == right


def test_it_can_be_broken_and_mended(page):
    whole = page.right
    page.put(DIGITS[4])
    page.click("#tab-reasons")
    assert len(page.each("#neurons .decides")) == 8
    share = page.probabilities[4]
    page.move("#out", 16)
    assert len(page.each("#neurons .off")) == 16
    assert page.probabilities[4] < share
    assert page.right < whole
    page.move("#out", 0)
    assert page.right == whole
    for slider, value in (("#noise", 300), ("#no-biases", None), ("#silent", None)):
        page.move(slider, value) if value else page.click(slider)
        assert page.right < whole, slider
        page.click("#mend")
        assert page.right == whole


def test_it_may_say_nothing_while_that_is_asked(page):
    page.click("#tab-doubt")
    page.move("#threshold", 999)
    assert page.find("#threshold").get_attribute("aria-valuetext") == "99.9\N{NO-BREAK SPACE}%"
    fewer, _, surer = map(int, re.findall(r"\d+", page.text("#doubt-text"))[:3])
    assert fewer < 500
    assert surer / fewer > 0.99
    page.run("load(ranked(tested.answers.map((answer) => -answer.probability))[0])")
    page.settle()  # the least certain of all
    assert page.digit == ""
    page.click("#tab-teaching")
    assert page.digit != ""
    page.click("#tab-doubt")
    page.run("live.reset(1)")  # another network is asked afresh
    assert page.text("#threshold-shown") == "0.0 %"


def test_misread_digits_can_be_put_on_the_paper(page):
    label, guess = re.findall(r"\d", page.each("#misread button", "it.ariaLabel")[0])
    page.click("#misread button")
    assert page.digit == guess
    assert f"meant {'an' if label == '8' else 'a'} {label}" in page.text("#sentence")
    assert len(page.each("#similar canvas")) == 5


# ---- Every size, and everybody ----


@browser_page.in_every_view
def test_cause_and_effect_are_in_one_view_without_barriers(page, size, scheme):
    page.emulate(*size, phone=min(size) < 500, **scheme)
    together = ["#drawing", "#bars"]
    if size[0] >= 1080:
        together += ["#seen", "#neurons", "#watch", "#tab-doubt", "#sheet-title"]
    assert page.out_of_view(*together) == []
    page.put([[(0.2, 0.2), (0.2, 0.8)], [(0.7, 0.2), (0.7, 0.8)]], 16)
    for name in TABS:
        page.click(f"#tab-{name}")
        assert page.out_of_view() == []
        assert size != SIZES[0] or barriers(page.driver) == []
    page.run("live.reset(1); element('live-controls').scrollIntoView(); scrollBy(0, -54)")
    page.settle()  # below the strip
    assert page.run("return neurons.getBoundingClientRect().bottom") <= size[1]
    assert barriers(page.driver) == []


def test_forced_colours_and_reduced_motion(page):
    page.emulate(**browser_page.FORCED, prefers_reduced_motion="reduce")
    style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    assert page.run(style, "#scaling", "appearance") == "auto"  # the system shows what is on
    assert page.run(style, "[role=tab][aria-selected=true]", "outlineStyle") == "solid"
    page.draw(DIGITS[1])
    assert page.run(style, "#lines path", "animationName") == "none"  # drawn, and standing still


def test_screenshot(page):
    page.put(DIGITS[4])
    page.emulate(prefers_reduced_motion="reduce")
    browser_page.publish(page, ".instrument", EXAMPLE / "pictures" / "screenshot.png")
