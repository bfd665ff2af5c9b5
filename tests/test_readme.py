"""The README is held by the things themselves: code, commands, outputs, links and pictures."""

import re

import pytest
from conftest import EXAMPLES, README, ROOT, solutions

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
    assert len(blocks("text")) == len(OUTPUTS) + README.count("<!-- output of python mnist.py -->")


def test_the_download_prints_what_is_shown():
    """test_mnist.py compares the same lines with a real download."""
    names = re.findall(r"Downloading (.*)\.\.\.", blocks("text")[0])
    import mnist

    assert sorted(names) == sorted(mnist.FILES)
    assert blocks("text")[0].endswith("\nDownload complete.\nSave complete.\n")


def test_ci_runs_the_two_commands():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for command in blocks("bash")[:2]:
        assert command.strip() in ci


def test_local_links_and_pictures_exist():
    for text, target in re.findall(r"(!?\[[^\]]*\])\(([^)\s]+)\)", README):
        if target.startswith("#"):
            headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
            anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
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


def test_every_step_is_named():
    for main in EXAMPLES:
        assert f"(examples/{main.parent.name}/main.py)" in README


def test_scores_in_the_docstrings_stand_in_the_readme():
    for step, code in CODE.items():
        for score in re.findall(r"We have a score of \d\.\d+", code):
            assert score in README, f"step {step}: {score}"
