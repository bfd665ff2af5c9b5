"""The participant's checker: python -m pytest --folder my_project

It says what is there and works, and gives a hint for what does not. Nothing in the folder is
changed: everything runs in a copy. test_checker.py tests this file.
"""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import mnist
from conftest import EXAMPLES, ROOT

NOT_COPIED = (".*", "venv", "env", "__pycache__", "mnist_data")
TOO_MUCH = 10_000_000  # letters of output
LIBRARIES = {"numpy", "scipy", "sklearn", "joblib", "matplotlib"}
# The first lines of the steps: copies of them are known by these.
TITLES = {
    ast.get_docstring(ast.parse(main.read_text(encoding="utf-8"))).partition("\n")[0]
    for main in EXAMPLES
}
# A word in the last line of an error, and what to do. The first that is found counts.
HINTS = {
    "No module named 'mnist'": "Copy mnist.py from the folder of the README beside it.",
    "No module named": "Activate the virtual environment, then: pip install -r requirements.txt",
    "module 'mnist' has no attribute": "Copy mnist.py from the folder of the README once more.",
    "EOFError": "It waits for the keyboard. Take input() out.",
    "NameError": "Is the name spelt as before? Does the line that makes it come earlier?",
    "ConnectionError": "Is there a network?",
    "Could not download": "Run python mnist.py where there is a network. Or take download() out of "
    "the script: then it uses the small sample.",
    "inconsistent numbers of samples": "Are images and labels of the same part, training or test?",
    "features": "Were training and test images changed in the same way?",
    "not fitted": "Call fit before predict.",
    "": "Compare this line with the step in the README.",
}


def check_mnist_py(folder):
    """Return what is true of the folder's mnist.py. A ValueError says what to do."""
    path = folder / "mnist.py"
    if not path.is_file():
        raise ValueError("There is no mnist.py. Copy it here from the folder of the README.")
    for other in folder.glob("*.py"):
        if other.stem in LIBRARIES | set(sys.stdlib_module_names):
            library = f"Python takes it for the library {other.stem}"
            raise ValueError(f"Give {other.name} another name: {library}.")
    code = path.read_text(encoding="utf-8", errors="replace")
    if code.split() == (ROOT / "mnist.py").read_text(encoding="utf-8").split():
        return "mnist.py is here."
    if "def load(" in code:
        return "mnist.py is here, though it is not the one beside the README."
    raise ValueError(
        "mnist.py has no function load(). Copy it from the folder of the README, and give your own "
        "file another name."
    )


def check_data(folder, copy):
    """Copy the data, and return what it is. A ValueError says what to do."""
    data = Path(os.environ.get("MNIST_DIR") or folder / "mnist_data")
    copy.mkdir()
    for name in (*mnist.FILES, "mnist.npz"):
        if (data / name).is_file():
            shutil.copy(data / name, copy)
    if not any(copy.iterdir()):
        return (
            'There is no MNIST here yet: the small sample serves. (To get it: "python mnist.py".)'
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_DIR", str(copy))
        try:
            mnist.load()
        except mnist.MNISTError:
            raise ValueError(
                f'The data in {data} is damaged. Run "python mnist.py" to mend it.'
            ) from None
    return "The data is MNIST."


def scripts_in(folder):
    """Return the scripts here and one folder below that score something, or bear the usual name."""
    found = []
    for path in sorted([*folder.glob("*.py"), *folder.glob("[!._]*/*.py")]):
        code = path.read_text(encoding="utf-8", errors="replace")
        scores = re.search(r"import mnist|from mnist", code) and "score" in code
        names = ("process_digits.py", "main.py")
        if path.name != "mnist.py" and (scores or path.name in names):
            found.append(path.relative_to(folder))
    return found


def check_script(folder, script, data, temporary, seconds):
    """Yield sentence after sentence on what works. A ValueError says what does not."""
    try:
        code = (folder / script).read_bytes()
        tree = ast.parse(code)
    except SyntaxError as error:
        raise ValueError(
            f"Python cannot read line {error.lineno}: {error.msg}. Look at the line before, too."
        ) from None
    copy = shutil.copytree(folder, temporary, ignore=shutil.ignore_patterns(*NOT_COPIED))
    started = time.monotonic()
    status, output, errors = run_script(copy / script, data, seconds)
    if len(output) > TOO_MUCH:
        raise ValueError("It prints without end. Is there a loop without an end?")
    if status is None:
        raise ValueError(
            f"It did not end within {seconds:.0f} s. Is there a loop without an end? If it only "
            "needs more time, give it more: --seconds 900"
        )
    if status != 0:
        last = (errors.strip().splitlines() or ["It ended early."])[-1]
        if "Could not download" in errors:
            last = "Could not download"
        lines = re.findall(rf'File ".*{re.escape(script.name)}", line (\d+)', errors)
        where = f"Line {lines[-1]} fails" if lines else "It fails"
        hint = next(HINTS[words] for words in HINTS if words in last)
        raise ValueError(f"{where}: {last.rstrip('.')[:200]}. {hint}")
    yield f"It runs to its end, in {time.monotonic() - started:.0f} s."

    if "fit(" not in ast.unparse(tree) and "score" not in output.lower():
        yield "It loads the data: step 01 is done. Go on with step 02."
        return
    found = re.findall(r"We have a score of ([\d.]+)()", output)
    # Otherwise it is the number at the end of the last line that speaks of a score.
    found = found or re.findall(r"(?im)\bscore\b.*?\b(\d+(?:\.\d+)?) ?(%?)\W*$", output)
    if not found and (ast.get_docstring(tree) or "").partition("\n")[0] in TITLES:
        yield "It is a step of the workshop that prints no score."
        return
    if not found:
        raise ValueError("It prints no score. Print one as in step 02: We have a score of ...")
    score = float(found[-1][0]) / (100 if found[-1][1] else 1)
    check_score(score, ast.unparse(tree))
    yield f"It has a score of {score:.4f}."


def check_score(score, code):
    """Raise a ValueError that says what to do, unless this is a score to be glad of."""
    if score > 1:
        problem = "cannot be: divide the number of right guesses by the number of test images"
    elif score > 0.9985:
        problem = "is too good to be true: count on the test images, not on the training images"
    elif score < 0.2 and len(re.findall(r"train\w* (?:= .*)?/=? .*255", code)) > 1:
        problem = "is mere guessing: the training images are scaled twice, once is right"
    elif score < 0.2:
        problem = (
            "is mere guessing: are training and test images scaled alike, and only once? Is the "
            "learning rate far too large, or far too small?"
        )
    elif score < 0.75:
        problem = (
            "is low: step 02 has more than 0.75. Has it as many passes, and the same learning rate?"
        )
    else:
        return
    raise ValueError(f"A score of {score:g} {problem}.".replace("?.", "?"))


def run_script(script, data, seconds):
    """Return the exit status, None if it took too long, and what was printed."""
    environment = {**os.environ, "MNIST_DIR": str(data), "MPLBACKEND": "agg", "BROWSER": "true"}
    environment["PYTHONIOENCODING"] = "utf-8"
    logs = [script.with_suffix(f".{name}.log") for name in ("output", "errors")]
    # Into files, and not through pipes: those would stay open as long as any helper process lives.
    with open(logs[0], "wb") as output, open(logs[1], "wb") as errors:
        process = subprocess.Popen(
            [sys.executable, script.name],
            cwd=script.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        end = time.monotonic() + seconds
        try:
            while (status := process.poll()) is None and time.monotonic() < end:
                if logs[0].stat().st_size > TOO_MUCH:
                    break
                time.sleep(0.05)
        finally:  # too late, too much, or Ctrl-C
            if process.poll() is None:
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()
                process.wait()
    return status, *(log.read_text(encoding="utf-8", errors="replace") for log in logs)


# What follows is the checker itself, as pytest runs it.


def pytest_generate_tests(metafunc):
    if "script" in metafunc.fixturenames:
        folder = Path(metafunc.config.getoption("--folder"))
        metafunc.parametrize("script", scripts_in(folder), ids=str)


@pytest.fixture(scope="session")
def folder(request):
    return Path(request.config.getoption("--folder"))


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("checker") / "data"


@pytest.fixture(scope="session")
def scores():
    """The scores of all scripts that were checked."""
    return []


@pytest.fixture
def say(capfd):
    def say(kind, sentence):
        with capfd.disabled():
            print(f"{kind:6} {sentence}", flush=True)

    return say


@pytest.fixture
def hint(say):
    """Turn what is wrong into a failed test that shows nothing but the hint."""

    def hint(problem):
        say("to do", str(problem))
        pytest.fail(str(problem), pytrace=False)

    return hint


def test_mnist_py(folder, say, hint):
    try:
        say("ok", check_mnist_py(folder))
    except ValueError as problem:
        hint(problem)


def test_data(folder, data, say, hint):
    try:
        say("ok", check_data(folder, data))
    except ValueError as problem:
        hint(problem)


def test_there_is_a_script(folder, hint):
    if not scripts_in(folder):
        hint("There is no script yet. Write process_digits.py: the README's step 01 shows how.")


def test_script(request, folder, script, data, tmp_path, scores, say, hint):
    seconds = request.config.getoption("--seconds")
    say("...", f"{script} runs. It may take up to {seconds:.0f} s.")
    try:
        for sentence in check_script(folder, script, data, tmp_path / "copy", seconds):
            say("ok", sentence)
            scores += map(float, re.findall(r"score of (.*)\.$", sentence))
    except ValueError as problem:
        hint(f"{script}: {problem}")


def test_congratulations(request, say, scores):
    if request.session.testsfailed:
        pytest.skip("there is something to do first")
    best = max(scores, default=0)
    if best == 0:
        say("next", "Well done so far. Train a network: step 02.")
    elif best < 0.95:
        say(
            "done",
            "Congratulations! Your network reads digits. Can you improve it? Go on: step 03.",
        )
    elif best < 0.99:
        say("done", "Congratulations! That is a good network. Let it read your own hand: step 08.")
    else:
        say("done", "Congratulations! Few plain networks have ever been better than yours.")
