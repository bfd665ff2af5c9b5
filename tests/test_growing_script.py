"""The participant's own script, put together from the pages as a participant would, and run.

A comment before a block says where it goes: <!-- process_digits.py: at the end -->.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers import EXAMPLES, example, run, score_in
from pages import STEP_PAGES

# Without MNIST there is time for some steps only: the hour's, and the last.
STEPS_ON_THE_SAMPLE = ("02", "06", "12")
# The scores that the script has after a step, on the sample and on MNIST. They stand well below the
# worst that we saw: they are those of the steps themselves, see test_examples.py.
LOWEST_SCORES = {"02": (0.7, 0.83), "06": (0.88, 0.97)}


def grow(script, place, block):
    """Return the script after a participant has done what a page asks for."""
    quoted = re.search(r'"(.*)"', place)
    if place == "new":
        return block
    if place == "at the top":
        return block + script
    if place == "at the end":
        return f"{script}\n{block}"
    if place == "take out":
        assert script.count(block) == 1, block
        return script.replace(block, "")
    # What is quoted is how a line begins.
    line = re.search(rf"^ *{re.escape(quoted[1])}.*\n", script, re.MULTILINE)
    assert line, f"There is no line that begins with {quoted[1]}"
    if place.startswith("before"):
        return script.replace(line[0], f"{block}\n{line[0]}", 1)
    if place.startswith("after"):
        return script.replace(line[0], f"{line[0]}{block}", 1)
    assert place.startswith("instead of"), place
    return script.replace(line[0], block, 1)


def typed_in(name):
    """Return the blocks that a participant types into the script in a step."""
    blocks = STEP_PAGES[name].blocks_in("python")
    return [block for block in blocks if block.label.startswith("process_digits.py: ")]


def growing_script():
    """Return the whole script after each step, by the step's folder."""
    scripts, script = {}, ""
    for name in EXAMPLES:
        for block in typed_in(name):
            script = grow(script, block.label.removeprefix("process_digits.py: "), block.text)
        scripts[name] = script
    return scripts


SCRIPTS = growing_script()
# In the hour, the first line to type in step 08, which keeps the network, follows on step 06.
IMPROVING = example("improving_the_score").name
DRAWING = example("recognising_your_own_handwriting").name
END_OF_THE_HOUR = "the end of the hour"
SCRIPTS[END_OF_THE_HOUR] = f"{SCRIPTS[IMPROVING]}\n{typed_in(DRAWING)[0].text}"


def test_there_is_something_to_type_in_every_step():
    """In the participant's own script, or, where there are no digits, at the prompt."""
    for name, page in STEP_PAGES.items():
        labels = [block.label for block in page.blocks if block.language == "python"]
        typed = [
            label for label in labels if label.startswith(("process_digits.py", "at the prompt"))
        ]
        assert typed, name


def run_and_check(name, folder, clone, data_folder):
    """Run the script after a step, as the page says. Ask the checker, too, if it has a score."""
    (folder / "my_project").mkdir()
    (folder / "my_project" / "process_digits.py").write_text(SCRIPTS[name], encoding="utf-8")
    result = run([sys.executable, "my_project/process_digits.py"], folder, data_folder)
    if name[:2] in LOWEST_SCORES:
        check = [sys.executable, clone / "tests" / "check.py", "my_project"]
        result.checked = run(check, folder, data_folder)
    return result


@pytest.fixture(scope="module")
def grown(clone, data_folder, real, tmp_path_factory):
    """Return the run of the script after each step, each to be waited for. Two run at a time."""
    futures = {}
    with ThreadPoolExecutor(2) as pool:
        for name in SCRIPTS:
            if real or name[:2] in STEPS_ON_THE_SAMPLE or name == END_OF_THE_HOUR:
                folder = tmp_path_factory.mktemp("room")
                futures[name] = pool.submit(run_and_check, name, folder, clone, data_folder)
        yield futures


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_script_runs_after_each_step(grown, real, name):
    if name not in grown:
        pytest.skip("on the sample, only some steps are tried: run with --mnist")
    result = grown[name].result()
    assert result.returncode == 0, result.stderr
    assert "RuntimeWarning" not in result.stderr
    if real:
        shown = STEP_PAGES[name].blocks_in("text", "output of process_digits.py")
        for line in "".join(block.text for block in shown).splitlines():
            assert line == "..." or line in result.stdout
    if name[:2] in LOWEST_SCORES:
        assert score_in(result.stdout) >= LOWEST_SCORES[name[:2]][real]
        assert result.checked.returncode == 0, result.checked.stdout
        assert f"{score_in(result.stdout):.4f}" in result.checked.stdout


def test_the_kept_network_makes_a_drawing_page(grown, clone, data_folder):
    """At the end of the hour: their own network reads their own hand."""
    result = grown[END_OF_THE_HOUR].result()
    assert result.returncode == 0, result.stderr
    command = [sys.executable, clone / "examples" / DRAWING / "main.py", "my_network.npz"]
    made = run(command, result.folder, data_folder)
    assert made.returncode == 0, made.stderr
    page = clone / "examples" / DRAWING / "drawing_page_with_network.html"
    assert page.stat().st_size > 100_000
