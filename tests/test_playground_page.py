"""Step 04's playground: its network is right, its links and predictions hold, all can use it.

    SCREENSHOT=1 python -m pytest --full tests/test_playground_page.py -k screenshot

draws the picture that the step's page shows.
"""

import sys

import numpy as np
import pytest

import browser_page
from browser_page import ARROW_RIGHT, ARROW_UP, CONTROL, ENTER, TAB
from helpers import CASES, barriers, example, functions_of_step_04, run, score_in

FOLDER = example("building_the_network_from_scratch")
PAGE = FOLDER / "playground.html"


page = browser_page.fixture(PAGE, "playground")


def arrays(page):
    """Return the page's weights and biases, a table and a row for each layer."""
    state = page.state
    return [[np.array(one, float) for one in some] for some in (state.weights, state.biases)]


def difference(page, weights, biases):
    pairs = zip(weights + biases, arrays(page)[0] + arrays(page)[1])
    return max(np.abs(ours - theirs).max() for ours, theirs in pairs)


def link(page):
    return "#" + page.driver.current_url.partition("#")[2]


# ---- The network is right ----


def test_a_pass_equals_step_04(page):
    page.set(dataset="spiral", layers=[8, 3], batchSize=100, learningRate=0.5, noise=0.1)
    weights, biases = arrays(page)
    before = weights[0].copy()
    page.step()
    points = np.array(page.state.trainingPoints)[page.state.order]
    inputs, targets = points[:, :2], np.eye(2)[points[:, 2].astype(int)]
    step_04 = functions_of_step_04()
    step_04.train_one_epoch(inputs, targets, weights, biases, 0.5)  # batches of 100
    assert difference(page, weights, biases) < 1e-6
    assert np.abs(weights[0] - before).max() > 1e-3  # something was learned


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_gradients_equal_numerical_ones_and_nothing_is_ever_nan(page, activation):
    for layers, inputs in ([], ["x"]), ([3], ["x", "y", "xy"]), ([5, 1, 4], ["x", "y", "sinx"]):
        page.set(dataset="xor", layers=layers, activation=activation, inputs=inputs)
        page.step(3)
        assert page.run("return playground.gradientCheck()") < 1e-6
    page.set(dataset="spiral", layers=[8, 8, 8], learningRate=1000, momentum=0.95, l2=100)
    page.step(60)
    page.settle()
    shown = page.run("return document.body.innerText")
    assert "NaN" not in shown and "Infinity" not in shown
    assert all(np.isfinite(table).all() for table in arrays(page)[0])
    assert "too large" in page.text("#message")


def test_momentum_and_l2_are_those_of_scikit_learn(page):
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    page.open("#learningRate=0.1&momentum=0.9&l2=0.5&batchSize=1")
    page.set(dataset="own", own=[[1, 2, 1]], layers=[])
    weights, biases = arrays(page)
    optimizer = SGDOptimizer(weights + biases, 0.1, momentum=0.9, nesterov=True)
    for _ in range(3):
        powers = np.exp(np.array([[1, 2]]) @ weights[0] + biases[0])
        delta = powers / powers.sum() - np.array([[0, 1]])
        slopes = [np.array([[1], [2]]) @ delta + 0.5 * weights[0], delta[0]]
        optimizer.update_params(weights + biases, slopes)
    page.step(3)
    assert difference(page, weights, biases) < 1e-9


# ---- It learns what its examples promise ----


@pytest.mark.parametrize(("preset", "passes", "least", "most"), CASES["presets"])
def test_presets(page, preset, passes, least, most):
    page.open(f"#preset={preset}")
    assert least <= page.step(passes)["testScore"] <= most


def test_by_heart_and_l2_against_it(page):
    page.open("#preset=overfitting")
    ended = page.step(600)
    assert ended["testLoss"] > 2 * ended["trainingLoss"]
    page.open("#preset=overfitting&l2=0.3")
    assert page.step(600)["testLoss"] < ended["testLoss"]


def test_script_for_python_reaches_a_similar_score(page, tmp_path):
    page.set(dataset="circle", layers=[6, 4], activation="tanh", inputs=["x", "y", "xy"], l2=0.01)
    ended = page.step(150)
    script = page.run("return playground.script()")
    (tmp_path / "playground.py").write_text(script, encoding="utf-8")
    result = run([sys.executable, "playground.py"], tmp_path, tmp_path)
    assert result.returncode == 0, result.stderr
    # With the seeds 0 to 7 the two differ by at most 0.016.
    assert abs(score_in(result.stdout) - ended["testScore"]) <= 0.06


# ---- Predictions, messages, links ----


def test_predictions_are_judged_by_what_happened_and_counted(page):
    page.open("#preset=linear")
    page.click("#guesses button:last-child")
    assert "You say: nearly all. Now press Play." in page.text("#guess-text")
    page.step(300)
    ended = "You said: nearly all. It was: about half. (0 of 1 right)"
    assert ended in page.text("#guess-text")
    page.open("#preset=xor")
    page.click("#guesses button:nth-child(3)")
    neurons = 4
    while page.step(600)["testScore"] >= 0.9:  # as the page says, one less each time
        assert f"{neurons} are enough: take one away" in page.text("#guess-text")
        page.click("[data-key='less0']")
        neurons -= 1
    outcome = neurons + 1
    assert page.text("#guesses .happened") == str(outcome)
    assert f"You said: 3. The least is {outcome}." in page.text("#guess-text")


def test_a_warning_comes_and_goes_with_its_cause(page):
    page.open("#preset=too-fast")
    while "overshoot" not in page.text("#message"):
        page.click("#one-pass")
    while page.state.trainingLoss > 0.5:  # it recovers, although the rate is as large as before
        page.step()
    page.settle()
    assert page.text("#message") == ""
    assert page.run("return document.getElementById('question').hidden") is False


def test_other_points_leave_an_example_and_ones_own_are_all_for_training(page):
    page.open("#preset=too-fast")
    page.click("[data-dataset='own']")
    assert (page.state.learningRate, page.state.share, page.state.own) == (0.1, 100, [])
    page.click("#play")
    assert "nothing to learn from" in page.text("#message")
    assert page.step(5) == {"trainingLoss": None, "testLoss": None, "testScore": None}
    page.open("#preset=by-hand")
    page.click("[data-dataset='circle']")
    assert (page.state.share, page.state.batchSize, page.state.layers) == (50, 10, [2])
    page.open("#preset=too-fast")
    page.click("[data-pen='blue']")
    page.mouse(page.place("#dots", 0.5, 0.5))
    state = page.state
    assert (len(state.trainingPoints), len(state.testPoints), state.learningRate) == (251, 250, 0.1)


def test_a_link_says_what_it_changes(page):
    page.open("#preset=xor&layers=none")
    assert "\u201cExclusive or\u201d, changed: no hidden layer" in page.text("#question")


def test_a_link_opens_the_network_as_it_was_trained(page):
    page.click("#more-layers")
    page.click("[data-key='more1']")
    page.click("[data-key='xy']")
    page.find("#activation").send_keys("tanh")
    page.step(120)
    address, state = link(page), page.state
    assert address.endswith("passes=120")
    page.open(address)
    page.wait_for(lambda: page.state.passes == 120)
    for name in ("layers", "inputs", "activation", "weights", "trainingPoints", "learningRate"):
        assert getattr(page.state, name) == getattr(state, name)
    page.find("#learningRate").send_keys("0.01")  # from here on seed and passes do not lead here
    page.step(1)
    assert "passes" not in link(page)
    page.open("#preset=spiral&layers=99,none,3&learningRate=fast&share=-5&own=1,2;x&passes=many")
    state = page.state
    assert (state.dataset, state.layers, state.learningRate) == ("spiral", [16, 3], 0.05)
    assert (state.share, state.passes) == (10, 0)


# ---- Points of one's own, and the numbers ----


def test_points_by_mouse_touch_and_keyboard(page):
    page.set(dataset="own", own=[])
    page.click("[data-pen='orange']")
    page.mouse(page.place("#dots", 8 / 12, 3 / 12), page.place("#dots", 10 / 12, 3 / 12))
    first, last = page.state.own
    assert first == pytest.approx([2, 3, 1], abs=0.1)
    assert last == pytest.approx([4, 3, 1], abs=0.1)
    page.click("#play")  # with one colour there is nothing to tell apart
    assert "Draw some blue squares" in page.text("#message")
    assert not page.state.playing
    page.click("[data-pen='blue']")
    page.finger(page.place("#dots", 3 / 12, 8 / 12))
    assert page.state.own[-1] == pytest.approx([-3, -2, 0], abs=0.1)
    page.focus("#dots")
    page.press(*[ARROW_RIGHT] * 4, *[ARROW_UP] * 8, ENTER)
    own = page.state.own
    assert own[-1] == [1, 2, 0]
    page.click("[data-pen='erase']")
    page.focus("#dots")
    page.press(ENTER)
    page.open(link(page))
    assert page.state.own == own[:-1]
    assert page.step(200)["trainingLoss"] < 0.3


def test_numbers_can_be_checked_by_hand(page):
    page.open("#preset=by-hand")
    page.click("[data-key='1-0']")
    weights, biases = arrays(page)
    x, y, label = page.state.trainingPoints[0]
    hidden = 1 / (1 + np.exp(-(np.array([x, y]) @ weights[0] + biases[0])))
    powers = np.exp(hidden @ weights[1] + biases[1])
    out = powers / powers.sum() - np.eye(2)[label]
    delta = (weights[1] @ out * hidden * (1 - hidden))[0]
    worked = page.text("#worked")
    assert worked.count(f"= {hidden[0]:.3f}") == 1
    assert worked.endswith(f"= {delta:.3f}")
    assert page.text("#incoming tbody tr td:nth-child(4)") == f"{x * delta:.3f}"
    page.find("[data-weight='0']").send_keys(CONTROL + "a" + CONTROL, "1.5", TAB)
    assert page.state.weights[0][0][0] == 1.5


def test_play_learns_the_spiral_and_stops_at_a_loss(page):
    page.open("#preset=spiral&stopAt=0.03")  # 20 seeds took 260 to 420 passes
    page.click("#play")
    page.wait_for(lambda: not page.state.playing)
    assert page.state.testScore >= 0.97
    assert "has reached 0.03" in page.text("#message")


# ---- For everyone ----


def test_keyboard_alone(page):
    stops = {"play", "reset", "learningRate", "noise", "x", "more0", "1-0", "dots"}
    assert stops <= page.stops("copy-link")
    page.focus("#one-pass")
    page.press(ENTER)
    assert page.state.passes == 1
    page.focus("[data-key='1-0']")
    page.press(ARROW_RIGHT)
    assert page.run("return document.activeElement.dataset.key") == "2-0"


@browser_page.in_every_view
def test_cause_and_effect_are_in_one_view_without_barriers(page, size, scheme):
    page.emulate(*size, phone=min(size) < 500, **scheme)
    page.open("#preset=xor")
    first_screen = ("#play", "#learningRate", "#activation", "#guesses", "#paper", "#score")
    assert page.out_of_view(*first_screen) == []
    top = "return document.getElementById('paper').getBoundingClientRect().top"
    before = page.run(top)
    page.click("#guesses button")
    page.step(600)
    page.settle()
    assert page.run(top) == before  # what happens does not move the plane
    page.open("#preset=by-hand&layers=16,1,2,3,4,16")
    page.step(3)
    page.settle()
    assert page.out_of_view() == []
    assert barriers(page.driver) == []


def test_screenshot(page):
    page.open("#preset=spiral")
    page.step(400)
    browser_page.publish(page, "#stage", FOLDER / "pictures" / "playground.png")
