"""The participant's own script, put together from the pages as a participant would, and run.

A comment before a block says where it goes: <!-- process_digits.py: at the end -->.
"""

import re
import sys

import pytest

from helpers import EXAMPLES, ROOT, run, score_in
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


def growing_script():
    """Return the whole script after each step, by the step's folder."""
    scripts, script = {}, ""
    for name in EXAMPLES:
        for block in STEP_PAGES[name].blocks_in("python"):
            if block.label.startswith("process_digits.py: "):
                script = grow(script, block.label.removeprefix("process_digits.py: "), block.text)
        scripts[name] = script
    return scripts


SCRIPTS = growing_script()


def test_there_is_something_to_type_in_every_step():
    """In the participant's own script, or, where there are no digits, at the prompt."""
    for name, page in STEP_PAGES.items():
        labels = [block.label for block in page.blocks if block.language == "python"]
        typed = [
            label for label in labels if label.startswith(("process_digits.py", "at the prompt"))
        ]
        assert typed, name


@pytest.fixture(scope="module")
def my_project(clone):
    folder = clone / "my_project"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_script_runs_after_each_step(clone, my_project, data_folder, real, name):
    if not real and name[:2] not in STEPS_ON_THE_SAMPLE:
        pytest.skip("on the sample, only some steps are tried")
    script = my_project / "process_digits.py"
    script.write_text(SCRIPTS[name], encoding="utf-8")
    result = run([sys.executable, "my_project/process_digits.py"], clone, data_folder)
    assert result.returncode == 0, result.stderr
    assert "RuntimeWarning" not in result.stderr
    if real:
        shown = STEP_PAGES[name].blocks_in("text", "output of process_digits.py")
        for line in "".join(block.text for block in shown).splitlines():
            assert line == "..." or line in result.stdout
    if name[:2] in LOWEST_SCORES:
        assert score_in(result.stdout) >= LOWEST_SCORES[name[:2]][real]
        checked = run([sys.executable, "tests/check.py", "my_project"], clone, data_folder)
        assert checked.returncode == 0, checked.stdout
        assert f"{score_in(result.stdout):.4f}" in checked.stdout


def test_the_kept_network_makes_a_drawing_page(clone, my_project, data_folder):
    """At the end of the hour: their own network reads their own hand."""
    (hour,) = (name for name in EXAMPLES if name.startswith("06"))
    (name,) = (name for name in EXAMPLES if name.startswith("08"))
    script = my_project / "process_digits.py"
    kept = [b for b in STEP_PAGES[name].blocks_in("python") if b.label.startswith("process_digits")]
    script.write_text(f"{SCRIPTS[hour]}\n{kept[0].text}", encoding="utf-8")
    run([sys.executable, "my_project/process_digits.py"], clone, data_folder)
    command = [sys.executable, f"examples/{name}/main.py", "my_network.npz"]
    result = run(command, clone, data_folder)
    assert result.returncode == 0, result.stderr
    assert (clone / "examples" / name / "drawing_page_with_network.html").stat().st_size > 100_000
    assert (ROOT / "examples" / name / "main.py").is_file()
