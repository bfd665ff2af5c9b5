"""Check a participant's project: python tests/check.py my_project

It runs the scripts in a copy of the folder, so nothing of yours is changed. It says what is there
and works, on which rung of the ladder your score stands, and gives a hint for what comes next.

    --hint          a stronger hint; given twice, the strongest
    --seconds 900   more time for a slow script

Of several folders it reports one after the other, and then makes a table, best score first:
python tests/check.py teams/*. The exit status is 0 if all is well, and 1 if something is to do.

The scripts run with your rights: check only what you would run yourself.
"""

import argparse
import ast
import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import hints
import mnist
from score_reader import read_score
from script_reader import Script

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = sys.platform == "win32"

NOT_COPIED = (".*", "venv", "env", "__pycache__", "mnist_data")
DATA_FILES = ("*-ubyte.gz", "*.npz")
USUAL_NAMES = ("process_digits.py", "main.py")
LIBRARIES = {"numpy", "scipy", "sklearn", "joblib", "matplotlib"} | set(sys.stdlib_module_names)
TOO_MUCH = 10_000_000  # bytes of output
SECONDS = 300  # for a script that prints nothing
PATIENCE = 4  # times as long may a script take that goes on printing, or that has to wait
TRAINING_IMAGES = 60_000  # MNIST has as many; the sample has fewer

GUESS = 0.2  # Chance is 0.1.
LOW = 0.75  # The original recipe had more in every run.
TOO_GOOD = 0.998  # No network of any kind has honestly read so many of MNIST's test images.


@dataclass(frozen=True)
class Result:
    """One thing that the checker has to say, and the score that it speaks of, if any."""

    kind: str  # "ok", "...", "note", "to do", "hint", "done" or "next"
    sentence: str
    score: float | None = None


@dataclass(frozen=True)
class Run:
    """How a script ran."""

    ending: str  # "ended", "prints without end", "silent", "still printing" or "waiting"
    status: int | None
    output: str
    errors: str
    seconds: float


class ToDo(Exception):  # noqa: N818
    """Something in the folder wants doing: the text says what. It is no error of this program."""

    def __init__(self, sentence, hint=None):
        super().__init__(sentence)
        self.hint = hint

    def results(self, strength):
        yield Result("to do", str(self))
        if self.hint:
            yield hint_result(self.hint, strength)


def check(folder, seconds=SECONDS, strength=0):
    """Yield a Result for everything that is to be said of a folder.

    A strength of 0, 1 or 2 chooses the hints.
    """
    all_is_well = True
    scored = []  # of each script with a sensible score: the score, and the Script
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        data = Path(temporary, "data")
        on_mnist = False
        try:
            result = check_mnist_py(folder)
            if result:
                yield result
        except ToDo as problem:
            all_is_well = False
            yield from problem.results(strength)
        try:
            on_mnist = copy_data(folder, data)
            yield data_result(on_mnist)
        except ToDo as problem:
            all_is_well = False
            yield from problem.results(strength)
        scripts = find_scripts(folder)
        for result in check_names(folder, scripts):
            all_is_well = all_is_well and result.kind != "to do"
            yield result
        for number, name in enumerate(scripts):
            copy = Path(temporary, f"copy {number}")
            try:
                for result in check_script(folder, name, copy, data, seconds, on_mnist):
                    yield result
                    if result.score is not None:
                        scored.append((result.score, follow(folder / name)))
            except ToDo as problem:
                all_is_well = False
                yield from ToDo(f"{name}: {problem}", problem.hint).results(strength)
    if scored:
        best_score, best_script = max(scored, key=lambda pair: pair[0])
        yield from place_on_the_ladder(best_score, best_script, on_mnist, all_is_well, strength)
    elif all_is_well:
        yield Result("next", "Well done so far! Now train a network: step 02.")


# What is in the folder.


def check_mnist_py(folder):
    """Return a Result for a copy of mnist.py, or None: it is installed, so no copy is needed."""
    path = folder / "mnist.py"
    if not path.is_file():
        return None
    code = path.read_text(encoding="utf-8", errors="replace")
    if code.split() == (ROOT / "mnist.py").read_text(encoding="utf-8").split():
        return Result("ok", "mnist.py is here.")
    if "def load(" in code:
        return Result("ok", "mnist.py is here, though it is not the one beside the README.")
    raise ToDo(
        "mnist.py has no function load(). Give this file of yours another name, or Python takes it "
        "for the workshop's."
    )


def copy_data(folder, copy):
    """Copy the data for the scripts, and return whether it is the real MNIST."""
    data = folder / "mnist_data"
    if os.environ.get("MNIST_DIR") or not data.is_dir():
        data = mnist.data_folder()
    copy.mkdir()
    for pattern in DATA_FILES:
        for path in data.glob(pattern):
            shutil.copy(path, copy)
    if not any(copy.iterdir()):
        return False
    try:
        with (
            mock.patch.dict(os.environ, MNIST_DIR=str(copy)),
            contextlib.redirect_stderr(None),  # It would tell of the sample.
        ):
            training_images, *_ = mnist.load()
    except OSError:
        raise ToDo(f'The data in {data} is damaged. Run "python mnist.py" to mend it.') from None
    return len(training_images) == TRAINING_IMAGES


def data_result(on_mnist):
    if on_mnist:
        return Result("ok", "The data is MNIST.")
    return Result(
        "ok",
        "There is no MNIST here yet: the small sample serves. "
        '(To get MNIST, run "python mnist.py".)',
    )


def find_scripts(folder):
    """Return the scripts here and one folder below that score something, or bear a usual name."""
    found = []
    for path in python_files(folder):
        code = path.read_text(encoding="utf-8", errors="replace")
        uses_mnist = re.search(r"^\s*(import|from) mnist\b", code, re.MULTILINE)
        scores = re.search(r"score|accuracy|predict", code)
        if path.name != "mnist.py" and (path.name in USUAL_NAMES or (uses_mnist and scores)):
            found.append(path.relative_to(folder))
    return found


def python_files(folder):
    return sorted([*folder.glob("*.py"), *folder.glob("[!._]*/*.py")])


def check_names(folder, scripts):
    """Yield a Result for each file whose name is in the way, and one if there is no script."""
    for path in python_files(folder):
        if path.stem in LIBRARIES:
            yield Result(
                "to do",
                f"Give {path.name} another name: Python takes it for the library {path.stem}.",
            )
    misnamed = [*folder.glob("*.py.txt"), *folder.glob("process_digits.txt")]
    for path in misnamed:
        name = path.name.removesuffix(".txt").removesuffix(".py") + ".py"
        yield Result(
            "to do",
            f"{path.name} is a text and no script to Python. Rename it to {name}. (On Windows, let "
            "the Explorer first show file name extensions, in the menu View.)",
        )
    notebooks = sorted(folder.glob("*.ipynb"))
    for path in notebooks:
        yield Result(
            "note" if scripts else "to do",
            f"{path.name} is a notebook, which is not run here. Save its code as process_digits.py "
            "(in Jupyter: File, Save and Export Notebook As, Executable Script).",
        )
    if not scripts and not misnamed and not notebooks:
        yield Result("to do", "There is no script yet. Write process_digits.py: step 01 shows how.")


# One script.


def check_script(folder, name, copy, data, seconds, on_mnist):
    """Yield what works in a script, the score last. A ToDo says what does not."""
    script = follow(folder / name)
    copy_project(folder, copy)
    yield Result("...", f"{name} runs. A network takes a minute or two: time for a stretch.")
    run = run_script(copy / name, data, seconds)
    judge_run(run, name, seconds)
    yield Result("ok", f"It runs to its end, in {run.seconds:.0f} s.")
    reading = read_score(run.output)
    if reading is None or not reading.sure:
        if is_a_step(script):
            yield Result("ok", "It is a step of the workshop that prints no score.")
            return
        if not script.trains:
            yield Result("ok", "It loads the data: step 01 is done. Go on with step 02.")
            return
    if reading is None:
        raise ToDo("It prints no score. Print one as in step 02: We have a score of ...")
    if not reading.sure:
        raise ToDo(
            f'Is there a score in the line "{shortened(reading.line)}"? To be sure, print it as in '
            "step 02: We have a score of ..."
        )
    judge_score(reading, script, on_mnist)
    yield Result("ok", f"It has a score of {reading.score:.4f}.", reading.score)


def follow(path):
    """Return the Script, or raise a ToDo where Python itself cannot read it."""
    try:
        return Script(ast.parse(path.read_bytes()))
    except SyntaxError as error:
        raise ToDo(
            f"Python cannot read line {error.lineno}: {error.msg}. Look at the line before, too."
        ) from None
    except ValueError:  # It holds null bytes, so it is no text. Since Python 3.12: a SyntaxError.
        raise ToDo("Python cannot read it: save it as plain text, in UTF-8.") from None


def copy_project(folder, copy):
    ignored = shutil.ignore_patterns(*NOT_COPIED)
    try:
        shutil.copytree(folder, copy, ignore=ignored, ignore_dangling_symlinks=True)
    except OSError as error:  # shutil.Error, too, is one.
        raise ToDo(f"The folder could not be copied: {shortened(str(error))}") from None


def run_script(script, data, seconds):
    """Run a script in its folder, and stop it where it does not end by itself."""
    environment = {
        **os.environ,
        "MNIST_DIR": str(data),
        "MPLBACKEND": "agg",  # No window waits to be closed.
        "BROWSER": f'"{Path(sys.executable).as_posix()}" -c "" %s',  # One that shows nothing.
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",  # Each line shows at once that the script lives.
    }
    output_path = script.with_suffix(".output.log")
    errors_path = script.with_suffix(".errors.log")
    started = time.monotonic()
    # Into files, and not through pipes: those stay open as long as any process of the script lives.
    with open(output_path, "wb") as output, open(errors_path, "wb") as errors:
        process = subprocess.Popen(
            [sys.executable, script.name],
            cwd=script.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,  # so that all its processes can be stopped together
        )
        try:
            ending = watch(process, output_path, errors_path, seconds)
        finally:  # After Ctrl-C, too.
            status = process.poll()
            stop(process)
    return Run(
        ending,
        status,
        output_path.read_text(encoding="utf-8", errors="replace"),
        errors_path.read_text(encoding="utf-8", errors="replace"),
        time.monotonic() - started,
    )


def watch(process, output_path, errors_path, seconds):
    """Wait until a process ends, or until it must be stopped. Return how it ended.

    Not the clock alone decides: on a busy computer a script gets only a part of the processor, and
    may need the longer for it. Therefore its processor time counts, where the system tells it.
    """
    started = last_printed = time.monotonic()
    printed = 0
    while process.poll() is None:
        time.sleep(0.05)
        now = time.monotonic()
        size = output_path.stat().st_size + errors_path.stat().st_size
        if size > TOO_MUCH:
            return "prints without end"
        if size > printed:
            printed = size
            last_printed = now
        if now - started < seconds:
            continue
        is_printing = now - last_printed < seconds / 5
        if now - started > PATIENCE * seconds:
            return "still printing" if is_printing else "waiting"
        if not is_printing and processor_seconds(process) > seconds:
            return "silent"
        time.sleep(min(1, seconds))  # Asking for the processor time costs some of it.
    return "ended"


def processor_seconds(process):
    """Return a process's processor time; infinity where the system does not tell it."""
    if (
        WINDOWS
    ):  # There it belongs to another process: python.exe in .venv only starts the real one.
        return float("inf")
    command = ["ps", "-o", "time=", "-p", str(process.pid)]
    try:
        told = subprocess.run(command, capture_output=True, encoding="ascii", check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return float("inf")
    days, _, clock = told.strip().rpartition("-")  # 1-02:03:04, or 3:04.56
    seconds = 0.0
    for part in clock.split(":"):
        seconds = 60 * seconds + float(part)
    return 86400 * int(days or 0) + seconds


def stop(process):
    """Stop a process and all that it has started."""
    if WINDOWS:
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # They have ended already.
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def judge_run(run, name, seconds):
    """Raise a ToDo unless a script ran to its end without an error."""
    more = f"--seconds {3 * PATIENCE * seconds:.0f}"
    if run.ending == "prints without end":
        raise ToDo("It prints without end. Is there a loop without an end?")
    if run.ending == "silent":
        raise ToDo(
            f"It was stopped after {run.seconds:.0f} s, and had long printed nothing. Is there a "
            "loop without an end? If it only needs more time, let the network show its passes with "
            f"verbose=True, and give it more: {more}"
        )
    if run.ending == "still printing":
        raise ToDo(
            f"It was still printing after {run.seconds:.0f} s, so it needs more time: {more}. "
            f'Its last line was "{shortened(last_line(run.output))}"'
        )
    if run.ending == "waiting":
        raise ToDo(
            f"After {run.seconds:.0f} s it had hardly begun. Does it wait for something, or is "
            f"your computer busy with something else? To give it more time: {more}"
        )
    if run.status != 0:
        words = last_line(run.errors) or "It ended early."
        if "Could not download" in run.errors:
            words = "Could not download"
        lines = re.findall(rf'File ".*{re.escape(name.name)}", line (\d+)', run.errors)
        where = f"Line {lines[-1]} fails" if lines else "It fails"
        trouble = next(trouble for trouble in hints.TROUBLES if trouble.words in words)
        raise ToDo(f"{where}: {shortened(words).rstrip('.')}. {trouble.advice}")


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


def shortened(text):
    """Return a text in one line that no terminal can stumble over."""
    text = "".join(letter if letter.isprintable() else " " for letter in text.strip())
    return text if len(text) <= 200 else text[:197] + "..."


def is_a_step(script):
    """Return whether it is a copy of one of the steps: these are known by their first lines."""
    return title(script.tree) in {
        title(ast.parse(main.read_bytes())) for main in ROOT.glob("examples/*/main.py")
    } - {""}


def title(tree):
    return (ast.get_docstring(tree) or "").partition("\n")[0]


# The score.


def judge_score(reading, script, on_mnist):
    """Raise a ToDo unless this is a score to be glad of."""
    score = f"A score of {reading.score:.4g}"
    for mistake in hints.MISTAKES:
        if mistake.found_in(script):
            raise ToDo(f"{mistake.what} ({score} says little.)", mistake.hint)
    if 1 < reading.score <= 100:
        raise ToDo(
            f'{score} cannot be. If the line "{shortened(reading.line)}" means per cent, divide by '
            "100: We have a score of 0.88",
            hints.IMPOSSIBLE,
        )
    if reading.score > 1:
        raise ToDo(f"{score} cannot be: 1 is the most.", hints.IMPOSSIBLE)
    if reading.score < GUESS:
        hint = improvement_for(reading.score, script) or hints.GUESSING
        raise ToDo(f"{score} is mere guessing.", hint)
    if not on_mnist:  # On the sample, one experiment differs more from the other.
        return
    if reading.score > TOO_GOOD:
        raise ToDo(f"{score} is too good to be true.", hints.TOO_GOOD)
    if reading.score < LOW:
        hint = improvement_for(reading.score, script) or hints.LIKE_STEP_02
        raise ToDo(f"{score} is low: step 02 has more than {LOW}.", hint)


def improvement_for(score, script):
    """Return the hint for the first thing that would help this script, or None."""
    for improvement in hints.IMPROVEMENTS:
        if score < improvement.limit and improvement.found_in(script):
            return improvement.hint
    return None


def place_on_the_ladder(score, script, on_mnist, all_is_well, strength):
    """Yield congratulations, and the hint for the next rung."""
    hint = improvement_for(score, script)
    if not on_mnist:
        yield Result(
            "done",
            f"Well done: your network reads digits, with a score of {score:.4f} on the small "
            "sample. The rungs of the ladder are for MNIST, where scores are others.",
        )
        if hint:
            yield hint_result(hint, strength)
        return
    reached = [rung for rung in hints.RUNGS if score >= rung.least]
    above = hints.RUNGS[len(reached) :]
    cheer = "Congratulations!" if all_is_well else "Your best score:"
    if reached:
        rung = reached[-1]
        yield Result(
            "done",
            f"{cheer} {score:.4f} stands on rung {len(reached)} of {len(hints.RUNGS)}: about "
            f"{rung.name} ({rung.reached_with}). {rung.praise}",
        )
    else:
        yield Result("done", f"{cheer} {score:.4f} is just below the first rung.")
    if above:
        yield Result("next", f"The next rung is about {above[0].name}.")
        yield hint_result(hint or above[0].hint, strength)


def hint_result(hint, strength):
    strengths = (hint.question, hint.advice, hint.recipe)
    more = " (For a stronger hint, add --hint.)"
    if strength == 1:
        more = " (For the strongest, add --hint --hint.)"
    if strength >= len(strengths) - 1:
        return Result("hint", strengths[-1])
    return Result("hint", strengths[strength] + more)


# The program.


def report(folder, seconds, strength):
    """Print what is to be said of a folder, and return it."""
    results = []
    for result in check(folder, seconds, strength):
        print(in_columns(result.kind, result.sentence), flush=True)
        results.append(result)
    return results


def in_columns(kind, sentence):
    return textwrap.fill(
        sentence,
        width=96,
        initial_indent=f"{kind:7}",
        subsequent_indent=" " * 7,
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(reports):
    """Return the lines of a table of folders, best score first. Equal scores share a place."""
    rows = []
    for folder, results in reports.items():
        scores = [result.score for result in results if result.score is not None]
        on_mnist = any(result.sentence == data_result(True).sentence for result in results)
        rows.append((on_mnist, max(scores, default=0), folder))
    rows.sort(key=lambda row: (row[1] > 0, row[0], row[1]), reverse=True)
    lines = ["place  score   folder"]
    for on_mnist, score, folder in rows:
        place = 1 + [row[:2] for row in rows].index((on_mnist, score))
        remark = "" if on_mnist else "  (on the small sample)"
        if score:
            lines.append(f"{place:5}  {score:.4f}  {folder}{remark}")
        else:
            lines.append(f"    -       -  {folder}")
    return lines


def folders_in(arguments, parser):
    """Return the folders that were named. Not every shell replaces a * by what is there."""
    paths = []
    for argument in arguments:
        is_pattern = glob.has_magic(argument) and not Path(argument).exists()
        paths += sorted(glob.glob(argument)) if is_pattern else [argument]
    folders = [Path(path) for path in paths if Path(path).is_dir()]
    for path in map(Path, paths):
        if not path.exists():
            parser.error(f"There is no folder {path}. Is the name right?")
        if not path.is_dir() and len(paths) == 1:
            parser.error(f"{path} is a file. Name the folder that it is in.")
    if not folders:
        parser.error(f"There is no folder {' '.join(arguments)}. Is the name right?")
    return folders


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument(
        "--hint", action="count", default=0, help="a stronger hint; again: stronger"
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long a script may take")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")  # Some terminals know nothing but ASCII.
    reports = {}
    for folder in folders_in(arguments.folders, parser):
        if len(arguments.folders) > 1:
            print(f"\n{folder}\n")
        reports[folder] = report(folder, arguments.seconds, arguments.hint)
    if len(reports) > 1:
        print("", *table(reports), sep="\n")
    return int(any(result.kind == "to do" for results in reports.values() for result in results))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
