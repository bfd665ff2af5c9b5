"""The README's Practice, and the presenter's mirror, from an empty folder: with --mnist."""

import re
import shutil
import subprocess
import sys

import pytest

from conftest import README, fresh_copy, run

DOWNLOAD = "python mnist.py"
SET_UP = ["mkdir my_project", "cp mnist.py my_project", "cd my_project"]
TAKE_ALONG = "python mnist.py --mirror ../mnist_data"
RUN = "python process_digits.py"
FINISHED_STEP = "python ../examples/01_downloading_the_mnist_database/main.py"
CHECK = "python -m pytest --folder my_project"
SERVE = "python -m http.server 8000 --directory mnist_data"
COMMANDS = [DOWNLOAD, *SET_UP, TAKE_ALONG, RUN, FINISHED_STEP, CHECK, SERVE]


def block_after(words, language="text"):
    """The first code block behind these words."""
    return re.search(rf"```{language}\n(.*?)```", README.split(words)[1], re.DOTALL)[1]


@pytest.fixture(scope="module")
def clone(request, data_folder, tmp_path_factory):
    """A fresh copy of the project, whose mnist.py knows one mirror: a presenter's laptop."""
    if not request.config.getoption("--mnist"):
        pytest.skip("needs the real data: run with --mnist")
    clone = fresh_copy(tmp_path_factory.mktemp("workshop"))
    presenter = tmp_path_factory.mktemp("presenter")
    shutil.copytree(data_folder, presenter / "mnist_data")
    command = SERVE.replace("8000", "0 --bind 127.0.0.1").split()[1:]
    server = subprocess.Popen(
        [sys.executable, "-u", *command],
        cwd=presenter,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    address = re.search(r"http://[\d.:]+", server.stdout.readline())[0]
    code = (clone / "mnist.py").read_text(encoding="utf-8")
    before, _, after = re.split(r"(?s)(?<=\nMIRRORS = )(\[.*?\])", code)
    code = f'{before}["{address}"]{after}'
    (clone / "mnist.py").write_text(code, encoding="utf-8")
    yield clone
    server.terminate()


def do(command, folder, clone):
    """A command of the README, by this Python, with the data where mnist.py puts it."""
    words = command.replace("python", sys.executable, 1).split()
    # A participant has installed the clone: its mnist.py is found behind one beside the script.
    result = run(words, folder, "", no_proxy="127.0.0.1", PYTHONPATH=str(clone))
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def my_project(clone):
    """The folder of a participant who has written step 01 and step 02."""
    shown = block_after("<!-- output of python mnist.py -->")
    assert do(DOWNLOAD, clone, clone) == shown
    folder = clone / "my_project"
    folder.mkdir()
    shutil.copy(clone / "mnist.py", folder)
    assert do(TAKE_ALONG, folder, clone) == shown
    names = [sorted(p.name for p in (place / "mnist_data").iterdir()) for place in (clone, folder)]
    assert names[0] == names[1]
    blocks = re.findall(r"```python\n(.*?)```", README.split("### Step 02")[1], re.DOTALL)
    step_02 = [blocks[0], block_after("### Step 01", "python"), *blocks[1:4]]
    (folder / "process_digits.py").write_text("".join(step_02), encoding="utf-8")
    return folder


def test_a_participant_gets_a_score(clone, my_project):
    """As step 02 wobbles with rounding, its score only has to be near."""
    output = do(RUN, my_project, clone)
    assert "We have successfully loaded the MNIST data!\n" in output
    score = float(re.search(r"We have a score of (.*)\n$", output)[1])
    assert score == pytest.approx(0.8795, abs=0.03)


def test_the_finished_step_01_runs_from_there(clone, my_project):
    output = do(FINISHED_STEP, my_project, clone)
    assert output.startswith(block_after("<!-- output of step 01 -->"))


def test_the_checker_says_what_is_shown(clone, my_project):
    output = do(CHECK, clone, clone)
    shown = block_after("<!-- output of the checker -->")
    numbers = [re.sub(r"\d+ s\.|0\.\d+", "#", text) for text in (shown, output)]
    assert numbers[0] in numbers[1]
