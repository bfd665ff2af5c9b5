"""The README is held by the things themselves: code, commands, outputs, links and pictures."""

import re

import pytest

from conftest import EXAMPLES, README, ROOT, score_in, solutions
from test_practice import COMMANDS

CODE = {main.parent.name[:2]: main.read_text(encoding="utf-8") for main in EXAMPLES}
WITHOUT_SOLUTIONS = re.sub(r"<details>.*?</details>", "", README, flags=re.DOTALL)
NUMBER = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"


def blocks(language, text=README):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks("python", WITHOUT_SOLUTIONS))
def test_python_blocks_stand_in_an_example(block):
    assert any(block in code for code in CODE.values()), block


OUTPUTS = re.findall(r"<!-- output of step (\d\d) -->\n```text\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("step", "shown"), OUTPUTS, ids=[step for step, _ in OUTPUTS])
def test_outputs_are_what_comes(examples, real, step, shown):
    """Every shown line comes, in this order. On MNIST its numbers are near those shown, too.

    A line of three dots stands for lines that are left out.
    """
    printed = iter(examples.get(step).output.splitlines())
    if step == "01" and not real:
        pytest.skip("step 01 needs the data: run with --mnist")
    for line in shown.splitlines():
        if line.strip() != "...":
            assert any(alike(line, candidate, step, real) for candidate in printed), line


def alike(shown, printed, step, real):
    """The same words, and on MNIST nearly the same numbers: within 3 %, or within 0.005.

    Seconds depend on the machine. So do counts, which are small: only numbers with a point are
    compared, and in step 01, where nothing is random, all of them.
    """
    if step == "01":
        return shown == printed
    shown, printed = (re.sub(r"[\d.]+ s\b", "# s", line) for line in (shown, printed))
    words = [re.sub(r"\s+", " ", re.sub(NUMBER, "#", line)).strip() for line in (shown, printed)]
    if words[0] != words[1] or not real:
        return words[0] == words[1]
    numbers = [
        [float(n) for n in re.findall(NUMBER, line) if "." in n] for line in (shown, printed)
    ]
    return numbers[0] == pytest.approx(numbers[1], rel=0.03, abs=0.005)


def test_every_output_block_is_tested():
    """The two others are compared in test_practice.py."""
    others = ("<!-- output of python mnist.py -->", "<!-- output of the checker -->")
    assert len(blocks("text")) == len(OUTPUTS) + sum(map(README.count, others))


def test_every_command_is_run():
    """By .ci/run, by conftest.py (the examples), or by test_practice.py."""
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace(".venv/bin/", "").splitlines()
    ci = [re.sub(r"^ *(MNIST_DIR=\S+ )?", "", line) for line in ci]
    examples = [f"python examples/{main.parent.name}/main.py" for main in EXAMPLES]
    assert len(blocks("bash")) > 20
    for line in "".join(blocks("bash")).splitlines():
        run_elsewhere = line in examples or line in COMMANDS
        assert run_elsewhere or line.replace(".venv/bin/", "") in ci, line


def test_commands_for_other_systems_have_the_same_form():
    on_windows = "".join(blocks("bat")).splitlines()
    assert len(on_windows) == 5
    for line in on_windows:
        line = re.sub(r"^py ", "python3 ", line)
        line = line.replace("\\Scripts\\activate.bat", "/bin/activate").replace("Scripts", "bin")
        line = line.replace("\\", "/")
        assert line in "".join(blocks("bash")).replace("source ", "").splitlines(), line
    for line in "".join(blocks("console")).splitlines():
        assert re.match(r"(DASK_SCHEDULER=tcp://[\d.:]+ )?(python|dask) [\w/.:-]", line), line


def test_ci_runs_the_two_commands():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for command in blocks("bash")[:2]:
        assert command.strip() in ci


def test_links_and_pictures():
    for text, target in re.findall(r"(!?\[[^\]]*\])\(([^)\s]+)\)", README):
        if target.startswith("#"):
            headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
            anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert target[1:] in anchors, target
        elif re.match("https?:", target):
            # Whether they are alive, the weekly workflow finds out.
            assert re.fullmatch(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w./-]*)?", target), target
        else:
            assert (ROOT / target).is_file(), target
        if text.startswith("!"):
            assert re.fullmatch(r"!\[[A-Z].{30,}\.\]", text), f"no sentence describes {target}"


def test_every_exercise_has_a_solution_that_runs(examples, real):
    for main in EXAMPLES:
        step = main.parent.name[:2]
        if step == "01" and not real:
            continue  # It ends before them, for want of data.
        result = examples.get(step)
        assert len(result.solved) == len(solutions(step)) >= 2, step
        assert all(text.strip() for text in result.solved), step


def test_exercises_print_what_is_shown(examples, real):
    """On MNIST, and as near as in the steps themselves."""
    if not real:
        pytest.skip("the shown results are those on MNIST: run with --mnist")
    for main in EXAMPLES:
        step = main.parent.name[:2]
        for (_, shown), printed in zip(solutions(step), examples.get(step).solved, strict=True):
            lines = iter(printed.splitlines())
            for line in shown.splitlines():
                assert line == "..." or any(alike(line, one, step, real) for one in lines), line


def test_every_step_is_named():
    for main in EXAMPLES:
        assert f"(examples/{main.parent.name}/main.py)" in README


def test_scores_in_the_docstrings_stand_in_the_readme():
    for step, code in CODE.items():
        for score in re.findall(r"We have a score of \d\.\d+", code):
            assert score in README, f"step {step}: {score}"


def test_scores_on_the_sample(examples, real):
    if real:
        pytest.skip("the table is about the sample")
    steps, scores = re.search(r"\| step (.*)\n.*\n\| score on the sample (.*)", README).groups()
    shown = dict(zip(re.findall(r"\d+", steps), re.findall(r"[\d.]+", scores)))
    assert list(shown) == [step for step in CODE if "score of {" in CODE[step]]
    for step, score in shown.items():
        assert score_in(examples.get(step).output) == pytest.approx(float(score), abs=0.03), step


SECONDS = {"a second": 1, "two seconds": 2, "ten seconds": 10, "fifteen seconds": 15}
SECONDS |= {"half a minute": 30, "a minute": 60, "two minutes": 120, "four minutes": 240}


def test_times_in_the_docstrings_stand_in_the_readme():
    cells = re.search(r"^\| seconds \|(.*)\|$", README, re.MULTILINE)[1].split("|")
    assert len(cells) == len(CODE)
    for code, cell in zip(CODE.values(), cells):
        sentence = re.search(r"^(?:On MNIST it|It needs no data)[^:]*", code, re.MULTILINE)[0]
        words = re.findall(r"(?:(?:half )?a|two|four|ten|fifteen) (?:second|minute)s?", sentence)
        assert [SECONDS[word] for word in words] == [int(n) for n in re.findall(r"\d+", cell)]


def test_every_step_has_the_same_frame():
    frame = ["Minutes:", "You will", "Predict first.", "Do it.", "You should see"]
    frame += ["Check yourself.", "Key point.", "Exercises."]
    for section in re.findall(r"^### Step \d\d:.*?(?=^##)", README, re.DOTALL | re.MULTILINE):
        assert [words for words in re.findall(r"\*\*(.*?)\*\*", section) if words in frame] == frame


def test_minutes_of_the_plan_add_up():
    minutes = [int(n) for n in re.findall(r"^\*\*Minutes:\*\* (\d+)", README, re.MULTILINE)]
    one, two = re.findall(r"\| ([\d ]+\+[\d +]+) \|$", README, re.MULTILINE)
    step = dict(zip(CODE, minutes))
    assert sum(map(int, one.split("+"))) == 10 + step["01"] + step["02"] + step["06"] <= 60
    rest = 10 + step["05"] + step["07"] + step["08"]
    assert sum(map(int, two.split("+"))) == 60 + rest <= 120
    # Setting up, the background, and the two texts of the theory come before the steps.
    assert f"| 10 + 10 + 25 + {sum(minutes)}, and two breaks |" in README
