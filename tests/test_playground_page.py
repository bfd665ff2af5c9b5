"""Step 04's playground in a real browser: a headless Chromium, driven by Selenium.

    SCREENSHOT=1 python -m pytest tests/test_playground_page.py -k screenshot

draws the picture that the step's page shows.
"""

import ast
import os
import sys
import time

import numpy as np
import pytest

from helpers import barriers, example, requested_addresses, run, score_in

FOLDER = example("building_the_network_from_scratch")
ADDRESS = (FOLDER / "playground.html").as_uri()
ARROW_RIGHT, ARROW_UP, ENTER, TAB, CONTROL = "\ue014", "\ue013", "\ue007", "\ue004", "\ue009"


class Page:
    """What a person does with the page, and sees on it."""

    def __init__(self, driver):
        self.driver = driver
        self.run = driver.execute_script

    def open(self, hash=""):
        self.driver.get("about:blank")
        self.driver.get(ADDRESS + hash)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def text(self, selector):
        return self.find(selector).get_attribute("textContent")

    def click(self, selector):
        self.run("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector)
        self.find(selector).click()
        self.settle()

    def settle(self):
        """Wait until what was changed has been painted."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        )

    def set(self, **options):
        return self.run("return playground.set(arguments[0])", options)

    def step(self, passes=1):
        return self.run("return playground.step(arguments[0])", passes)

    @property
    def state(self):
        return self.run("return playground.state()")

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=0).send_keys(*keys).perform()
        self.settle()

    def on_screen(self, x, y):
        """Where a place of the plane is on the screen."""
        left, top, width = self.run(
            "const plane = document.getElementById('dots');"
            "plane.scrollIntoView({block: 'center'});"
            "const box = plane.getBoundingClientRect(); return [box.left, box.top, box.width]"
        )
        return left + (x + 6) / 12 * width, top + (6 - y) / 12 * width

    def emulate(self, width=None, height=None, scheme="light", motion="no-preference", phone=False):
        command = self.driver.execute_cdp_cmd
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": motion}
        features = [{"name": name, "value": value} for name, value in features.items()]
        command("Emulation.setEmulatedMedia", {"features": features})
        command("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        if width is None:
            command("Emulation.clearDeviceMetricsOverride", {})
        else:
            metrics = {"width": width, "height": height, "mobile": phone, "deviceScaleFactor": 1}
            command("Emulation.setDeviceMetricsOverride", metrics)


@pytest.fixture
def page(browser):
    page = Page(browser)
    page.emulate()
    browser.get("about:blank")
    browser.get_log("performance")  # forget what was before
    browser.get_log("browser")
    page.open()
    yield page
    # Whatever a test did: no complaint in the console, and no request but for the page itself.
    page.emulate()
    assert browser.get_log("browser") == []
    requests = {url.split("#")[0] for url in requested_addresses(browser)}
    assert {url for url in requests if not url.startswith(("data:", "about:"))} == {ADDRESS}


@pytest.fixture(scope="module")
def from_scratch():
    """Step 04's functions, without the rest of its script."""
    tree = ast.parse((FOLDER / "main.py").read_text(encoding="utf-8"))
    wanted = (ast.FunctionDef, ast.Import, ast.ImportFrom)
    tree.body = [part for part in tree.body if isinstance(part, wanted)]
    names = {}
    exec(compile(tree, "main.py", "exec"), names)
    return names


def arrays(state):
    weights = [np.array(table, float) for table in state["weights"]]
    return weights, [np.array(biases, float) for biases in state["biases"]]


# ---- The network is right ----


def test_file_is_one_page_that_opens_by_itself():
    text = (FOLDER / "playground.html").read_text(encoding="utf-8")
    assert len(text.encode()) < 120_000
    assert "default-src 'none'" in text
    for loader in (" src=", "url(", "@import", "fetch(", "XMLHttpRequest", "sendBeacon"):
        assert loader not in text


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_gradients_equal_numerical_ones(page, activation):
    for layers, inputs in ([], ["x"]), ([3], ["x", "y", "xy"]), ([5, 1, 4], ["x", "y", "sinx"]):
        page.set(dataset="xor", layers=layers, activation=activation, inputs=inputs)
        assert page.run("return playground.gradientCheck()") < 1e-6
        page.step(3)
        assert page.run("return playground.gradientCheck()") < 1e-6


@pytest.mark.parametrize("size", [100, 10, 7])
def test_a_pass_equals_step_04(page, from_scratch, size):
    before = page.set(dataset="spiral", layers=[8, 3], batchSize=size, learningRate=0.5, noise=0.1)
    page.step()
    after = page.state
    weights, biases = arrays(before)
    points = np.array(after["trainingPoints"])[after["order"]]
    inputs, targets = points[:, :2], np.eye(2)[points[:, 2].astype(int)]
    if size == 100:
        from_scratch["train_one_epoch"](inputs, targets, weights, biases, 0.5)
    else:
        for start in range(0, len(inputs), size):
            few = slice(start, start + size)
            values = from_scratch["forward"](inputs[few], weights, biases)
            gradients = from_scratch["backward"](values, targets[few], weights)
            for parameters, slopes in zip((weights, biases), gradients):
                for parameter, slope in zip(parameters, slopes):
                    parameter -= 0.5 * slope
    their_weights, their_biases = arrays(after)
    for ours, theirs in zip(their_weights + their_biases, weights + biases):
        assert np.abs(ours - theirs).max() < 1e-6
    assert np.abs(weights[0] - arrays(before)[0][0]).max() > 1e-3  # something was learned
    places = [[0, 0], [1.5, -3], [-6, 6]]
    says = page.run("return playground.predict(arguments[0])", places)
    truth = from_scratch["forward"](np.array(places, float), weights, biases)[-1][:, 1]
    assert np.abs(truth - says).max() < 1e-6


def test_momentum_and_l2_are_those_of_scikit_learn(page):
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    page.open("#learningRate=0.1&momentum=0.9&l2=0.5&batchSize=1")
    before = page.set(dataset="own", own=[[1, 2, 1]], layers=[])
    weights, biases = arrays(before)
    optimizer = SGDOptimizer(weights + biases, 0.1, momentum=0.9, nesterov=True)
    for _ in range(3):
        powers = np.exp(np.array([[1, 2]]) @ weights[0] + biases[0])
        delta = powers / powers.sum() - np.array([[0, 1]])
        slopes = [np.array([[1], [2]]) @ delta + 0.5 * weights[0], delta[0]]
        optimizer.update_params(weights + biases, slopes)
    page.step(3)
    their_weights, their_biases = arrays(page.state)
    assert np.abs(their_weights[0] - weights[0]).max() < 1e-9
    assert np.abs(their_biases[0] - biases[0]).max() < 1e-9


# ---- It learns what its examples promise ----


# With 20 seeds: line 0.996 to 1, circle from 0.952, xor from 0.884, spiral from 0.99; what cannot
# be learned ends between 0.44 and 0.60.
@pytest.mark.parametrize(
    ("preset", "passes", "least", "most"),
    [
        ("line", 100, 0.95, 1),
        ("line-and-circle", 300, 0.3, 0.75),
        ("circle", 600, 0.9, 1),
        ("xor", 600, 0.8, 1),
        ("linear", 300, 0.3, 0.75),
        ("spiral", 700, 0.97, 1),
        ("deep", 300, 0.3, 0.75),
    ],
)
def test_presets(page, preset, passes, least, most):
    page.open(f"#preset={preset}")
    assert page.find(f"[data-preset='{preset}']").get_attribute("aria-pressed") == "true"
    assert len(page.text("#question")) > 50
    assert least <= page.step(passes)["testScore"] <= most


def test_by_heart_and_l2_against_it(page):
    page.open("#preset=overfitting")
    ended = page.step(600)
    assert ended["testLoss"] > 2 * ended["trainingLoss"]
    settings = page.state
    names = ("dataset", "noise", "share", "layers", "activation", "learningRate")
    page.set(**{name: settings[name] for name in names}, l2=0.3)
    tamed = page.step(600)
    assert tamed["testLoss"] < ended["testLoss"]


def test_play_learns_the_spiral(page):
    """20 seeds took 260 to 420 passes: about a second. That is printed, not asserted."""
    page.open("#preset=spiral")
    page.run(
        "window.painted = 0;"
        "(function count() { window.painted += 1; requestAnimationFrame(count) })()"
    )
    started = time.monotonic()
    page.click("#play")
    while page.state["testScore"] < 0.99 and time.monotonic() < started + 60:
        time.sleep(0.1)
    seconds = time.monotonic() - started
    state = page.state
    frames = page.run("return window.painted") / seconds
    print(f"0.99 after {seconds:.1f} s, {state['passes']} passes, {frames:.0f} frames/s")
    assert state["testScore"] >= 0.99
    page.click("#play")
    resting = page.state["passes"]
    page.settle()
    assert page.state["passes"] == resting
    assert page.text("#passes").replace(",", "") == str(resting)


def test_script_for_python_reaches_a_similar_score(page, tmp_path):
    page.set(dataset="circle", layers=[6, 4], activation="tanh", inputs=["x", "y", "xy"], l2=0.01)
    ended = page.step(150)
    (tmp_path / "playground.py").write_text(page.run("return playground.script()"), "utf-8")
    result = run([sys.executable, "playground.py"], tmp_path, tmp_path)
    assert result.returncode == 0, result.stderr
    # With the seeds 0 to 7 the two differ by at most 0.016.
    assert abs(score_in(result.stdout) - ended["testScore"]) <= 0.06
    page.set(dataset="own", own=[[1, 1, 1], [-1, -1, 0], [2, 1, 1]], layers=[], share=100)
    (tmp_path / "playground.py").write_text(page.run("return playground.script()"), "utf-8")
    assert run([sys.executable, "playground.py"], tmp_path, tmp_path).returncode == 0


# ---- It cannot be broken ----


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_too_large_a_rate_is_said_and_never_shown_as_nan(page, activation):
    options = {"dataset": "spiral", "layers": [8, 8, 8], "inputs": ["x", "xx", "xy"]}
    for rate in (30, 1000):
        page.set(**options, activation=activation, learningRate=rate, momentum=0.95, l2=100)
        page.step(60)
        page.settle()
        shown = page.run("return document.body.innerText")
        assert "NaN" not in shown
        assert "Infinity" not in shown
        assert all(np.isfinite(table).all() for table in arrays(page.state)[0])
        assert "too large" in page.text("#message")


def test_a_loss_that_jumps_is_explained(page):
    page.open("#preset=too-fast")
    for _ in range(6):
        page.click("#one-pass")
    assert "the steps overshoot" in page.text("#message")


def test_nonsense_in_the_address_is_left_out(page):
    page.open("#preset=spiral&layers=99,none,3&learningRate=fast&share=-5&dataset=cat&own=1,2;x")
    state = page.state
    assert (state["dataset"], state["layers"], state["learningRate"]) == ("spiral", [16, 3], 0.05)
    assert state["share"] == 10
    page.step(2)
    page.set(inputs=[], layers=[0], seed="x", own="y", constructor=1)
    assert page.state["inputs"] == ["x", "y"]


def test_an_empty_plane(page):
    page.set(dataset="own", own=[])
    page.click("#play")
    assert "nothing to learn from" in page.text("#message")
    assert page.step(5) == {"trainingLoss": None, "testLoss": None, "testScore": None}


# ---- Points of one's own, the network, the numbers ----


def test_points_by_mouse_touch_and_keyboard(page):
    from selenium.webdriver.common.action_chains import ActionChains

    page.set(dataset="own", own=[], share=100)
    page.click("[data-pen='orange']")
    actions = ActionChains(page.driver, duration=0)
    mouse = actions.w3c_actions.pointer_action
    mouse.move_to_location(*map(round, page.on_screen(2, 3)))
    mouse.pointer_down()
    mouse.move_to_location(*map(round, page.on_screen(4, 3)))
    mouse.pointer_up()
    actions.perform()
    (first, *_, last) = page.state["own"]
    assert first == pytest.approx([2, 3, 1], abs=0.1)
    assert last == pytest.approx([4, 3, 1], abs=0.1)

    page.click("[data-pen='blue']")
    x, y = page.on_screen(-3, -2)
    touch = {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    page.driver.execute_cdp_cmd("Input.dispatchTouchEvent", touch)
    page.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.state["own"][-1] == pytest.approx([-3, -2, 0], abs=0.1)

    page.run("document.getElementById('dots').focus()")
    page.press(*[ARROW_RIGHT] * 4, *[ARROW_UP] * 8, ENTER)
    assert page.state["own"][-1] == [1, 2, 0]
    own = page.state["own"]
    page.click("[data-pen='erase']")
    page.run("document.getElementById('dots').focus()")
    page.press(ENTER)
    assert page.state["own"] == own[:-1]

    link = page.driver.current_url
    page.open()
    page.open(link[link.index("#") :])
    assert page.state["own"] == own[:-1]
    assert page.step(200)["trainingLoss"] < 0.3
    page.click("#clear")
    assert page.state["own"] == []


def test_network_by_buttons_and_its_share_link(page):
    page.click("#more-layers")
    page.click("[data-key='more1']")
    page.click("[data-key='less0']")
    page.click("[data-key='xy']")
    assert page.state["layers"] == [3, 5]
    assert page.state["inputs"] == ["x", "y", "xy"]
    page.find("#activation").send_keys("tanh")
    page.settle()
    link, state = page.driver.current_url, page.state
    page.open(link[link.index("#") :])
    names = ("layers", "inputs", "activation", "weights", "trainingPoints", "learningRate")
    assert {name: page.state[name] for name in names} == {name: state[name] for name in names}
    page.set(layers=[])
    assert "layers=none" in page.driver.current_url


def test_numbers_can_be_checked_by_hand(page):
    page.open("#preset=by-hand")
    page.click("[data-key='1-0']")
    page.press(ARROW_UP)
    weights, biases = arrays(page.state)
    x, y, label = page.state["trainingPoints"][0]
    hidden = 1 / (1 + np.exp(-(np.array([x, y]) @ weights[0] + biases[0])))
    powers = np.exp(hidden @ weights[1] + biases[1])
    out = powers / powers.sum() - np.eye(2)[label]
    delta = (weights[1] @ out * hidden * (1 - hidden))[0]
    worked = page.text("#worked").replace("\N{MINUS SIGN}", "-")
    assert worked.count(f"= {hidden[0]:.3f}") == 1
    assert worked.endswith(f"= {delta:.3f}")
    slope = page.text("#incoming tbody tr td:nth-child(4)").replace("\N{MINUS SIGN}", "-")
    assert slope == f"{x * delta:.3f}"
    page.find("[data-weight='0']").send_keys(CONTROL + "a" + CONTROL, "1.5", TAB)
    assert page.state["weights"][0][0][0] == 1.5


def test_stops_at_a_loss(page):
    page.open("#preset=line&stopAt=0.1&speed=1000")
    page.click("#play")
    ended = time.monotonic() + 30
    while page.state["playing"] and time.monotonic() < ended:
        time.sleep(0.05)
    assert page.state["trainingLoss"] <= 0.1
    assert "has reached 0.1" in page.text("#message")


# ---- For everyone ----


def test_keyboard_alone(page):
    reached = set()
    for _ in range(60):
        page.press(TAB)
        reached.add(page.run("const it = document.activeElement; return it.id || it.dataset.key"))
        if page.run("return document.activeElement.id") == "play":
            page.press(ENTER)
            page.press(ENTER)
    assert {"play", "reset", "learningRate", "noise", "x", "more0", "1-0", "dots"} <= reached
    assert page.state["passes"] > 0
    page.run("document.querySelector('[data-key=\"1-0\"]').focus()")
    page.press(ARROW_RIGHT)
    assert page.run("return document.activeElement.dataset.key") == "2-0"


@pytest.mark.parametrize(
    ("width", "height", "options"),
    [(360, 740, {"phone": True}), (1280, 900, {"scheme": "dark"}), (1920, 1080, {})],
)
def test_every_screen_and_no_barriers(page, width, height, options):
    page.emulate(width, height, motion="reduce", **options)
    page.open("#preset=by-hand&layers=16,1,2,3,4,16")
    page.step(3)
    page.settle()
    assert page.run("return document.documentElement.scrollWidth") <= width
    assert barriers(page.driver) == []


def test_screenshot(page, tmp_path):
    from PIL import Image

    page.driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
    page.emulate(1280, 900)
    page.open("#preset=spiral")
    for _ in range(50):
        page.step(8)
    # As far down as the stage; what comes below is words.
    height = page.run(
        "return Math.round(document.getElementById('stage').getBoundingClientRect().bottom + 14)"
    )
    page.emulate(1280, height)
    page.settle()
    place = tmp_path / "playground.png"
    page.driver.save_screenshot(str(place))
    with Image.open(place) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(place, optimize=True)
        assert picture.width == 1280
    assert 20_000 < place.stat().st_size < 200_000
    if os.environ.get("SCREENSHOT"):
        (FOLDER / "pictures").mkdir(exist_ok=True)
        (FOLDER / "pictures" / "playground.png").write_bytes(place.read_bytes())
