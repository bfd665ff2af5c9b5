"""The participant's own script, grown from the starter and all pages to the letter, and run.

A comment before a block says where it goes: <!-- process_digits.py: at the end -->. What is typed
at the prompt of the script, after python -i, has <!-- at the prompt of process_digits.py -->.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from helpers import EXAMPLES, LOWEST_SCORES, example, run, score_in
from pages import STEP_PAGES

STARTER = example("downloading_the_mnist_database") / "starter.py"
DRAWING = example("recognising_your_own_handwriting").name
PROMPT = "at the prompt of process_digits.py"
MARK = "-- at the prompt --"
LOWEST = LOWEST_SCORES["process_digits.py"]


@dataclass
class Stage:
    """A run that a page asks for: the script as it is then, and what is typed at its prompt."""

    step: str
    script: str
    typed: list = field(default_factory=list)


def grow(script, place, block):
    """Return the script after a participant has done what a page asks for."""
    if place == "at the top":
        return block + script
    if place == "at the end":
        return f"{script}\n{block}"
    if place == "take out":
        assert script.count(block) == 1, block
        return script.replace(block, "")
    # What is quoted is how a line begins.
    way, quoted = re.fullmatch(r'(before|after|instead of) "(.*)"', place).groups()
    line = re.search(rf"^ *{re.escape(quoted)}.*\n", script, re.MULTILINE)
    assert line, f"There is no line that begins with {quoted}"
    new = {"before": f"{block}\n{line[0]}", "after": f"{line[0]}{block}", "instead of": block}[way]
    return script.replace(line[0], new, 1)


def blocks_of(names):
    """Return all blocks of these steps' pages, each with its step."""
    return [(name, block) for name in names for block in STEP_PAGES[name].blocks]


def stages(blocks):
    """Return each run that the pages ask for, in their order, and one at the end of each step."""
    script, found = STARTER.read_text(encoding="utf-8"), []
    for (name, block), (following, _) in zip(blocks, [*blocks[1:], ("", None)]):
        if block.label.startswith("process_digits.py: "):
            script = grow(script, block.label.removeprefix("process_digits.py: "), block.text)
        is_typed = block.label == PROMPT and block.language == "python"
        is_run = block.language == "bash" and "my_project/process_digits.py" in block.text
        is_new = not found or found[-1].script != script
        if (is_new and (is_run or following != name)) or (is_typed and found[-1].step != name):
            found.append(Stage(name, script))
        if is_typed:
            found[-1].typed.append(block.text)
    return found


def typed_in(blocks):
    """Return the blocks of code that are typed: what is taken out need not be."""
    labels = ("process_digits.py: ", PROMPT)
    typed = [b for _, b in blocks if b.language == "python" and b.label.startswith(labels)]
    return [block for block in typed if not block.label.endswith("take out")]


HOUR = blocks_of([name for name in EXAMPLES if name[:2] in ("01", "02", "06")])
# In step 08, the hour's script is typed to where the network is kept.
KEEPING = [block.text.count("np.savez") for block in STEP_PAGES[DRAWING].blocks].index(1)
HOUR += blocks_of([DRAWING])[: KEEPING + 1]
STAGES = stages(blocks_of(EXAMPLES))
STAGES.append(Stage("the end of the hour", stages(HOUR)[-1].script))


def test_there_is_something_to_type_in_every_step():
    """In the participant's own script, or at a prompt."""
    places = ("process_digits.py", "at the prompt")
    for name, page in STEP_PAGES.items():
        labels = [block.label for block in page.blocks if block.language == "python"]
        assert any(label.startswith(places) for label in labels), name


def test_typing_is_for_what_matters():
    """At most 100 words before the first score and 250 in the hour, comments and all."""
    typed = typed_in(HOUR)
    first = [block.text.count("We have a score of") for block in typed].index(1)
    words = [len(block.text.split()) for block in typed]
    assert sum(words[: first + 1]) <= 100
    assert sum(words) <= 250


def test_the_starter_is_short_and_copied_by_one_command():
    assert len(STARTER.read_text(encoding="utf-8").splitlines()) <= 25
    (commands,) = [b.text for _, b in HOUR if b.language == "bash" and "starter" in b.text]
    assert f"{STARTER.name} my_project/process_digits.py" in commands


def run_and_check(stage, folder, clone, data_folder):
    """Run a stage's script, and type what the page says. Ask the checker about some."""
    (folder / "my_project").mkdir()
    (folder / "my_project" / "process_digits.py").write_text(stage.script, encoding="utf-8")
    mark = f"import sys; print({MARK!r}); print({MARK!r}, file=sys.stderr)\n"
    typed = "".join(f"{mark}{text}\n" for text in ["", *stage.typed])
    command = [sys.executable, "-i", "my_project/process_digits.py"]
    result = run(command, folder, data_folder, typed=typed)
    result.printed, *result.at_the_prompt = result.stdout.split(f"{MARK}\n")
    if stage.step[:2] in LOWEST and "We have a score" in result.printed:
        check = [sys.executable, clone / "tests" / "check.py", "my_project"]
        result.checked = run(check, folder, data_folder)
    return result


@pytest.fixture(scope="module")
def grown(clone, data_folder, tmp_path_factory):
    """Return each stage's run, to be waited for. Two run at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield [
            pool.submit(run_and_check, stage, tmp_path_factory.mktemp("room"), clone, data_folder)
            for stage in STAGES
        ]


@pytest.mark.full
@pytest.mark.parametrize("n", range(len(STAGES)), ids=[stage.step for stage in STAGES])
def test_every_run_ends_with_its_score(grown, real, n):
    """It runs, and prints at most 40 lines, of which the last is the score."""
    step, result = STAGES[n].step, grown[n].result()
    assert "Traceback" not in result.stderr, result.stderr
    assert "RuntimeWarning" not in result.stderr
    lines = result.printed.splitlines()
    assert len(lines) <= 40
    if not step.startswith("01"):
        assert lines[-1].startswith("We have a score of")
    for typed, shown in zip(STAGES[n].typed, result.at_the_prompt[1:]):
        assert shown.strip() or "print" not in typed, typed
    is_last = step not in [stage.step for stage in STAGES[n + 1 :]]
    if step[:2] in LOWEST and is_last:
        assert score_in(result.printed) >= LOWEST[step[:2]][real]
        assert result.checked.returncode == 0, result.checked.stdout
        assert f"{score_in(result.printed):.4f}" in result.checked.stdout


@pytest.mark.full
@pytest.mark.parametrize("name", EXAMPLES)
def test_outputs_on_the_page_are_those_of_its_runs(grown, real, name):
    if not real:
        pytest.skip("the pages show what comes on MNIST: run with --mnist")
    came = "".join(grown[n].result().stdout for n, s in enumerate(STAGES) if s.step == name)
    for block in STEP_PAGES[name].blocks_in("text", "output of process_digits.py"):
        for line in block.text.splitlines():
            assert line == "..." or line in came


@pytest.mark.full
def test_the_kept_network_makes_a_drawing_page(grown, clone, data_folder):
    """At the end of the hour: their own network reads their own hand."""
    result = grown[-1].result()
    command = [sys.executable, clone / "examples" / DRAWING / "main.py", "my_network.npz"]
    made = run(command, result.folder, data_folder)
    assert made.returncode == 0, made.stderr
    page = clone / "examples" / DRAWING / "drawing_page_with_network.html"
    assert page.stat().st_size > 100_000
