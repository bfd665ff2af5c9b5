"""Step 12: the pole's physics, what was learned, and the page on which one plays against it."""

import re
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import browser_page
from browser_page import ARROW_RIGHT, HOME
from helpers import barriers, example, run

STEP = example("learning_from_rewards")
MAIN = (STEP / "main.py").read_text(encoding="utf-8")
PAGE = STEP / "pole_page.html"
NUMBERS = re.compile(r'(?<=id="trained-network">).*?(?=</script>)')
GAME = ("#your-canvas", "#network-canvas", "#left", "#right", "#decision", "#practice", "#guesses")
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def lesson():
    """Return the names of main.py, run up to its page."""
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(STEP)  # main.py finds its modules beside it, and no other step does
        for module in ("cart", "pictures"):
            patch.setitem(sys.modules, module, None)
            del sys.modules[module]
        exec(MAIN.split("\npictures.write_page")[0], names)
    return SimpleNamespace(**names)


# ---- The physics and the score ----


def test_a_pole_that_leans_falls_and_a_push_swings_it_back(lesson):
    states = np.array([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0.05, 0]])
    after = lesson.push(lesson.push(states, np.array([1, 0, 0])), np.array([1, 0, 0]))
    # Pushed to the right, the cart goes, and the pole stays behind.
    assert after[0, 0] > 0 > after[0, 2]
    assert after[1] == pytest.approx(-after[0])
    assert after[2, 2] > 0.05


def test_it_learns_from_nothing_and_then_holds_the_pole_of_gymnasium_too(lesson):
    assert lesson.history[0]["steps"] < 40  # by chance it was about 20 with each of fifteen seeds
    gymnasium = pytest.importorskip("gymnasium", reason='needs pip install "gymnasium>=1.0"')
    world = gymnasium.make("CartPole-v1")
    total = 0
    for seed in range(100):
        state, over = world.reset(seed=seed)[0], False
        while not over:
            state, reward, lost, at_the_end, _ = world.step(int(lesson.decide(state[None])[0]))
            total += reward
            over = lost or at_the_end
    assert total / 100 >= 475


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
    for path in STEP.glob("*.py"):
        shutil.copy(path, folder)
    missed = run([sys.executable, "main.py"], folder, folder)
    assert missed.stderr.startswith("There is no pole_page")  # at once, before anything is learned
    shutil.copy(PAGE, folder)
    short = MAIN.replace("range(1, 151)", "range(1, 6)") + SAVE
    (folder / "main.py").write_text(short, encoding="utf-8")
    result = run([sys.executable, "main.py"], folder, folder)
    assert (result.returncode, result.stderr) == (0, "")
    return result.folder


def test_script_writes_the_page_with_its_own_network_inside(started):
    text = PAGE.read_text(encoding="utf-8")
    theirs = (started / "pole_page_with_network.html").read_text(encoding="utf-8")
    assert theirs == NUMBERS.sub(lambda _: NUMBERS.search(theirs)[0], text) != text
    assert 10_000 < (started / "drawn" / "learning.svg").stat().st_size < 150_000


# ---- The page in a real browser ----


page = browser_page.fixture(PAGE, "pole")


ALONE = """
return arguments[0].map((start) => {
  let state = pole.reset(start), steps = 0;
  for (; steps < 500 && Math.abs(state[0]) <= 2.4 && Math.abs(state[2]) <= Math.PI / 15; steps++)
    state = pole.step(pole.decide(state));
  return steps;
});
"""


def test_network_in_the_page_holds_500_steps_from_100_starts(page):
    starts = np.random.RandomState(12).uniform(-0.05, 0.05, (100, 4)).tolist()
    assert page.run(ALONE, starts) == [500] * 100


def test_physics_and_decisions_equal_python(page, lesson, started):
    """From each of 500 states of a game, and free, in one go, with the same 500 actions."""
    state = np.array([[0.01, -0.02, 0.03, 0.04]])
    states, actions = [state[0].tolist()], []
    for _ in range(500):
        actions.append(int(lesson.decide(state)[0]))
        state = lesson.push(state, np.array(actions[-1:]))
        states.append(state[0].tolist())
    for place in ("pole.reset(arguments[0][i]);", "if (!i) pole.reset(arguments[0][0]);"):
        steps = f"return arguments[1].map((action, i) => {{ {place} return pole.step(action) }})"
        assert np.abs(np.array(page.run(steps, states, actions)) - states[1:]).max() < 1e-9
    page.driver.get((started / "pole_page_with_network.html").as_uri())
    expected = np.load(started / "expected.npz")
    decisions = page.run("return arguments[0].map(pole.decide)", expected["states"].tolist())
    # The page has five decimals of each weight. Where the network wavers, they may decide.
    sure = abs(expected["chance"] - 0.5) > 1e-4
    assert sure.sum() > 900
    assert (np.array(decisions) == expected["decisions"])[sure].all()
    page.open()


def test_you_tap_lose_press_again_and_get_your_arrows_back(page):
    assert page.text("#speeds [aria-pressed='true']") == "⅛"  # so slowly that a person survives
    page.click("#guesses button:last-child")
    page.wait_for(lambda: page.run("return machine.steps > 5"))
    page.press(ARROW_RIGHT)
    assert page.run("return machine.steps - you.steps") <= 0  # both begin together
    page.click("#speeds button:last-of-type")
    page.wait_for(lambda: "Press again" in page.text("#your-notice"))
    assert re.search("You said: more. .*[01] of 1 right so far", page.text("#guess-text"))
    assert page.text("#guesses .happened") != "more"
    page.mouse(page.place("#practice", 0.3, 0.5))
    # After the slider, the arrows push the cart again.
    assert page.run("return document.activeElement.id") != "practice"
    page.wait_for(lambda: page.press(ARROW_RIGHT) or page.text("#your-notice") == "")
    page.emulate(390, 844, phone=True)
    page.open("#speed=1")
    page.finger(page.place("#left", 0.5, 0.5))
    page.wait_for(lambda: "Press again" in page.text("#your-notice"))
    assert page.driver.find_elements("css selector", ".held") == []


def test_the_network_survives_a_push_but_not_every_push(page):
    page.open("#speed=1")
    page.click("#push-right")
    assert "34\u00b0 a second" in page.text("#network-record")
    page.wait_for(lambda: "survived 1 push " in page.text("#network-record"))
    page.mouse(page.place("#network-canvas", 0.05, 0.5), page.place("#network-canvas", 0.95, 0.5))
    page.wait_for(lambda: "too much" in page.text("#network-record"))
    page.wait_for(lambda: page.text("#network-notice") == "")  # it has started again by itself


def test_a_beginner_loses_and_the_address_knows_it(page):
    page.open("#speed=1")
    page.find("#practice").send_keys(HOME)
    assert "No practice yet" in page.text("#practice-text")
    page.wait_for(lambda: "after" in page.text("#network-notice"))
    assert len(page.driver.find_elements("css selector", "#hidden-neurons span")) == 16
    assert page.driver.current_url.endswith("#practice=0&speed=1")
    page.open("#practice=12&speed=0.5")
    assert "After 12 rounds" in page.text("#practice-text")
    assert page.text("#speeds [aria-pressed='true']") == "½"
    page.open("#practice=many&speed=7")
    assert "hardly loses" in page.text("#practice-text")


def test_pause_and_less_motion_say_so(page):
    page.click("#pause")
    assert page.text("#network-notice") == "Paused."
    page.emulate(prefers_reduced_motion="reduce")
    page.open()
    assert "as your system asks" in page.text("#network-notice")
    assert page.text("#network-time") == "0.00 s"
    page.click("#pause")
    page.wait_for(lambda: page.text("#network-time") != "0.00 s")


@browser_page.in_every_view
def test_the_game_fits_one_view_without_barriers(page, size, scheme):
    page.emulate(*size, phone=min(size) < 500, **scheme)
    page.open("#speed=1")
    assert page.out_of_view(*GAME) == []
    page.click("#guesses button")
    page.press(ARROW_RIGHT)
    page.wait_for(lambda: "Press again" in page.text("#your-notice"))
    assert page.out_of_view(*GAME) == []
    assert barriers(page.driver) == []
