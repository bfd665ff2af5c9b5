"""Step 03's page: its numbers are those of main.py and NumPy, and everybody can use it.

    SCREENSHOT=1 python -m pytest --full tests/test_gradient_descent_page.py -k picture

draws the picture that the step's page shows.
"""

import itertools
import re

import numpy as np
import pytest

import browser_page
from browser_page import ARROW_RIGHT, ARROW_UP, DELETE, ENTER, SHIFT
from helpers import CASES, barriers, example, ten_points

STEP = example("training_a_single_neuron")
PAGE = STEP / "gradient_descent.html"
TEN_POINTS = list(zip(*np.array(ten_points(), float).tolist()))
page = browser_page.fixture(PAGE, "descent")


# ---- The numbers ----


def test_hundred_steps_equal_main_py_to_the_last_printed_digit(page, examples):
    compared = 0
    for words in map(str.split, examples(STEP.name).output.splitlines()):
        if words[:2] == ["Learning", "rate"]:
            place = page.set(learningRate=float(words[2]), weight=1, bias=1)
            done = 0
        elif words and words[0] == "step":
            place = page.step(int(words[1]) - done)
            done = int(words[1])
            printed = [words[4], words[7], words[10]]
            assert [f"{place[name]:.4g}" for name in ("weight", "bias", "cost")] == printed
            compared += 1
    assert compared == 24  # eight lines for each of three rates


def test_derivatives_squares_bottom_and_border_equal_numpy(page):
    generator = np.random.RandomState(3)
    for _ in range(5):
        x, y = points = generator.uniform(-5, 5, (2, 8)).round(1)
        page.set(points=points.T.tolist(), weight=0, bias=0)
        state = page.state
        derivatives = [state.weightDerivative, state.biasDerivative]
        assert derivatives == pytest.approx([np.sum(-2 * y * x), np.sum(-2 * y)])
        sides = np.array(page.each(".square", "it.width.baseVal.value"))
        assert sides / sides.max() == pytest.approx(np.abs(y) / np.abs(y).max(), abs=1e-3)
        assert state.cost == pytest.approx(np.sum(y**2))
        assert [state.best["weight"], state.best["bias"]] == pytest.approx(np.polyfit(x, y, 1))
        second = 2 * np.array([[np.sum(x * x), np.sum(x)], [np.sum(x), len(x)]])
        assert state.border == pytest.approx(2 / np.linalg.eigvalsh(second).max())
        # And the border is one: just below it the steps come closer, just above they run away.
        page.set(learningRate=0.99 * state.border)
        assert page.step(3000)["cost"] == pytest.approx(state.best["cost"], abs=1e-6)
        page.set(learningRate=1.01 * state.border, weight=0, bias=0)
        assert page.step(3000)["cost"] > 1e6


def number(text):
    """Read a number as the page writes it, with its own signs and raised powers."""
    text = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹\N{MINUS SIGN}", "-0123456789-", ","))
    return float(re.sub(r"\s*\u00d7\s*10", "e", text).strip("() "))


def test_formulas_can_be_followed_with_a_pocket_calculator(page):
    for rate, count in itertools.product((0.001, 0.01, 0.1), (0, 1, 4)):
        page.set(learningRate=rate)
        page.step(count)
        for name in ("weight", "bias"):
            formula = page.text(f"#formula-{name}")
            old, eta, slope, new = re.fullmatch(".* = (.*?) - (.*) · (.*) = (.*)", formula).groups()
            assert number(old) == pytest.approx(getattr(page.state, name), rel=1e-4, abs=1e-4)
            by_hand = number(old) - float(eta) * number(slope)
            assert number(new) == pytest.approx(by_hand, rel=1e-3, abs=2e-4)
        cells = page.each("#rows tr", "[...it.cells].map(cell => cell.textContent)")
        x, y, value, error, *parts = np.array([list(map(number, row)) for row in cells]).T
        assert list(zip(x, y)) == TEN_POINTS
        assert value - y == pytest.approx(error, rel=1e-3, abs=1e-3)
        for part, total in zip(parts, ("#sum-cost", "#sum-weight", "#sum-bias")):
            slack = 2e-3 * np.abs(part).max() + 1e-3
            assert part.sum() == pytest.approx(number(page.text(total)), abs=slack)
    expected = number(page.text("#formula-weight").split(" = ")[-1])
    assert page.step()["weight"] == pytest.approx(expected, rel=1e-4, abs=1e-4)


# ---- Predictions, and what is said about what happened ----


@pytest.mark.parametrize("rate, kind, words", CASES["verdicts"])
def test_a_sentence_says_what_happens_and_why(page, rate, kind, words):
    page.set(learningRate=rate)
    assert page.state.verdict == "ready"
    assert "Predict" in page.text("#sentence") and "Predict" in page.text("#guess-text")
    page.step(3)
    assert page.state.verdict == kind
    plainly, why = page.text("#sentence"), page.text("#why")
    assert kind.rstrip("s") in plainly
    assert words in plainly + why
    assert not re.search(r"valley|slope|%|derivative", plainly)  # a beginner reads it first
    shown = not page.run("return document.getElementById('border').hidden")
    assert shown == (rate > 0.011)  # who comes near the border has found it


def test_predictions_are_kept_beside_what_happened_and_counted(page):
    page.click("[data-guess='creeps']")
    assert "You say: it creeps" in page.text("#guess-text")
    page.step(3)
    assert page.text("#guess-text") == "You said: it creeps. It arrives! 0 of 1 right so far."
    assert page.each(".happened", "it.dataset.guess") == ["arrives"]
    page.click("#rates button:last-of-type")  # 0.1: a new run
    assert (page.state.step, page.state.learningRate) == (0, 0.1)
    page.click("[data-guess='explodes']")
    page.step(3)
    assert page.text("#guess-text") == "You said: it explodes. It does! 1 of 2 right so far."
    page.step(1000)
    assert page.state.verdict == "overflow"
    assert "1 of 2" in page.text("#guess-text")
    page.click("#reset")
    page.step(3)
    assert "You made no prediction. 1 of 2" in page.text("#guess-text")


def test_nothing_is_ever_nan(page):
    odd = [
        {"points": [[1, 1]]},
        {"points": [[0, 0], [0, 0]], "weight": 0, "bias": 0},
        {"points": [[900, -900], [-1, 2]]},
        {"points": TEN_POINTS, "weight": 1e150, "bias": -1e150},
        {"points": TEN_POINTS, "weight": 1, "bias": 1},
    ]
    for options, rate, count in itertools.product(odd, (0.0005, 0.2), (0, 1, 60, 1000)):
        page.set(learningRate=rate, **options)
        page.step(count)
        everything = page.run("return document.querySelector('main').outerHTML")
        assert not re.search(r"NaN|Infinity|undefined|null", everything), (options, rate)
    assert "outgrown" in page.text("#sentence")


# ---- Mouse, keyboard, finger ----


def test_mouse_and_finger(page):
    place = page.place
    page.mouse(place("#plane", 0.5 + 1 / 14, 0.16))  # an empty place at x = 1
    assert page.state.points[-1][0] == pytest.approx(1, abs=0.1)
    page.mouse(place("#plane", 0.5 + 1 / 14, 0.16), place("#plane", 0.5 + 3 / 14, 0.5))
    assert page.state.points[-1] == pytest.approx([3, 3.5], abs=0.11)
    page.click("#remove")
    assert [tuple(point) for point in page.state.points] == TEN_POINTS
    page.mouse(place("#landscape", 0.5, 0.5), place("#landscape", 0.75, 0.5))
    assert [page.state.weight, page.state.bias] == pytest.approx([1, 2.5], abs=0.05)

    page.emulate(390, 844, phone=True)
    page.open()
    x, y = place("#plane", 0.5 - 2 / 14, 0.5 - 0.9 / (14 * 400 / 480))  # the first point
    before = page.run("return scrollY")
    page.finger((x, y), (x + 10, y + 20), (x + 10, y + 60))
    assert page.state.points[0][1] < 3.5
    assert page.run("return scrollY") == before  # dragging a point does not scroll
    page.finger(place("#landscape", 0.3, 0.3))
    page.wait_for(lambda: page.state.weight == pytest.approx(-1.7, abs=0.1))


def test_keyboard_alone_does_everything(page):
    stops = ["creeps", "0.001", "rate", "play", "reset", "Point 1", "Point 10", "add", "marker"]
    stops += ["weight", "bias", "ten-points", "curve-points"]
    assert set(stops) <= page.stops("curve-points")
    page.focus("#rate")
    page.press(ARROW_RIGHT)
    assert 0.01 < page.state.learningRate < 0.0102
    page.focus("#points .handle")
    page.press(ARROW_RIGHT, ARROW_UP)
    assert page.state.points[0] == pytest.approx([-1.9, 4.5])
    page.press(ARROW_RIGHT, holding=SHIFT)
    assert page.state.points[0] == pytest.approx([-0.9, 4.5])
    page.press(DELETE)
    assert len(page.state.points) == 9
    page.focus("#marker")
    page.press(ARROW_RIGHT, ARROW_UP)
    assert [page.state.weight, page.state.bias] == pytest.approx([1.1, 1.1])
    page.run("const w = document.getElementById('weight'); w.focus(); w.select()")
    page.press("-0.5", ENTER)
    assert page.state.weight == -0.5


def test_play_arrives_stops_and_is_announced(page):
    page.set(weight=-0.68, bias=2.7)  # so that it takes no longer than it must
    page.click("#play")
    assert page.text("#play") == "Pause"
    page.wait_for(lambda: not page.state.playing)
    assert page.state.verdict == "arrived"
    assert page.state.cost == pytest.approx(page.state.best["cost"])
    page.wait_for(lambda: "at the bottom" in page.text("#announcement"))


# ---- The address, and the questions ----


def test_address_keeps_what_is_worth_sharing(page):
    page.open("#rate=0.0113&w=-2&b=4&points=0,1;2,3.5")
    state = page.state
    assert (state.learningRate, state.weight, state.bias) == (0.0113, -2, 4)
    assert state.points == [[0, 1], [2, 3.5]]
    page.set(learningRate=0.02, bias=5)
    page.wait_for(lambda: "b=5" in page.driver.current_url)
    page.open("#" + page.driver.current_url.split("#")[1])
    state = page.state
    assert (state.learningRate, state.weight, state.bias) == (0.02, -2, 5)
    for wrong in ("#rate=fast", "#w=NaN", "#points=1,2;x", "#points=", "#b=1e999", "#nonsense"):
        page.open(wrong)
        assert (page.state.learningRate, len(page.state.points)) == (0.01, 10)


def test_the_two_questions_are_answered_truly(page):
    page.emulate(prefers_reduced_motion="reduce")
    answers = page.text(".columns")
    page.click("#true-line")
    assert f"{page.state.cost:.4g}" == "1.601"
    page.step(200)
    figures = [page.text(f"#{name}-value") for name in ("weight", "bias", "cost")]
    assert figures == ["-0.6786", "2.741", "1.02"]
    assert all(figure in answers for figure in ("1.601", *figures))
    page.click("#exact-points")
    place = page.step(500)
    assert [place["weight"], place["bias"], place["cost"]] == pytest.approx([0.5, 4, 0], abs=1e-9)
    page.click("#curve-points")
    best = page.state.best
    assert f"no line gets the cost below {best['cost']:.1f}" in answers


# ---- Everybody ----


@browser_page.in_every_view
def test_cause_and_effect_are_in_one_view_without_barriers(page, size, scheme):
    page.emulate(*size, phone=min(size) < 500, **scheme)
    page.open()
    top = "return document.getElementById('plane').getBoundingClientRect().top"
    before = page.run(top)
    page.click("[data-guess='explodes']")
    for rate, steps in ((0.01, 4), (0.1, 40)):
        page.set(learningRate=rate)
        page.step(steps)
        assert not any(page.each("#readout dd", "it.scrollWidth > it.clientWidth"))
    assert page.run(top) == before  # what happens moves no picture
    causes = ["#guesses", "#play", "#rate"]  # on a phone, they stay with the lower plot
    lower = [] if size == (390, 844) else ["#landscape"]
    assert page.out_of_view("#plane", *lower, *causes) == []
    page.run("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert barriers(page.driver) == []


def test_picture(page):
    browser_page.publish(page, "#bench", STEP / "pictures" / "gradient_descent.png")
