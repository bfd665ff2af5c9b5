"""Step 03's page in a real browser: a headless Chromium, driven by Selenium.

    SCREENSHOT=1 python -m pytest tests/test_gradient_descent_page.py -k picture

draws the picture that the step's page shows.
"""

import os
import re
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import barriers, example, requested_addresses, run

STEP = example("training_a_single_neuron")
PAGE = STEP / "gradient_descent.html"
TEN_POINTS = [(-2, 4.4), (3.7, 0.5), (4.7, -0.3), (1, 1.4), (3.4, 0.4)]
TEN_POINTS += [(1.9, 1.4), (0.5, 2), (3.7, 0.5), (-3.7, 5.6), (-1.4, 3.5)]
MINUS = "\u2212"
ARROW_RIGHT, ARROW_UP, SHIFT, TAB, DELETE, ENTER = "\ue014\ue013\ue008\ue004\ue017\ue007"


class Page:
    """What a person does with the page, and sees on it."""

    def __init__(self, browser):
        self.browser = browser
        self.script = browser.execute_script

    def open(self, fragment=""):
        self.browser.get("about:blank")
        self.browser.get(PAGE.as_uri() + fragment)

    def set(self, **options):
        return self.script("return descent.set(arguments[0])", options)

    def step(self, count=1):
        return self.script("return descent.step(arguments[0])", count)

    @property
    def state(self):
        return SimpleNamespace(**self.script("return descent.state()"))

    def text(self, name):
        return self.script("return document.getElementById(arguments[0]).textContent", name)

    def click(self, name):
        self.script("document.getElementById(arguments[0]).click()", name)

    def wait_for(self, condition):
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.browser, 20, 0.05).until(lambda _: condition(self.state))

    def place(self, picture, right, down):
        """Return where a share of a picture's width and height is on the screen."""
        left, top, width, height = self.script(
            "const picture = document.getElementById(arguments[0]);"
            "picture.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const box = picture.getBoundingClientRect();"
            "return [box.left, box.top, box.width, box.height]",
            picture,
        )
        return round(left + right * width), round(top + down * height)

    def mouse(self, *places):
        """Press at the first place, move over the others, let go."""
        from selenium.webdriver.common.action_chains import ActionChains

        actions = ActionChains(self.browser, duration=0)
        pointer = actions.w3c_actions.pointer_action
        pointer.move_to_location(*places[0])
        pointer.pointer_down()
        for place in places[1:]:
            pointer.move_to_location(*place)
        pointer.pointer_up()
        actions.perform()

    def press(self, *keys, holding=""):
        from selenium.webdriver.common.action_chains import ActionChains

        actions = ActionChains(self.browser, duration=0)
        for key in holding:
            actions.key_down(key)
        actions.send_keys(*keys)
        for key in holding:
            actions.key_up(key)
        actions.perform()

    def finger(self, *places):
        for index, (x, y) in enumerate(places):
            kind = "touchMove" if index else "touchStart"
            parameters = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", parameters)
        parameters = {"type": "touchEnd", "touchPoints": []}
        self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", parameters)

    def emulate(self, width=None, height=900, phone=False, **media):
        command = self.browser.execute_cdp_cmd
        features = [
            {"name": name, "value": media.get(name.replace("-", "_"), "")}
            for name in ("prefers-color-scheme", "prefers-reduced-motion", "forced-colors")
        ]
        command("Emulation.setEmulatedMedia", {"features": features})
        command("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        metrics = {"width": width, "height": height, "mobile": phone, "deviceScaleFactor": 1}
        if width is None:
            command("Emulation.clearDeviceMetricsOverride", {})
        else:
            command("Emulation.setDeviceMetricsOverride", metrics)


@pytest.fixture
def page(browser):
    page = Page(browser)
    page.emulate(1280)
    browser.get("about:blank")
    browser.get_log("performance")  # forget what was before
    browser.get_log("browser")
    page.open()
    yield page
    # Whatever a test did: no complaint in the console, and no request but for the page itself.
    page.emulate()
    assert browser.get_log("browser") == []
    requests = requested_addresses(browser)
    own = (PAGE.as_uri(), "data:", "about:")
    assert [url for url in requests if not url.startswith(own)] == []


def test_file_is_one_small_page_that_loads_nothing():
    text = PAGE.read_text(encoding="utf-8")
    assert PAGE.stat().st_size < 120_000
    assert "default-src 'none'" in text
    for loader in (" src=", "url(", "@import", "fetch(", "XMLHttpRequest", "sendBeacon"):
        assert loader not in text


# ---- The numbers ----


def test_hundred_steps_equal_main_py_to_the_last_printed_digit(page, tmp_path):
    shutil.copy(STEP / "main.py", tmp_path)
    (tmp_path / "matplotlib.py").write_text("raise ImportError")  # its picture is not needed here
    output = run([sys.executable, "main.py"], tmp_path, tmp_path).stdout
    rate, compared = None, 0
    for words in map(str.split, output.splitlines()):
        if words[:2] == ["Learning", "rate"]:
            rate = float(words[2])
            place = page.set(learningRate=rate, weight=1, bias=1)
            done = 0
        elif words and words[0] == "step":
            place = page.step(int(words[1]) - done)
            done = int(words[1])
            printed = [words[4], words[7], words[10]]
            assert [f"{place[name]:.4g}" for name in ("weight", "bias", "cost")] == printed
            compared += 1
    assert compared == 24  # eight lines for each of three rates


def test_derivatives_bottom_and_border_equal_numpy(page):
    generator = np.random.RandomState(3)
    for _ in range(5):
        points = generator.uniform(-5, 5, (8, 2)).round(1)
        x, y = points.T
        weight, bias = generator.uniform(-2, 2, 2)
        page.set(points=points.tolist(), weight=weight, bias=bias)
        state = page.state

        def cost(w, b, x=x, y=y):
            return np.sum((b + w * x - y) ** 2)

        assert state.cost == pytest.approx(cost(weight, bias))
        slope = (cost(weight + 1e-5, bias) - cost(weight - 1e-5, bias)) / 2e-5
        assert state.weightDerivative == pytest.approx(slope, rel=1e-6)
        slope = (cost(weight, bias + 1e-5) - cost(weight, bias - 1e-5)) / 2e-5
        assert state.biasDerivative == pytest.approx(slope, rel=1e-6)
        assert [state.best["weight"], state.best["bias"]] == pytest.approx(np.polyfit(x, y, 1))
        second = 2 * np.array([[np.sum(x * x), np.sum(x)], [np.sum(x), len(x)]])
        assert state.border == pytest.approx(2 / np.linalg.eigvalsh(second).max())
        # And the border is one: just below it the steps come closer, just above they run away.
        page.set(learningRate=0.99 * state.border)
        assert page.step(3000)["cost"] == pytest.approx(state.best["cost"], abs=1e-6)
        page.set(learningRate=1.01 * state.border, weight=weight, bias=bias)
        assert page.step(3000)["cost"] > 1e6


def number(text):
    """Read a number as the page writes it, with its own minus and times signs and raised powers."""
    text = text.translate(str.maketrans(f"⁻⁰¹²³⁴⁵⁶⁷⁸⁹{MINUS}", "-0123456789-", ","))
    return float(re.sub(r"\s*\u00d7\s*10", "e", text).strip("() "))


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1])
def test_formulas_can_be_followed_with_a_pocket_calculator(page, rate):
    page.set(learningRate=rate)
    for count in (0, 1, 4):
        page.step(count)
        state = page.state
        for name, derivative in (("weight", "weightDerivative"), ("bias", "biasDerivative")):
            formula = page.text(f"formula-{name}")
            old, calculation, new = re.fullmatch(
                rf".* = (.*?) {MINUS} (.*) = (.*)", formula
            ).groups()
            shown_rate, slope = calculation.split(" · ")
            assert number(old) == pytest.approx(getattr(state, name), rel=1e-4, abs=1e-4)
            assert number(slope) == pytest.approx(getattr(state, derivative), rel=1e-4, abs=1e-4)
            by_hand = number(old) - float(shown_rate) * number(slope)
            assert number(new) == pytest.approx(by_hand, rel=1e-3, abs=2e-4)
        rows = page.script(
            "return [...document.querySelectorAll('#rows tr')]"
            ".map(row => [...row.cells].map(cell => cell.textContent))"
        )
        table = np.array([[number(cell) for cell in row] for row in rows])
        x, y, value, error, square, weight_part, bias_part = table.T
        assert list(zip(x, y)) == TEN_POINTS
        assert value - y == pytest.approx(error, rel=1e-3, abs=1e-3)
        assert square.sum() == pytest.approx(number(page.text("sum-cost")), rel=1e-3, abs=1e-3)
        for part, total in ((weight_part, "sum-weight"), (bias_part, "sum-bias")):
            largest = np.abs(part).max()
            assert part.sum() == pytest.approx(number(page.text(total)), abs=2e-3 * largest + 1e-3)
    next_weight = number(page.text("formula-weight").split(" = ")[-1])
    assert page.step()["weight"] == pytest.approx(next_weight, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    "rate, kind, words",
    [
        (0.0005, "creeps", "0.82 % of what is left"),
        (0.001, "creeps", "about 279 steps"),
        (0.01, "arrives", "About 26 steps"),
        (0.0113, "swings", "97.4 % of the distance"),
        (0.0115, "explodes", "1.01 times as far"),
        (0.1, "explodes", "16.5 times as far"),
    ],
)
def test_a_sentence_says_what_happens_and_why(page, rate, kind, words):
    page.set(learningRate=rate)
    assert page.state.verdict == "ready"
    assert "Predict first" in page.text("sentence")
    page.step(3)
    assert page.state.verdict == kind
    sentence = page.text("sentence").replace("\xa0", " ")
    assert kind in sentence
    assert words.lower() in sentence.lower()
    shown = not page.script("return document.getElementById('border').hidden")
    assert shown == (rate > 0.011)  # who comes near the border has found it


def test_nothing_is_ever_nan(page):
    odd = [
        {"points": [[1, 1]]},
        {"points": [[2, 1], [2, 3]]},
        {"points": [[0, 0], [0, 0]], "weight": 0, "bias": 0},
        {"points": [[900, -900], [-1, 2]]},
        {"points": TEN_POINTS, "weight": 1e150, "bias": -1e150},
        {"points": TEN_POINTS, "weight": 1, "bias": 1},
    ]
    for options in odd:
        for rate in (0.0005, 0.2):
            page.set(learningRate=rate, **options)
            for count in (0, 1, 60, 1000):
                page.step(count)
                everything = page.script("return document.querySelector('main').outerHTML")
                assert not re.search(r"NaN|Infinity|undefined|null", everything), (options, rate)
    assert page.state.verdict == "overflow"
    assert "outgrown" in page.text("sentence")
    assert page.state.cost > 1e290
    for wrong in (
        {"points": []},
        {"points": [[1]]},
        {"points": [["a", 2]]},
        {"weight": float("1e300")},
        {"bias": "x"},
        {"weight": None},
        {"learningRate": 0},
        {"learningRate": None},
    ):
        refused = "try { descent.set(arguments[0]) } catch (error) { return error.message }"
        assert "must be" in page.script(refused, wrong), wrong
    assert page.script("try { descent.step(-1) } catch (error) { return error.name }")


# ---- The pictures ----


def test_squares_are_square_and_add_up_to_the_cost(page):
    page.set(learningRate=0.01)
    for _ in range(4):
        sides = np.array(
            page.script(
                "return [...document.querySelectorAll('.square')]"
                ".map(square => [square.width.baseVal.value, square.height.baseVal.value])"
            )
        )
        assert sides[:, 0] == pytest.approx(sides[:, 1])
        unit = 480 / 14  # the picture is 480 wide, and shows x from -7 to 7
        assert np.sum(sides[:, 0] ** 2) / unit**2 == pytest.approx(page.state.cost, rel=1e-4)
        page.step(3)


def test_contour_lines_join_places_of_equal_cost(page):
    page.set(points=[[-4, 1], [-1, 3], [2, 2], [5, -1]])
    lowest = page.state.best["cost"]
    levels = []
    for weight, bias in ((0, 0), (-1, 3), (0.4, 2), (-0.6, 1)):
        cost = page.set(weight=weight, bias=bias)["cost"]
        # How far the marker stands from the centre of each ellipse, in radii of that ellipse.
        distances = page.script(
            "const {e, f} = document.getElementById('marker').transform.baseVal[0].matrix;"
            "return [...document.querySelectorAll('.contour')].map(contour => {"
            "const inverse = contour.transform.baseVal[0].matrix.inverse();"
            "return Math.hypot(inverse.a * e + inverse.c * f + inverse.e,"
            "inverse.b * e + inverse.d * f + inverse.f)})"
        )
        levels.append(lowest + (cost - lowest) / np.array(distances) ** 2)
    assert len(levels[0]) >= 4
    for of_one_place in levels:
        assert of_one_place == pytest.approx(levels[0], rel=1e-3)
        assert {f"{level:.1e}"[:3] for level in of_one_place} <= {"1.0", "2.0", "5.0"}


def test_trail_curve_and_earlier_runs(page):
    page.step(7)
    assert len(page.browser.find_elements("css selector", ".footprint")) == 7
    corners = "return document.querySelector('.curve').points.numberOfItems"
    assert page.script(corners) == 8
    page.click("reset")
    assert page.state.step == 0
    assert len(page.browser.find_elements("css selector", ".earlier")) == 1
    page.set(learningRate=0.1)
    page.step(5)
    assert "far off this map" in page.text("landscape")


# ---- Mouse, keyboard, finger ----


def test_mouse(page):
    page.mouse(page.place("plane", 0.5 + 1 / 14, 0.16))  # an empty place at x = 1
    assert len(page.state.points) == 11
    assert page.state.points[-1][0] == pytest.approx(1, abs=0.1)
    page.mouse(page.place("plane", 0.5 + 1 / 14, 0.16), page.place("plane", 0.5 + 3 / 14, 0.5))
    assert len(page.state.points) == 11
    assert page.state.points[-1] == pytest.approx([3, 3.5], abs=0.11)
    page.click("remove")
    assert [tuple(point) for point in page.state.points] == TEN_POINTS

    page.step(3)
    page.mouse(page.place("landscape", 0.5, 0.5))
    assert [page.state.weight, page.state.bias, page.state.step] == pytest.approx(
        [-0.5, 2.5, 0], abs=0.05
    )
    page.mouse(page.place("landscape", 0.5, 0.5), page.place("landscape", 0.75, 0.5))
    assert [page.state.weight, page.state.bias] == pytest.approx([1, 2.5], abs=0.05)
    assert page.script("const [x] = [...document.querySelectorAll('.fit')]; return x !== undefined")


def test_keyboard_alone_does_everything(page):
    reached = []
    for _ in range(40):
        page.press(TAB)
        reached.append(
            page.script(
                "const {id, ariaLabel, textContent} = document.activeElement;"
                "return id || ariaLabel || textContent"
            )
        )
        if reached[-1] == "curve-points":
            break
    stops = ["rate", "0.001", "0.01", "0.1", "play", "one", "ten", "reset", "Point 1", "Point 10"]
    stops += ["add", "remove", "marker", "weight", "bias"]
    stops += ["ten-points", "true-line", "exact-points", "curve-points"]
    assert [stop for stop in reached if stop in stops] == stops
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    page.script("document.getElementById('one').focus()")
    page.press(ENTER)
    assert page.state.step == 1
    assert page.script(outline) != "none"

    page.script("document.getElementById('rate').focus()")
    rate = page.state.learningRate
    page.press(ARROW_RIGHT)
    assert rate < page.state.learningRate < 1.02 * rate

    page.script("document.querySelector('#points .handle').focus()")
    page.press(ARROW_RIGHT, ARROW_UP)
    assert page.state.points[0] == pytest.approx([-1.9, 4.5])
    page.press(ARROW_RIGHT, holding=SHIFT)
    assert page.state.points[0] == pytest.approx([-0.9, 4.5])
    ring = "return getComputedStyle(document.activeElement.querySelector('.reach')).strokeWidth"
    assert page.script(ring) == "3px"
    page.press(DELETE)
    assert len(page.state.points) == 9
    assert page.script("return document.activeElement.ariaLabel") == "Point 1"

    page.script("document.getElementById('marker').focus()")
    page.set(weight=1, bias=1)
    page.press(ARROW_RIGHT, ARROW_UP)
    assert [page.state.weight, page.state.bias] == pytest.approx([1.1, 1.1])
    page.script("const w = document.getElementById('weight'); w.focus(); w.select()")
    page.press("-0.5", ENTER)
    assert page.state.weight == -0.5


def test_phone_and_finger(page):
    page.emulate(390, 844, phone=True)
    page.open()
    assert page.script("return document.documentElement.scrollWidth") <= 390
    top = page.script("return document.getElementById('play').getBoundingClientRect().bottom")
    assert 780 < top <= 844  # the buttons stay under the thumb
    x, y = page.place("plane", 0.5 - 2 / 14, 0.5 - 0.9 / (14 * 400 / 480))  # the first point
    before = page.script("return scrollY")
    page.finger((x, y), (x + 10, y + 20), (x + 10, y + 60))
    moved = page.state.points[0]
    assert moved[1] < 3.5
    assert page.script("return scrollY") == before  # dragging a point does not scroll
    assert len(page.state.points) == 10
    x, y = page.place("landscape", 0.3, 0.3)
    page.finger((x, y))
    page.wait_for(lambda state: state.weight == pytest.approx(-1.7, abs=0.1))
    x, y = page.place("plane", 0.5, 0.2)
    page.finger((x, y), (x, y - 30), (x, y - 120))  # a finger that scrolls adds no point
    assert len(page.state.points) == 10


# ---- Play ----


def test_play_arrives_and_stops(page):
    page.set(weight=-0.68, bias=2.7)  # so that it takes no longer than it must
    page.click("play")
    assert page.text("play") == "Pause"
    page.wait_for(lambda state: not state.playing)
    assert page.state.verdict == "arrived"
    assert page.state.cost == pytest.approx(page.state.best["cost"])
    assert page.text("play") == "Play"
    assert "1.02" in page.text("sentence")
    page.click("reset")
    page.set(learningRate=0.2)
    page.click("play")
    page.wait_for(lambda state: state.step > 2)
    page.click("play")
    assert not page.state.playing


def test_reduced_motion_plays_slowly(page):
    seconds = "const start = performance.now(); const done = arguments[0];"
    seconds += "document.getElementById('play').click(); const look = () => descent.state().step"
    seconds += " >= 3 ? done(performance.now() - start) : requestAnimationFrame(look); look()"
    page.emulate(1280, prefers_reduced_motion="reduce")
    assert page.browser.execute_async_script(seconds) > 900  # two steps a second


# ---- The address, and the questions ----


def test_address_keeps_what_is_worth_sharing(page):
    page.open("#rate=0.0113&w=-2&b=4&points=0,1;2,3.5")
    state = page.state
    assert (state.learningRate, state.weight, state.bias) == (0.0113, -2, 4)
    assert state.points == [[0, 1], [2, 3.5]]
    page.set(learningRate=0.02, bias=5)
    page.wait_for(lambda _: "b=5" in page.browser.current_url)
    page.open("#" + page.browser.current_url.split("#")[1])
    assert vars(page.state) == {**vars(state), **vars(page.state)}
    assert (page.state.learningRate, page.state.bias, page.state.weight) == (0.02, 5, -2)
    for wrong in ("#rate=fast", "#w=NaN", "#points=1,2;x", "#points=", "#b=1e999", "#nonsense"):
        page.open(wrong)
        assert (page.state.learningRate, page.state.weight, page.state.bias) == (0.01, 1, 1)
        assert len(page.state.points) == 10


def test_the_two_questions_are_answered_truly(page):
    page.emulate(1280, prefers_reduced_motion="reduce")
    text = page.text
    answers = page.script(
        "return [...document.querySelectorAll('.columns details p')].map(p => p.textContent)"
    )
    page.click("true-line")
    assert f"{page.state.cost:.4g}" == "1.601"
    page.step(200)
    assert text("weight-value") == f"{MINUS}0.6786"
    assert text("bias-value") == "2.741"
    assert text("cost-value") == "1.02"
    for figure in ("1.601", f"{MINUS}0.6786", "2.741", "1.02"):
        assert figure in answers[0]
    page.click("exact-points")
    place = page.step(500)
    assert [place["weight"], place["bias"], place["cost"]] == pytest.approx([0.5, 4, 0], abs=1e-9)
    page.click("curve-points")
    best = page.state.best
    assert f"no line gets the cost below {best['cost']:.1f}" in answers[1]
    x, y = np.array(page.state.points).T
    above = y > best["bias"] + best["weight"] * x
    assert above[[0, -1]].all()
    assert not above[3:7].any()
    page.click("ten-points")
    assert [tuple(point) for point in page.state.points] == TEN_POINTS


# ---- Everybody ----


@pytest.mark.parametrize(
    "width, media",
    [(390, {}), (1280, {"prefers_color_scheme": "dark"}), (1280, {"forced_colors": "active"})],
    ids=["light phone", "dark", "forced colours"],
)
def test_no_barriers(page, width, media):
    page.emulate(width, **media)
    page.set(learningRate=0.012)
    page.step(4)
    page.script("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert barriers(page.browser) == []
    colour = page.script("return getComputedStyle(document.documentElement).backgroundColor")
    assert (colour == "rgb(250, 248, 244)") == (media == {})


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_every_width(page, width):
    page.emulate(width)
    page.set(learningRate=0.1, weight=1, bias=1)
    page.step(100)
    assert page.script("return document.documentElement.scrollWidth") <= width
    # And no number runs into its neighbour.
    too_long = page.script(
        "return [...document.querySelectorAll('#readout dd')]"
        ".filter(dd => dd.scrollWidth > dd.clientWidth + 1).map(dd => dd.textContent)"
    )
    assert too_long == []


def test_result_is_announced_once_it_rests(page):
    page.step(2)
    page.wait_for(lambda _: "Step 2, cost 69.64" in page.text("announcement"))


def test_picture(page, tmp_path):
    from PIL import Image

    page.browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    page.set(learningRate=0.001)
    page.step(40)
    page.click("reset")
    page.set(learningRate=0.01)
    page.step(4)
    bottom = (
        "return Math.round(document.getElementById('cost-card').getBoundingClientRect().bottom)"
    )
    page.emulate(1280, page.script("scrollTo(0, 0);" + bottom) + 24)
    place = tmp_path / "gradient_descent.png"
    page.browser.save_screenshot(str(place))
    with Image.open(place) as picture:
        colours = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        colours.save(place, optimize=True)
    assert 10_000 < place.stat().st_size < 150_000
    if os.environ.get("SCREENSHOT"):
        (STEP / "pictures").mkdir(exist_ok=True)
        shutil.copy(place, STEP / "pictures")
