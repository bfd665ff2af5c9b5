"""The participant's checker, on folders as participants leave them."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from conftest import EXAMPLES, README, ROOT, run

LOADED = "import mnist\ntraining_images, training_labels, test_images, test_labels = mnist.load()\n"
STEP_02 = EXAMPLES[1].read_text(encoding="utf-8").replace("max_iter=100", "max_iter=3")
SCALED = "training_images = training_images / 255\n"
TWICE = STEP_02.replace(
    "mnist.load()\n", f"mnist.load()\n{2 * SCALED}test_images = test_images / 255\n"
)
# What a participant's main.py holds, and words of what the checker says of it.
SCRIPTS = {
    "only step 01": (LOADED, "step 01 is done"),
    "a score": ("print('We have a score of 0.8725')", "It has a score of 0.8725."),
    "a score among other numbers": (
        "print('Score of 8 neurons: 0.8401\\n[1/1] END rate=0.1;, score=0.939 time= 0.4s')",
        "It has a score of 0.8401.",
    ),
    "our own words first": (
        "print('We have a score of 0.9219\\nscore: 0.3')",
        "It has a score of 0.9219.",
    ),
    "a copy of step 07": (
        '"""Preventing overfitting\\n==="""\nfit = print\nfit("training 1.0000   test 0.8906")',
        "a step of the workshop that prints no score",
    ),
    "a score in percent": ("print('Score: 98.2 %')", "It has a score of 0.9820."),
    "a syntax error": ("import mnist\nprint('We'\nscore = 1", "line 2: '(' was never closed"),
    "not even text": ("\0", "Python cannot read"),
    "an exception": ("import mnist\n\nscore = 1 / 0", "Line 3 fails: ZeroDivisionError"),
    "a misspelt name": ("images = 1\nprint(imags)", "Is the name spelt as before?"),
    "another library": ("import torchvision", "pip install -r requirements.txt"),
    "a question": ("input('Ready?')", "Take input() out"),
    "nothing printed": ("fit = print\nfit()", "It prints no score"),
    "0.1, scaled twice": (TWICE, "scaled twice"),
    "0.1": ("print('We have a score of 0.0980')", "Is the learning rate far too"),
    "a low score": ("print('We have a score of 0.5')", "is low"),
    "too good": ("print('We have a score of 1.0')", "too good to be true"),
    "over 1": ("print('We have a score of 8795')", "divide the number of right"),
    "an early exit": ("raise SystemExit('No images.')", "It fails: No images."),
    "no network": (
        "raise SystemExit('Could not download t10k: refused.\\nCheck the connection.')",
        "Run python mnist.py where there is a network",
    ),
}
FINE = ["only step 01", "a score", "a score among other numbers", "our own words first"]
FINE += ["a copy of step 07", "a score in percent"]


def check(folder, data, seconds=60):
    """Run the checker as the README says. It must leave the folder as it was."""
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    command = [sys.executable, "-m", "pytest", f"--folder={folder}", "--seconds", str(seconds)]
    result = run([*command, "-p", "no:cacheprovider"], ROOT, data)
    assert "Traceback" not in result.stdout + result.stderr
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before
    return result


@pytest.fixture(scope="module")
def many_scripts(tmp_path_factory):
    """What the checker says of all these scripts, each in a folder of its own, in one run."""
    folder = tmp_path_factory.mktemp("Müllers Projekt")
    shutil.copy(ROOT / "mnist.py", folder)
    for what, (code, _) in SCRIPTS.items():
        (folder / what).mkdir()
        (folder / what / "main.py").write_text(code, encoding="utf-8")
    result = check(folder, folder / "no data")
    assert result.returncode == 1
    assert "Congratulations" not in result.stdout
    return result.stdout


@pytest.mark.parametrize("what", SCRIPTS)
def test_a_script(what, many_scripts):
    section = many_scripts.split(f"...    {Path(what, 'main.py')} runs")[1].split("...   ")[0]
    assert SCRIPTS[what][1] in section
    assert ("to do" in section) == (what not in FINE)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ("0.8725", "Congratulations! Your network reads digits."),
        ("0.9821", "Congratulations! That is a good network."),
        ("0.9943", "Congratulations! Few plain networks have ever been better"),
    ],
)
def test_a_complete_folder(score, words, folder, tmp_path):
    shutil.copy(ROOT / "mnist.py", folder)
    (folder / "process_digits.py").write_text(f"print('We have a score of {score}')")
    result = check(folder, tmp_path / "no data")
    assert result.returncode == 0
    assert f"done   {words}" in result.stdout


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("pass", "did not end within 1 s. Is there"),
        ("print(99 * 'x')", "prints without end. Is there"),
    ],
)
def test_a_script_without_end(body, words, folder, tmp_path):
    shutil.copy(ROOT / "mnist.py", folder)
    (folder / "process_digits.py").write_text(f"while True:\n    {body}")
    result = check(folder, tmp_path / "no data", seconds=1 if body == "pass" else 60)
    assert result.returncode == 1
    assert f"It {words} a loop without an end?" in result.stdout


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "Müllers Projekt"
    folder.mkdir()
    return folder


def test_an_empty_folder(folder, tmp_path):
    result = check(folder, tmp_path / "no data")
    assert result.returncode == 1
    assert "There is no mnist.py. Copy it here" in result.stdout
    assert "There is no script yet. Write process_digits.py" in result.stdout


def test_only_mnist_py(folder, tmp_path):
    shutil.copy(ROOT / "mnist.py", folder)
    result = check(folder, tmp_path / "no data")
    assert result.returncode == 1
    assert "ok     mnist.py is here." in result.stdout
    assert "There is no script yet. Write process_digits.py" in result.stdout


def test_another_mnist_py_and_a_name_that_is_taken(folder, tmp_path):
    (folder / "mnist.py").write_text("import mnist\nprint(mnist)", encoding="utf-8")
    assert "mnist.py has no function load()" in check(folder, tmp_path / "no data").stdout
    (folder / "random.py").touch()
    assert "Give random.py another name" in check(folder, tmp_path / "no data").stdout


def test_damaged_data(folder, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "train-images-idx3-ubyte.gz").write_bytes(b"cut short")
    result = check(folder, data)
    assert f'The data in {data} is damaged. Run "python mnist.py" to mend it.' in result.stdout


def test_steps_in_folders_of_their_own(folder, tmp_path):
    """Copied steps are found one folder down. Files that score nothing are left alone."""
    shutil.copy(ROOT / "mnist.py", folder)
    (folder / "step 02").mkdir()
    (folder / "step 02" / "main.py").write_text(
        "import mnist; print('score 0.88')", encoding="utf-8"
    )
    (folder / "notes.py").write_text("raise SystemExit('never run')", encoding="utf-8")
    result = check(folder, tmp_path / "no data")
    assert result.returncode == 0
    assert "It has a score of 0.8800." in result.stdout


def test_a_missing_folder(tmp_path):
    command = [sys.executable, "-m", "pytest", "--folder", tmp_path / "my_projct"]
    result = run(command, ROOT, tmp_path)
    assert result.returncode == 4
    assert "my_projct. Is the name right?" in result.stderr


def test_the_command_of_the_readme():
    """With a space, and a folder in this one: pytest takes such a word for a place of tests."""
    assert "python -m pytest --folder my_project\n" in README
    with tempfile.TemporaryDirectory(prefix="my_project_", dir=ROOT) as folder:
        command = [sys.executable, "-m", "pytest", "--folder", Path(folder).name]
        assert "There is no mnist.py. Copy it here" in run(command, ROOT, ROOT / "no data").stdout
