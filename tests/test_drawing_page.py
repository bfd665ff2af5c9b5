"""Step 08's page in a real browser: a headless Chromium, driven by Selenium.

Without a browser these tests are skipped; where REQUIRE_BROWSER is set, as in .ci/run, they fail
instead. The page is the one that the shared run of main.py wrote.

    SCREENSHOT=1 python -m pytest --mnist tests/test_drawing_page.py -k screenshot

draws the picture that the README shows.
"""

import base64
import os
import re
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import mnist
from handwriting import DIGITS, EXAMPLE, STYLES, module, network_in, numbers_in
from helpers import barriers, requested_addresses, run, score_in

preparation = module("preparation")


@pytest.fixture(scope="session")
def example(examples, data_folder, real):
    """What main.py left in its folder, whose name has a space and an accent in it."""
    result = examples(EXAMPLE.name)
    assert "Traceback" not in result.errors, result.errors
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_DIR", str(data_folder))
        _, _, images, labels = mnist.load()
    return SimpleNamespace(
        page=result.folder / "drawing_page_with_network.html",
        opened=(result.folder.parents[2] / "opened.txt").read_text(encoding="utf-8"),
        output=result.output,
        images=images,
        labels=labels,
        mnist=real,
    )


class Page:
    """What a person does with the page, and sees on it."""

    def __init__(self, driver):
        self.driver = driver
        self.run = driver.execute_script

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def settle(self):
        """Wait until what was drawn has been looked at."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        )

    def box(self):
        """Where the paper is on the screen: left, top, size."""
        return self.run(
            "const paper = document.getElementById('drawing');"
            "paper.scrollIntoView({block: 'center'});"
            "const box = paper.getBoundingClientRect(); return [box.left, box.top, box.width]"
        )

    def on_screen(self, stroke):
        left, top, size = self.box()
        return [(round(left + x * size), round(top + y * size)) for x, y in stroke]

    def draw(self, strokes, button=0):
        from selenium.webdriver.common.action_chains import ActionChains

        for stroke in strokes:
            actions = ActionChains(self.driver, duration=0)
            mouse = actions.w3c_actions.pointer_action
            first, *others = self.on_screen(stroke)
            mouse.move_to_location(*first)
            mouse.pointer_down(button=button)
            for point in others:
                mouse.move_to_location(*point)
            mouse.pointer_up(button=button)
            actions.perform()
        self.settle()

    def press(self, *keys, times=1):
        from selenium.webdriver.common.action_chains import ActionChains

        actions = ActionChains(self.driver, duration=0)
        for key in keys[:-1]:
            actions.key_down(key)
        for _ in range(times):
            actions.send_keys(keys[-1])
        for key in keys[:-1]:
            actions.key_up(key)
        actions.perform()
        self.settle()

    def touch(self, kind, *points):
        self.driver.execute_cdp_cmd(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)],
            },
        )

    def click(self, selector):
        self.find(selector).click()
        self.settle()

    @property
    def digit(self):
        return self.find("#digit").text

    @property
    def probabilities(self):
        return self.run(
            "return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(digit => Number("
            "document.querySelector(`[data-digit='${digit}']`).dataset.probability))"
        )

    @property
    def seen(self):
        """The 28x28 grey levels in "What the network sees"."""
        levels = self.run(
            "const data = document.getElementById('seen').getContext('2d')"
            ".getImageData(0, 0, 28, 28).data;"
            "return Array.from(data).filter((_, i) => i % 4 === 0)"
        )
        return np.array(levels).reshape(28, 28)

    @property
    def ink(self):
        """How opaque each pixel of the paper is."""
        text, side = self.run(
            "const paper = document.getElementById('drawing'); const {data} ="
            "paper.getContext('2d').getImageData(0, 0, paper.width, paper.height); let text = '';"
            "for (let i = 3; i < data.length; i += 4) text += String.fromCharCode(data[i]);"
            "return [btoa(text), paper.width]"
        )
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, side)

    def emulate(self, width=None, height=None, scheme="light", phone=False):
        command = self.driver.execute_cdp_cmd
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        command("Emulation.setEmulatedMedia", {"features": features})
        command("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        if width is None:
            command("Emulation.clearDeviceMetricsOverride", {})
        else:
            metrics = {"width": width, "height": height, "mobile": phone}
            metrics["deviceScaleFactor"] = 2 if phone else 1
            command("Emulation.setDeviceMetricsOverride", metrics)


@pytest.fixture
def page(browser, example):
    page = Page(browser)
    page.emulate()
    browser.get("about:blank")
    browser.get_log("performance")  # forget what was before
    browser.get_log("browser")
    address = example.page.as_uri()
    browser.get(address)
    yield page
    # Whatever a test did: no complaint in the console, and no request but for the page itself.
    page.emulate()
    assert browser.get_log("browser") == []
    requests = requested_addresses(browser)
    assert {url for url in requests if not url.startswith("data:")} == {address}


def shape(seen):
    """Height and width of the ink, and its centre of mass."""
    rows, columns = np.nonzero(seen)
    y, x = np.average(np.indices(seen.shape).reshape(2, -1), axis=1, weights=seen.ravel())
    return np.ptp(rows) + 1, np.ptp(columns) + 1, y, x


def small(strokes, x, y, scale):
    """The same strokes, smaller, somewhere else."""
    return [[(x + scale * across, y + scale * down) for across, down in each] for each in strokes]


# ---- The file ----


def test_file_is_one_page_that_opens_by_itself(example):
    assert example.opened == example.page.as_uri()
    assert example.page.as_uri() in example.output
    assert example.output.isascii()
    assert example.page.stat().st_size < 1_500_000
    text = example.page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    for loader in (" src=", "url(", "@import", "fetch(", "XMLHttpRequest", "sendBeacon"):
        assert loader not in text


def test_committed_page_is_what_the_script_makes_of_the_template(real, data_folder, monkeypatch):
    """If this fails: run main.py on MNIST, and copy drawing_page_with_network.html over it."""
    page = EXAMPLE / "drawing_page_trained.html"
    assert page.stat().st_size < 1_500_000
    text = re.sub(r'(?<=id="trained-network">).*(?=</script>)', "null", page.read_text("utf-8"))
    assert text == (EXAMPLE / "drawing_page.html").read_text(encoding="utf-8")
    numbers = numbers_in(page)
    assert (numbers["training_images"], numbers["test_images"]) == (60_000, 10_000)
    assert [network["passes"] for network in numbers["networks"]] == [0, 1, 1, 3, 3, 12, 12]
    for index, kept in enumerate(numbers["networks"]):
        network = network_in(page, index)
        assert [weights.shape for weights in network.coefs_] == [(784, 128), (128, 10)]
        assert all(np.isfinite(weights).all() for weights in network.coefs_ + network.intercepts_)
        assert 0.95 < kept["score"] < 0.99 or kept["passes"] == 0
        if real:
            monkeypatch.setenv("MNIST_DIR", str(data_folder))
            _, _, images, labels = mnist.load()
            assert network.score(images / 255, labels) == pytest.approx(kept["score"], abs=1e-4)


def test_template_alone_says_what_to_do(browser):
    browser.get((EXAMPLE / "drawing_page.html").as_uri())
    page = Page(browser)
    page.draw(DIGITS[1])
    assert "main.py" in page.find("#introduction").text
    assert page.digit == ""
    assert browser.get_log("browser") == []


# ---- A network of one's own ----

SHAPES = {"one layer": (32,), "two layers": (14, 14), "no hidden layer": ()}
SCALINGS = {
    "raw": {},
    "from 0 to 1": {"divisor": 255},
    "centred": {"offset": 127.5, "divisor": 255},
}
OWN = [(shape, scaling, "logistic") for shape in SHAPES for scaling in SCALINGS]
OWN += [("two layers", "from 0 to 1", activation) for activation in ("relu", "tanh", "identity")]


@pytest.mark.parametrize(("shape", "scaling", "activation"), OWN)
def test_own_network_says_what_scikit_learn_says(
    browser, data_folder, tmp_path, monkeypatch, shape, scaling, activation
):
    monkeypatch.setenv("MNIST_DIR", str(data_folder))
    images, labels, _, _ = mnist.load()
    kept = SCALINGS[scaling]
    scaled = (images - kept.get("offset", 0)) / kept.get("divisor", 1)
    network = MLPClassifier(SHAPES[shape], activation, solver="sgd", random_state=0)
    network.partial_fit(scaled[:1500], labels[:1500], classes=range(10))
    named = kept if activation == "logistic" else {**kept, "activation": activation}
    np.savez(tmp_path / "my_network.npz", *network.coefs_, *network.intercepts_, **named)
    for path in [*EXAMPLE.glob("*.py"), EXAMPLE / "drawing_page.html"]:
        shutil.copy(path, tmp_path)
    done = run([sys.executable, "main.py", "my_network.npz"], tmp_path, data_folder)
    assert done.returncode == 0, done.stderr

    browser.get((tmp_path / "drawing_page_with_network.html").as_uri())
    answers = browser.execute_script(
        "return arguments[0].map(image => window.network.predict(image.map(level => level / 255)))",
        images[:100].tolist(),
    )
    assert np.abs(np.array(answers) - network.predict_proba(scaled[:100])).max() < 1e-5
    assert "your own" in Page(browser).find("#introduction").text
    Page(browser).draw(DIGITS[1])
    assert Page(browser).digit != ""
    assert browser.get_log("browser") == []


# ---- The four figures ----


def test_forward_pass_equals_scikit_learn(page, example):
    answers = page.run(
        "return arguments[0].map(image => window.network.predict(image.map(level => level / 255)))",
        example.images[:200].tolist(),
    )
    expected = network_in(example.page).predict_proba(example.images[:200] / 255)
    assert np.abs(np.array(answers) - expected).max() < 1e-6


def test_score_in_the_page_is_that_of_its_network(page, example):
    score = network_in(example.page).score(example.images / 255, example.labels)
    assert score_in(example.output) == pytest.approx(score, abs=2e-4)
    assert f"{score_in(example.output) * 100:.1f}\u00a0%" in page.find(
        "#introduction"
    ).get_attribute("textContent")


def test_preparation_equals_python(page):
    differences = []
    for strokes in (
        DIGITS[2],
        DIGITS[4],
        small(DIGITS[8], 0.75, 0.02, 0.2),
        small(DIGITS[1], -0.4, -0.1, 1.1),  # partly over the edge
        small(DIGITS[7], -0.4, -0.4, 1.8),
        [[(0.2, 0.8), (0.8, 0.8)]],
        [[(0.5, 0.5)]],
    ):
        page.click("#clear")
        page.draw([[np.clip(point, 0.004, 0.996) for point in stroke] for stroke in strokes])
        python = preparation.prepare(page.ink.astype(float)).reshape(28, 28)
        assert python.max() > 0
        differences.append(np.abs(page.seen - python).max())
    assert max(differences) <= 2, differences


def test_preparation_equals_python_on_odd_shapes(page):
    generator = np.random.RandomState(0)
    for height, width in ((1, 1), (3, 90), (200, 7), (28, 28), (61, 143), (19, 20), (150, 150)):
        ink = generator.randint(0, 256, (height, width))
        ink *= generator.rand(height, width) < 0.7
        ink[height // 2, width // 2] = 255
        levels = page.run(
            "return Array.from(window.network.prepare(arguments[0], arguments[1], arguments[2]))",
            ink.ravel().tolist(),
            width,
            height,
        )
        python = preparation.prepare(ink).astype(int)
        assert np.abs(np.array(levels) - python).max() <= 2, (height, width)


# Measured with the networks of five seeds and 2,000 images: 0.9765 to 0.9825. These 400 images are
# the same in every run; the sample's own digits are made in another way and lose more (0.82).
def test_images_of_any_size_anywhere_are_read(page, example):
    generator = np.random.RandomState(5)
    count = 400
    chosen = generator.choice(len(example.images), min(count, len(example.images)), replace=False)
    levels = example.images[chosen]
    sides = generator.uniform(60, 260, len(chosen))
    places = generator.rand(len(chosen), 2)
    guesses = page.run(
        """
        const [images, sides, places] = arguments;
        const paper = document.getElementById("drawing"), context = paper.getContext("2d");
        const original = new OffscreenCanvas(28, 28);
        return images.map((levels, index) => {
          const image = new ImageData(28, 28);
          levels.forEach((level, i) => image.data.set([0, 0, 0, level], 4 * i));
          original.getContext("2d").putImageData(image, 0, 0);
          // Half of them in the pixels of the paper, half in the units that it has on the screen.
          const unit = index % 2 ? 1 : paper.width / 280, side = sides[index] * unit;
          context.setTransform(1, 0, 0, 1, 0, 0);
          context.clearRect(0, 0, paper.width, paper.height);
          context.drawImage(original, places[index][0] * (paper.width - side),
            places[index][1] * (paper.height - side), side, side);
          const {probabilities} = window.network.look();
          const guess = document.getElementById("digit").textContent;
          return Math.max(...probabilities) === probabilities[guess] ? Number(guess) : -1;
        });
        """,
        levels.tolist(),
        sides.tolist(),
        places.tolist(),
    )
    score = np.mean(np.array(guesses) == example.labels[chosen])
    assert score >= (0.95 if example.mnist else 0.7), score


def test_ten_digits_drawn_with_the_mouse(page, example):
    guesses = {}
    for digit, strokes in DIGITS.items():
        page.click("#clear")
        page.draw(strokes)
        guesses[digit] = page.digit
        assert sum(page.probabilities) == pytest.approx(1)
        assert str(np.argmax(page.probabilities)) == page.digit
    right = [digit for digit, guess in guesses.items() if guess == str(digit)]
    # All ten with the networks of five seeds, the least sure of them at 0.986.
    assert len(right) >= (9 if example.mnist else 5), guesses


# ---- Drawing ----


def nothing_is_claimed(page):
    return page.digit == "" and page.probabilities == [0] * 10 and page.seen.max() == 0


def test_empty_paper_claims_nothing(page):
    assert nothing_is_claimed(page)
    assert "nothing is claimed" in page.find("#sentence").text
    page.draw(DIGITS[1])
    assert not nothing_is_claimed(page)


def test_undo_and_clear(page):
    page.draw(DIGITS[4][:1])
    first = page.seen
    page.draw(DIGITS[4][1:])
    assert not np.array_equal(page.seen, first)
    page.click("#undo")
    assert np.array_equal(page.seen, first)
    page.click("#undo")
    assert nothing_is_claimed(page)
    page.click("#undo")  # nothing left to undo
    page.draw(DIGITS[4])
    page.click("#clear")
    assert nothing_is_claimed(page)
    assert page.ink.max() == 0


def test_guess_is_live_while_the_pen_is_down(page):
    from selenium.webdriver.common.action_chains import ActionChains

    actions = ActionChains(page.driver, duration=0)
    mouse = actions.w3c_actions.pointer_action
    (x, y), *others = page.on_screen(DIGITS[1][0])
    mouse.move_to_location(x, y)
    mouse.pointer_down()
    for point in others:
        mouse.move_to_location(*point)
    actions.perform()
    page.settle()
    assert page.digit != ""
    ActionChains(page.driver).release().perform()


def test_other_buttons_do_not_draw(page):
    page.draw(DIGITS[1], button=2)
    page.draw(DIGITS[1], button=1)
    assert nothing_is_claimed(page)


def test_stroke_goes_on_beyond_the_edge(page):
    page.draw([[(0.5, 0.5), (0.9, 0.5), (1.2, 0.5), (1.2, 0.8), (0.9, 0.8)]])
    rows, columns = np.nonzero(page.ink)
    assert columns.max() == page.ink.shape[1] - 1
    assert rows.max() > 0.8 * page.ink.shape[0]
    page.draw([[(0.2, 0.2), (0.2, 0.4)]])  # and ends when the button is let go
    page.click("#undo")
    page.click("#undo")
    assert nothing_is_claimed(page)


def test_pen_leaves_strokes_like_those_of_mnist(page):
    page.draw(DIGITS[1])
    seen = page.seen / 255
    widths = seen.sum(axis=1)[seen.sum(axis=1) > 0][2:-2]
    assert 2 <= np.median(widths) <= 3.2
    page.run(
        "const pen = document.getElementById('pen'); pen.value = pen.min;"
        "pen.dispatchEvent(new Event('input'))"
    )
    page.settle()
    assert 1.5 <= np.median((page.seen / 255).sum(axis=1)[6:-6]) <= 3.2
    page.click("#strokes")
    assert np.median((page.seen / 255).sum(axis=1)[6:-6]) < 0.6


def test_switches_show_what_the_preparation_is_good_for(page):
    page.draw(small(DIGITS[0], 0.02, 0.02, 0.4))
    height, width, y, x = shape(page.seen)
    assert max(height, width) == 20
    assert 13.4 < y < 14.6
    assert 13.4 < x < 14.6
    prepared = page.probabilities[0]
    page.find("#centring").click()
    height, width, y, x = shape(page.seen)
    assert max(height, width) == 20
    assert x < 11
    page.find("#scaling").click()
    height, width, y, x = shape(page.seen)
    assert 8 <= height <= 10
    assert 4 < y < 8
    assert 4 < x < 8
    assert page.probabilities[0] < prepared / 2
    page.find("#centring").click()
    height, width, y, x = shape(page.seen)
    assert 8 <= height <= 10
    assert 13.4 < y < 14.6
    page.find("#scaling").click()
    assert page.probabilities[0] == prepared


# ---- The hidden neurons ----


def test_hidden_neurons_light_up_and_show_their_weights(page):
    from selenium.webdriver.common.action_chains import ActionChains

    light = (
        "return [...document.querySelectorAll('#neurons button')]"
        ".map(cell => parseFloat(cell.style.getPropertyValue('--lit')))"
    )
    weights = "return document.getElementById('weights').toDataURL()"
    assert page.run(light) == [0] * 128
    page.draw(DIGITS[3])
    lit = np.array(page.run(light))
    assert lit.shape == (128,)
    assert lit.max() > 60
    assert lit.min() < 10
    pictures = {page.run(weights)}
    cells = page.driver.find_elements("css selector", "#neurons button")
    ActionChains(page.driver, duration=0).move_to_element(cells[40]).perform()
    assert "Neuron 41," in page.find("#neuron-text").text
    pictures.add(page.run(weights))
    page.run("arguments[0].focus()", cells[40])
    page.press("\ue014")  # arrow to the right
    page.press("\ue015")  # and down
    assert "Neuron 58," in page.find("#neuron-text").text
    pictures.add(page.run(weights))
    assert len(pictures) == 3


# ---- Keyboard, phone, light and dark ----


def test_keyboard(page):
    page.draw(DIGITS[4])
    both = page.seen
    page.press("\ue009", "z")  # Ctrl
    assert not np.array_equal(page.seen, both)
    assert page.digit != ""
    page.press("\ue00c")  # Escape, on the page and not on the paper
    assert not nothing_is_claimed(page)
    page.click("#clear")
    assert nothing_is_claimed(page)
    page.press("\ue009", "z")
    assert page.digit != ""
    page.click("#clear")

    reached = []
    page.run("document.getElementById('drawing').focus()")
    for _ in range(10):
        page.press("\ue004")  # Tab
        reached.append(
            page.run("return document.activeElement.id || document.activeElement.ariaLabel")
        )
    stops = ["undo", "clear", "pen", "strokes", "scaling", "centring"]
    assert reached[:9] == [*stops, "Neuron 1", "switch-off", "tab-learning"]
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    page.run("document.getElementById('clear').focus()")
    assert page.run(outline) != "none"

    # Drawn without a mouse: arrows move the pen, with Shift they draw.
    page.run("document.getElementById('drawing').focus({focusVisible: true})")
    page.press("\ue013", times=8)
    assert nothing_is_claimed(page)
    page.press("\ue008", "\ue015", times=16)
    assert shape(page.seen)[0] == 20
    page.press("\ue009", "z")
    assert nothing_is_claimed(page)
    page.press("\ue008", "\ue015", times=16)
    page.press("\ue00c")
    assert nothing_is_claimed(page)


def test_guess_is_announced(page):
    from selenium.webdriver.support.ui import WebDriverWait

    page.draw(DIGITS[1])
    announcement = page.find("#announcement")
    assert announcement.get_attribute("aria-live") == "polite"
    WebDriverWait(page.driver, 10).until(
        lambda _: f" {page.digit}" in announcement.get_attribute("textContent")
    )


def test_phone(page):
    page.emulate(360, 740, phone=True)
    page.driver.refresh()
    assert page.run("return document.documentElement.scrollWidth") <= 360
    # From the bottom to the top: a finger that goes up scrolls a page, if it scrolls at all.
    (x, y), *others = page.on_screen(DIGITS[1][0][::-1])
    top = page.run("return scrollY")
    page.touch("touchStart", (x, y))
    for point in others:
        page.touch("touchMove", point)
    page.touch("touchEnd")
    page.settle()
    alone = page.seen
    assert page.digit != ""
    assert page.run("return scrollY") == top  # drawing does not scroll

    page.click("#clear")
    page.touch("touchStart", (x, y))
    page.touch("touchStart", (x, y), (x + 70, y + 50))  # a second finger comes down
    for point in others:
        page.touch("touchMove", point, (x + 90, y + 90))
    page.touch("touchEnd")
    page.settle()
    assert np.array_equal(page.seen, alone)


def test_drawing_survives_a_turned_phone_and_another_theme(page):
    page.emulate(360, 740)
    page.draw(DIGITS[2])
    seen, light = (
        page.seen,
        page.run("return getComputedStyle(document.documentElement).backgroundColor"),
    )
    page.emulate(740, 360)
    page.settle()
    assert np.array_equal(page.seen, seen)
    page.emulate(740, 360, scheme="dark")
    page.settle()
    assert page.run("return getComputedStyle(document.documentElement).backgroundColor") != light
    assert np.array_equal(page.seen, seen)  # light ink on dark paper is the same to the network
    ink = page.run(
        "const {data} = document.getElementById('drawing').getContext('2d')"
        ".getImageData(0, 0, 560, 560); let i = 3; while (data[i] < 255) i += 4; return data[i - 3]"
    )
    assert ink > 128


def test_a_small_sample_is_admitted(page, example):
    assert ("small sample" in page.find("#introduction").text) != example.mnist


# ---- The experiments ----


def right_of_500(page):
    """How many of the test images in the page are read rightly, as it says."""
    page.driver.execute_async_script("window.network.ready.then(arguments[0])")
    page.settle()
    return int(re.search(r": (\d+) read", page.find("#sheet-title").text)[1])


def move(page, slider, value):
    page.run(
        "const slider = document.getElementById(arguments[0]); slider.value = arguments[1];"
        "slider.dispatchEvent(new Event('input', {bubbles: true}))",
        slider,
        value,
    )
    page.settle()


def test_500_images_are_read_as_scikit_learn_reads_them(page, example):
    chosen = np.arange(500) * len(example.images) // 500
    images, labels = example.images[chosen] / 255, example.labels[chosen]
    for index, (kind, stop) in enumerate([("varied", 3), ("plain", 3), ("plain", 1), ("plain", 0)]):
        if index:
            page.click(f"[name=kind][value={kind}]")
            move(page, "passes", stop)
        network = network_in(example.page, {3: -1, 1: 1, 0: 0}[stop] - (index == 1))
        assert right_of_500(page) == np.sum(network.predict(images) == labels)
        score = numbers_in(example.page)["networks"][{3: -1, 1: 1, 0: 0}[stop] - (index == 1)]
        assert f"{score['score'] * 100:.1f}\u00a0%" in page.find("#learning-text").get_attribute(
            "textContent"
        )


def test_gradients_equal_those_of_step_04(page, example):
    network, image = network_in(example.page), example.images[0] / 255
    hidden = 1 / (1 + np.exp(-(image @ network.coefs_[0] + network.intercepts_[0])))
    delta = network.predict_proba(image[None])[0] - np.eye(10)[3]
    before = delta @ network.coefs_[1].T * hidden * (1 - hidden)
    expected = [(np.outer(image, before), before), (np.outer(hidden, delta), delta)]
    got = page.run(
        "return window.network.gradients(arguments[0], 3)"
        ".map(({weights, biases}) => [Array.from(weights), Array.from(biases)])",
        image.tolist(),
    )
    for (weights, biases), (right_weights, right_biases) in zip(got, expected):
        assert np.abs(np.array(weights) - right_weights.ravel()).max() < 1e-6
        assert np.abs(np.array(biases) - right_biases).max() < 1e-6


def test_it_can_be_taught_and_forgets(page):
    before = right_of_500(page)
    page.draw(DIGITS[4])
    page.click("#tab-teaching")
    page.click("#truths button:nth-child(4)")
    lost = {}
    for rate in (0.05, 0.5):
        page.click(f"[name=rate][value='{rate}']")
        share = page.probabilities[3]
        page.click("#teach")
        page.settle()
        assert page.probabilities[3] > share
        page.click("#teach-on")
        page.driver.execute_async_script("setTimeout(arguments[0], 1500)")
        assert page.digit == "3"
        lost[rate] = before - right_of_500(page)
        assert f"where it read {before} before" in page.find("#teaching-text").text
        page.click("#forget-lessons")
        page.settle()
        assert page.digit != "3"
        assert right_of_500(page) == before
    assert lost[0.5] > lost[0.05] - 5


def test_ten_digits_are_counted(page):
    page.click("#tab-challenge")
    page.click("#next-digit")
    guesses = []
    for digit in range(10):
        page.click("#next-digit")  # nothing is drawn yet: it waits
        page.draw(DIGITS[digit])
        guesses.append(page.digit)
        page.click("#next-digit")
    right = sum(guess == str(digit) for digit, guess in enumerate(guesses))
    assert f"It read {right} of your ten digits" in page.find("#challenge-text").text
    assert len(page.driver.find_elements("css selector", "#tally li")) == 10
    assert len(page.driver.find_elements("css selector", "#tally .right")) == right


def test_neurons_that_decide_can_be_switched_off(page):
    before = right_of_500(page)
    page.draw(DIGITS[4])
    share = page.probabilities[int(page.digit)]
    plain = page.seen
    page.click("#tab-reasons")
    assert not np.array_equal(page.seen, plain)  # now in colour
    assert len(page.driver.find_elements("css selector", "#neurons .decides")) == 8
    guess = int(page.digit)
    page.click("#sixteen-off")
    assert len(page.driver.find_elements("css selector", "#neurons .off")) == 16
    assert page.probabilities[guess] < share
    assert right_of_500(page) < before
    page.click("#all-on")
    assert right_of_500(page) == before
    page.click("#neurons button:nth-child(5)")
    page.click("#switch-off")
    assert "off" in page.find("#neurons button:nth-child(5)").get_attribute("aria-label")


def test_it_may_say_nothing(page):
    page.draw(DIGITS[4])
    assert page.digit != ""
    page.click("#tab-doubt")
    answered = r"answers (\d+) of the 500 test images, and (\d+)"
    _, sure = map(int, re.search(answered, page.find("#doubt-text").text).groups())
    move(page, "threshold", 999)
    fewer, surer = map(int, re.search(answered, page.find("#doubt-text").text).groups())
    assert fewer < 500
    assert surer / fewer > sure / 500
    assert "empty picture would be" in page.find("#empty-text").text
    page.run("document.getElementById('pen').value = 40")
    page.draw([[(0.1, 0.1), (0.9, 0.9)], [(0.1, 0.9), (0.9, 0.1)], [(0.1, 0.5), (0.9, 0.5)]])
    assert page.digit == "" or max(page.probabilities) >= 0.999


# ---- Every size, and every hand ----


@pytest.mark.parametrize("width", [320, 390, 560, 768, 820, 860, 900, 1280, 1920])
def test_nothing_sticks_out(page, width):
    for tab in ("learning", "challenge", "teaching", "reasons", "doubt"):
        page.emulate(width, 800)
        page.click(f"#tab-{tab}")
        out = page.run(
            "return [...document.querySelectorAll('section, section :not(.unseen)')].filter(e =>"
            "e.getBoundingClientRect().right > e.closest('section').getBoundingClientRect().right"
            " + 1 && e.closest('#neurons') === null).map(e => e.outerHTML.slice(0, 80))"
        )
        assert out == []
        assert page.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (768, 1024), (640, 360), (390, 664)])
def test_paper_and_guess_are_seen_together(page, size):
    page.emulate(*size)
    cards = ["drawing", "guess-card"]
    if size[0] >= 1080:
        cards += ["seen-card", "neurons-card", "laboratory"]
    script = "return document.getElementById(arguments[0]).getBoundingClientRect().bottom"
    assert max(page.run(script, card) for card in cards) <= size[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(page, scheme):
    page.emulate(1280, 900, scheme=scheme)
    page.draw(DIGITS[8])
    for tab in ("learning", "challenge", "teaching", "reasons", "doubt"):
        page.click(f"#tab-{tab}")
        assert barriers(page.driver) == []


def test_switches_can_be_told_apart_in_forced_colours(page):
    feature = [{"name": "forced-colors", "value": "active"}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    appearance = "return getComputedStyle(document.getElementById('scaling')).appearance"
    assert page.run(appearance) == "auto"  # the system's own, which shows what is on
    border = "return getComputedStyle(document.getElementById('seen')).borderStyle"
    assert page.run(border) == "solid"


def test_twenty_hands_are_read(page, example):
    """Measured with the committed page: 199 of 200, and 9 of 10 in the worst style."""
    if not example.mnist:
        pytest.skip("needs --mnist: the sample's digits are of another kind")
    scores = {}
    for style, drawings in STYLES.items():
        right = 0
        for digit, (strokes, pen) in enumerate(drawings):
            page.click("#clear")
            move(page, "pen", pen)
            page.draw(strokes)
            right += page.digit == str(digit)
        scores[style] = right / 10
    print(scores)
    assert np.mean(list(scores.values())) >= 0.97, scores
    assert min(scores.values()) >= 0.9, scores


# ---- The picture in the README ----


def test_screenshot(page, example, tmp_path):
    from PIL import Image

    page.emulate(1280, 720)
    page.driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    page.draw(DIGITS[4])
    page.run("document.querySelectorAll('#neurons button')[20].click(); scrollTo(0, 0)")
    page.settle()
    page.driver.execute_async_script("setTimeout(arguments[0], 300)")  # the bars have arrived
    place = tmp_path / "screenshot.png"
    page.driver.save_screenshot(str(place))
    with Image.open(place) as picture:
        colours = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        colours.save(place, optimize=True)
        assert picture.size == (1280, 720)
    assert 10_000 < place.stat().st_size < 150_000
    if os.environ.get("SCREENSHOT") and example.mnist:
        shutil.copy(place, EXAMPLE / "pictures" / "screenshot.png")
