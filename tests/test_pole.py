"""Step 12: the physics, what was learned, and the page on which one plays against the network."""

import json
import random
import re
import shutil
import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from textwrap import dedent
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import barriers, example, run, score_in

STEP = example("learning_from_rewards")
sys.path.insert(0, str(STEP))  # main.py finds cart.py and pictures.py beside it
MAIN = (STEP / "main.py").read_text(encoding="utf-8")
TEMPLATE = (STEP / "pole_page.html").read_text(encoding="utf-8")
TRAINED = STEP / "pole_page_trained.html"
PAGE = (STEP / "README.md").read_text(encoding="utf-8")


# Where a test is not about how well it learns, five rounds are enough.
SHORT = MAIN.replace("range(1, 151)", "range(1, 6)")


def execute(code, names):
    """Run some code, and return what it printed."""
    printed = StringIO()
    with redirect_stdout(printed):
        exec(code, names)
    return printed.getvalue()


def learned(seed=1, code=MAIN):
    """Run main.py up to its page, with this seed, and return its names and what it printed."""
    code = code.split("\npictures.")[0]
    assert "RandomState(1)" in code
    names = {}
    printed = execute(code.replace("RandomState(1)", f"RandomState({seed})"), names)
    return SimpleNamespace(**names, names=names, printed=printed)


@pytest.fixture(scope="module")
def lesson():
    return learned()


# ---- The physics and the score ----


def test_a_pole_that_leans_falls_and_a_push_swings_it_back(lesson):
    upright, leaning = [0, 0, 0, 0], [0, 0, 0.05, 0]
    states = np.array([upright, upright, leaning])
    after = lesson.push(lesson.push(states, np.array([1, 0, 0])), np.array([1, 0, 0]))
    assert (
        after[0, 0] > 0 > after[0, 2]
    )  # pushed to the right, the cart goes, the pole stays behind
    assert after[1] == pytest.approx(-after[0])
    assert after[2, 2] > 0.05
    lost = lesson.is_lost(np.array([[2.41, 0, 0, 0], [0, 0, -0.21, 0], [2.39, 9, 0.209, 9]]))
    assert lost.tolist() == [True, True, False]


def test_it_learns_from_nothing_and_then_holds_the_pole(lesson):
    assert lesson.history[0]["steps"] < 40  # by chance it was about 20 with each of fifteen seeds
    assert score_in(lesson.printed) >= 475
    assert lesson.decide(np.zeros((7, 4))).shape == (7,)


# Ten seeds that had no part in choosing the settings gave 500.0 each, in 3.8 to 7.9 s on an EPYC.
@pytest.mark.parametrize("seed", range(11, 21))
def test_other_seeds_learn_it_too(seed, real):
    if not real:
        pytest.skip("takes a minute: run with --mnist")
    started = time.process_time()
    score = score_in(learned(seed).printed)
    print(f"seed {seed}: {score} after {time.process_time() - started:.1f} s of processor time")
    assert score >= 475


def test_it_holds_the_pole_of_gymnasium(lesson):
    gymnasium = pytest.importorskip("gymnasium", reason='needs pip install "gymnasium>=1.0"')
    world = gymnasium.make("CartPole-v1")
    rewards = []
    for seed in range(100):
        state, _ = world.reset(seed=seed)
        total, over = 0, False
        while not over:
            action = int(lesson.decide(state[None])[0])
            state, reward, lost, at_the_end, _ = world.step(action)
            total += reward
            over = lost or at_the_end
        rewards.append(total)
    assert np.mean(rewards) >= 475


# ---- The step's page: what it has the reader type, and the exercises ----


def test_what_is_typed_and_the_exercises_print_what_is_shown(real):
    """In the order of the page, behind main.py. In passing, only their words are compared."""
    names = learned(code=MAIN if real else SHORT).names
    blocks = re.findall(r"^ *```(python|text)\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    typed = [
        (dedent(code), dedent(shown))
        for (kind, code), (_, shown) in zip(blocks, blocks[1:])
        if kind == "python" and code not in MAIN
    ]
    assert len(typed) == 5
    for code, shown in typed:
        lines = execute(code, names).splitlines()
        for line in shown.splitlines():
            assert (
                real
                or line.startswith(("...", "round"))
                or any(words(line) == words(one) for one in lines)
            )
            assert not real or line == "..." or any(alike(line, one) for one in lines), line


def words(line):
    return re.sub(r"[\d.]+", "#", line)


def alike(shown, printed):
    """The same words and similar numbers: each processor rounds in its own way."""
    if words(shown) != words(printed) or shown.startswith("round"):
        return words(re.sub("  +", " ", shown)) == words(re.sub("  +", " ", printed))
    pairs = zip(re.findall(r"\d+\.?\d*", shown), re.findall(r"\d+\.?\d*", printed))
    return all(float(a) == pytest.approx(float(b), rel=0.3, abs=0.1) for a, b in pairs)


# ---- The script and its page, as they are started ----


# What Python decides in a thousand states, and how sure it is, to compare the page with.
SAVE = """
states = np.random.RandomState(3).uniform(-1, 1, (1000, 4)) * [2.4, 2, 0.2, 2]
chance = network.predict_proba(states / usual)[:, 1]
np.savez("expected.npz", states=states, decisions=decide(states), chance=chance)
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Five rounds of main.py, as a participant starts it, in a folder with an umlaut and spaces."""
    folder = tmp_path_factory.mktemp("Stäbe und Karren")
    (folder / "main.py").write_text(SHORT + SAVE, encoding="utf-8")
    for name in ("cart.py", "pictures.py", "pole_page.html"):
        shutil.copy(STEP / name, folder)
    result = run([sys.executable, "main.py"], folder, folder)
    assert result.returncode == 0, result.stderr
    return result


def test_script_says_what_the_page_shows(started):
    assert started.stderr == ""
    shown = re.search(r"<!-- output -->\n```text\n(.*?)```", PAGE, re.DOTALL)[1]
    printed = [words(re.sub("  +", " ", line)) for line in started.stdout.splitlines()]
    for line in shown.splitlines():
        assert line == "..." or words(re.sub("  +", " ", line)) in printed
    assert "The picture is in drawn/learning.svg" in started.stdout
    assert 10_000 < (started.folder / "drawn" / "learning.svg").stat().st_size < 150_000
    assert sorted(p.name for p in STEP.glob("pictures/*.svg")) == ["learning.svg"]


def test_template_that_was_not_copied(tmp_path):
    for name in ("main.py", "cart.py", "pictures.py"):
        shutil.copy(STEP / name, tmp_path)
    result = run([sys.executable, "main.py"], tmp_path, tmp_path)
    assert result.returncode == 1
    assert result.stderr == "There is no pole_page.html beside main.py. Copy it there, too.\n"


def test_pages_are_the_template_with_a_network_inside(started):
    for place in (TRAINED, started.folder / "pole_page_with_network.html"):
        text = place.read_text(encoding="utf-8")
        contents = re.search(r'application/json" id="trained-network">(.*?)</script>', text)[1]
        assert text == TEMPLATE.replace(">null</script>", f">{contents}</script>")
        assert len(text) < 120_000


# ---- The page in a real browser ----


@pytest.fixture
def page(browser):
    """The committed page. Whatever a test did: no request, and no complaint in the console."""
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    emulate(browser)
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(TRAINED.as_uri())
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    emulate(browser)
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    urls = {one["request"]["url"] for one in requests}
    assert {url for url in urls if not url.startswith("data:")} == {TRAINED.as_uri()}


def emulate(browser, scheme="light", motion="no-preference"):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    features += [{"name": "prefers-reduced-motion", "value": motion}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def text(browser, name):
    return browser.find_element("id", name).text


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_physics_equals_python(page, lesson):
    """From each of 500 states of a game, and free, in one go, with the same 500 actions."""
    state = np.array([[0.01, -0.02, 0.03, 0.04]])
    states, actions = [state[0].tolist()], []
    for _ in range(500):
        actions.append(int(lesson.decide(state)[0]))
        state = lesson.push(state, np.array(actions[-1:]))
        states.append(state[0].tolist())
    single = page.execute_script(
        "return arguments[1].map((action, i) => {"
        "  pole.reset(arguments[0][i]); return pole.step(action); })",
        states,
        actions,
    )
    assert np.abs(np.array(single) - states[1:]).max() < 1e-9
    free = page.execute_script(
        "pole.reset(arguments[0]); return arguments[1].map((action) => pole.step(action))",
        states[0],
        actions,
    )
    assert np.abs(np.array(free) - states[1:]).max() < 1e-9


def test_network_in_the_page_holds_500_steps_from_100_starts(page):
    generator = random.Random(12)
    starts = [[generator.uniform(-0.05, 0.05) for _ in range(4)] for _ in range(100)]
    lengths = page.execute_script(
        """
        return arguments[0].map((start) => {
          let state = pole.reset(start), steps = 0;
          while (steps < 500 && Math.abs(state[0]) <= 2.4 && Math.abs(state[2]) <= Math.PI / 15) {
            state = pole.step(pole.decide(state));
            steps += 1;
          }
          return steps;
        });
        """,
        starts,
    )
    assert lengths == [500] * 100


def test_network_in_the_page_decides_as_in_python(browser, started):
    browser.get((started.folder / "pole_page_with_network.html").as_uri())
    expected = np.load(started.folder / "expected.npz")
    states = expected["states"].tolist()
    decisions = browser.execute_script("return arguments[0].map(pole.decide)", states)
    # The page has five decimals of each weight. Where the network wavers, they may decide.
    sure = abs(expected["chance"] - 0.5) > 1e-4
    assert sure.sum() > 900
    assert (np.array(decisions) == expected["decisions"])[sure].all()


def test_you_play_with_the_keys_and_lose(page):
    from selenium.webdriver import ActionChains, Keys

    ActionChains(page).key_down(Keys.ARROW_RIGHT).perform()
    wait_until(lambda: "after" in text(page, "your-notice"))
    ActionChains(page).key_up(Keys.ARROW_RIGHT).perform()
    assert "longest" in text(page, "your-longest")
    assert "network" in text(page, "your-record")
    assert 0 < float(text(page, "your-time").split()[0]) < 3


def test_you_play_with_a_finger_on_a_phone(page):
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    assert page.execute_script("return document.documentElement.scrollWidth") == 390
    box = page.find_element("id", "left").rect
    assert box["height"] >= 44
    point = [{"x": box["x"] + 40, "y": box["y"] + 20}]
    touch = {"type": "touchStart", "touchPoints": point}
    page.execute_cdp_cmd("Input.dispatchTouchEvent", touch)
    wait_until(lambda: "after" in text(page, "your-notice"))
    touch = {"type": "touchEnd", "touchPoints": []}
    page.execute_cdp_cmd("Input.dispatchTouchEvent", touch)
    assert page.find_elements("css selector", ".held") == []
    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_the_network_survives_a_push_but_not_every_push(page):
    from selenium.webdriver import ActionChains

    page.find_element("id", "push-right").click()
    assert "0.6" in text(page, "network-record")
    wait_until(lambda: "survived 1 push " in text(page, "network-record"))
    canvas = page.find_element("id", "network-canvas")
    half = canvas.size["width"] // 2
    mouse = ActionChains(page, duration=50).move_to_element_with_offset(canvas, -half + 9, 0)
    mouse.click_and_hold().move_by_offset(2 * half - 20, 0).release().perform()
    wait_until(lambda: "too much" in text(page, "network-record"))
    wait_until(lambda: text(page, "network-notice") == "")  # it has started again by itself


def test_a_beginner_loses_and_its_thoughts_are_shown(page):
    from selenium.webdriver import Keys

    page.find_element("id", "practice").send_keys(Keys.HOME)
    assert "No practice yet" in text(page, "practice-text")
    wait_until(lambda: "after" in text(page, "network-notice"))
    shown = text(page, "inputs")
    assert all(unit in shown for unit in ("m/s", "°/s"))
    assert len(page.find_elements("css selector", "#hidden-neurons span")) == 16
    assert len(page.find_elements("css selector", "#decision .chosen")) == 1


def test_pause_and_slow_motion(page):
    def steps_in_a_second():
        before = float(text(page, "network-time").split()[0])
        page.execute_async_script("setTimeout(arguments[0], 1000)")
        return round(50 * (float(text(page, "network-time").split()[0]) - before))

    fast = steps_in_a_second()
    page.find_element("id", "slow").click()
    assert 0 < steps_in_a_second() < fast / 2
    page.find_element("id", "pause").click()
    assert steps_in_a_second() == 0


def test_who_wants_less_motion_starts_it_by_hand(browser):
    emulate(browser, motion="reduce")
    browser.get(TRAINED.as_uri())
    assert text(browser, "pause") == "Continue"
    browser.find_element("id", "pause").click()
    wait_until(lambda: text(browser, "network-time") != "0.00 s")
    emulate(browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(page, scheme):
    emulate(page, scheme)
    assert barriers(page) == []


def test_template_alone_says_what_to_do(browser):
    browser.get((STEP / "pole_page.html").as_uri())
    assert "Run main.py" in text(browser, "introduction")
    assert len(browser.execute_script("return pole.reset()")) == 4
    assert browser.get_log("browser") == []
