"""The pages are held by the things themselves: code, commands, outputs, links and pictures."""

import re

import pytest

from helpers import EXAMPLES, ROOT, skip_without_data
from pages import PAGES, STEP_PAGES, anchor

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?"
ALL_BLOCKS = [(name, block) for name, page in PAGES.items() for block in page.blocks]


def blocks(language, label):
    """Return all blocks of a kind, each with the folder of its page."""
    return [
        pytest.param(PAGES[name].path.parent, block, id=f"{name} {block.text[:40]!r}")
        for name, block in ALL_BLOCKS
        if block.language == language and block.label == label and not block.is_folded
    ]


@pytest.mark.parametrize(("folder", "block"), blocks("python", ""))
def test_code_stands_in_a_script_of_its_step(folder, block):
    """Code with a label is typed by participants: test_growing_script.py runs it."""
    scripts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    assert any(block.text in script for script in scripts)


@pytest.mark.parametrize(("folder", "block"), blocks("text", "output"))
def test_output_is_what_comes(examples, real, folder, block):
    """Every shown line comes, in this order. On MNIST its numbers are near those shown, too.

    A line of three dots stands for lines that are left out.
    """
    skip_without_data(folder.name, real)
    printed = iter(examples(folder.name).output.splitlines())
    for line in block.text.splitlines():
        assert line.strip() == "..." or any(alike(line, other, real) for other in printed), line


def alike(shown, printed, real):
    """The same words, and on MNIST nearly the same numbers: within 3 %, or within 0.005.

    Seconds depend on the machine. So do counts, which are small: only numbers with a point count.
    """
    shown, printed = (re.sub(r"[\d.]+ s\b", "# s", line) for line in (shown, printed))
    words = [re.sub(r"\s+", " ", re.sub(NUMBER, "#", line)).strip() for line in (shown, printed)]
    if words[0] != words[1] or not real:
        return words[0] == words[1]
    numbers = [[float(n) for n in re.findall(NUMBER, x) if "." in n] for x in (shown, printed)]
    return numbers[0] == pytest.approx(numbers[1], rel=0.03, abs=0.005)


EXERCISES = [
    pytest.param(name, number, shown, id=f"{name} {number + 1}")
    for name, page in STEP_PAGES.items()
    for number, (_, shown) in enumerate(page.solutions())
]


@pytest.mark.full
@pytest.mark.parametrize(("name", "number", "shown"), EXERCISES)
def test_exercise(examples, real, name, number, shown):
    """Its solution runs at the prompt of python -i main.py, and prints what the page shows."""
    skip_without_data(name, real)
    result = examples(name)
    assert "Error" not in result.exercise_errors[number], result.exercise_errors[number]
    printed = iter(result.exercise_outputs[number].splitlines())
    assert result.exercise_outputs[number].strip()
    if real and shown:
        for line in shown.splitlines():
            assert line == "..." or any(alike(line, other, real) for other in printed), line


def test_every_step_has_a_page_in_the_same_frame():
    frame = ["Predict", "Do", "See", "Check", "Key point", "Exercises"]
    assert list(STEP_PAGES) == EXAMPLES
    for name, page in STEP_PAGES.items():
        assert page.bold[:2] == ["Minutes:", "You will"], name
        assert [words for words in page.headings if words in frame] == frame, name
        assert len(page.solutions()) >= 2, name
        assert page.text.count("<details><summary>") == page.text.count("</summary>") >= 3, name
        neighbours = [other for other in page.links[:3] if other.startswith("../")]
        assert "../../README.md" in neighbours, f"{name} does not begin with its neighbours"


@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures(name):
    page = PAGES[name]
    for target in [*page.links, *page.pictures]:
        path, _, heading = target.partition("#")
        if re.match("https?:", target):
            # Whether they are alive, the weekly workflow finds out.
            assert re.fullmatch(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w./%()~-]*)?", path), target
            continue
        place = (page.path.parent / path).resolve() if path else page.path
        assert place.exists(), target
        if heading and place.suffix == ".md":
            other = PAGES[place.relative_to(ROOT).as_posix()]
            assert heading in map(anchor, other.headings), target
    for target, description in page.pictures.items():
        assert re.fullmatch(r"[A-Z].{30,}\.", description), f"no sentence describes {target}"


def test_every_published_picture_is_shown_and_small():
    shown = {
        (page.path.parent / target).resolve() for page in PAGES.values() for target in page.pictures
    }
    published = set(ROOT.glob("examples/*/pictures/*"))
    assert set() < published <= shown
    assert all(picture.stat().st_size < 250_000 for picture in published)


def test_every_command_is_run():
    """By .ci/run, as an example, or as commands.txt says."""
    commands = set((ROOT / "tests" / "commands.txt").read_text(encoding="utf-8").splitlines())
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace(".venv/bin/", "")
    commands |= {re.sub(r"^MNIST_DIR=\S+ ", "", line.strip()) for line in ci.splitlines()}
    commands |= {f"python {i}examples/{name}/main.py" for name in EXAMPLES for i in ("", "-i ")}
    shown = [block.text for _, block in ALL_BLOCKS if block.language == "bash"]
    assert len(shown) > 20
    for line in "".join(shown).splitlines():
        assert line.replace(".venv/bin/", "") in commands, line


def test_commands_for_windows_have_the_same_form():
    """Each has its twin for the other systems on the same page."""
    for page in PAGES.values():
        others = "".join(block.text for block in page.blocks_in("bash")).replace("source ", "")
        for line in "".join(block.text for block in page.blocks_in("bat")).splitlines():
            twin = re.sub(r"^py ", "python3 ", re.sub("^copy ", "cp ", line.replace("\\", "/")))
            twin = twin.replace("Scripts/activate.bat", "bin/activate").replace("Scripts", "bin")
            assert twin in others.splitlines(), line


def test_no_page_is_too_long():
    """A step is read in a few minutes, and the map in ten."""
    assert len(PAGES["README.md"].text.split()) <= 2000
    for name, page in STEP_PAGES.items():
        assert len(page.text.split()) <= 1200, name
