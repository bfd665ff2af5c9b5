"""Check a participant's project: python tests/check.py my_project

It runs the scripts in a copy of the folder, so nothing of yours is changed, and watches what their
networks are given and what they answer. It says what they did and what their true score is, on
which rung of the ladder that stands, and gives a hint for what comes next.

    --hint          a stronger hint; given twice, the strongest
    --seconds 900   more time for a slow script

Of several folders it reports one after the other, and then makes a table, best score first:
python tests/check.py teams/*. The exit status is 0 if all is well, and 1 if something is to do.

The scripts run with your rights: check only what you would run yourself.
"""

import argparse
import ast
import contextlib
import functools
import glob
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import tokenize
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import mnist

HERE = Path(__file__).resolve().parent
KNOWN = tomllib.loads((HERE / "hints.toml").read_text(encoding="utf-8"))
WINDOWS = sys.platform == "win32"

NOT_COPIED = (".*", "venv", "env", "__pycache__", "mnist_data")
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
    """One thing that the checker has to say, and the score that it measured, if any."""

    kind: str  # "ok", "...", "note", "to do", "hint", "done" or "next"
    sentence: str
    score: float | None = None
    network: dict | None = None  # the network that had this score
    rehearsal: bool = False  # on validation images, and not in the test


class ToDo(Exception):  # noqa: N818
    """Something in the folder wants doing: the text says what. It is no error of this program."""

    def __init__(self, sentence, hint=None):
        super().__init__(sentence)
        self.hint = hint

    def results(self, strength, name=""):
        yield Result("to do", f"{name}{self}")
        if self.hint:
            yield hint_result(self.hint, strength)


def mistake(name, **measured):
    hint = KNOWN["mistakes"][name]
    return ToDo(hint["says"].format_map(measured), hint)


def check(folder, seconds=SECONDS, strength=0):
    """Yield a Result for everything that is to be said of a folder.

    A strength of 0, 1 or 2 chooses the hints.
    """
    all_is_well = True
    scored = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        data = Path(temporary, "data")
        on_mnist = False
        for look in (lambda: check_mnist_py(folder), lambda: copy_data(folder, data)):
            try:
                for result in look():
                    yield result
                    on_mnist = on_mnist or result == MNIST_IS_HERE
            except ToDo as problem:
                all_is_well = False
                yield from problem.results(strength)
        scripts = find_scripts(folder)
        for result in check_names(folder, scripts):
            all_is_well = all_is_well and result.kind != "to do"
            yield result
        for number, name in enumerate(scripts):
            place = Path(temporary, str(number))
            try:
                for result in check_script(folder, name, place, data, seconds, on_mnist):
                    yield result
                    if result.score is not None:
                        scored.append(result)
            except ToDo as problem:
                all_is_well = False
                yield from problem.results(strength, f"{name}: ")
    if scored:
        best = max(scored, key=lambda result: (not result.rehearsal, result.score))
        yield from place_on_the_ladder(best, on_mnist, all_is_well, strength)
    elif all_is_well:
        yield Result("next", "Well done so far! Now let a network read the test images: step 02.")


# What is in the folder.


def check_mnist_py(folder):
    """Yield a Result for a copy of mnist.py, if there is one: it is installed, so none is needed."""
    path = folder / "mnist.py"
    if path.is_file():
        code = text_of(path)
        if "def load(" not in code:
            raise ToDo(
                "mnist.py has no function load(). Give this file of yours another name, or Python "
                "takes it for the workshop's."
            )
        ours = code.split() == text_of(HERE.parent / "mnist.py").split()
        yield Result("ok", f"mnist.py is here{'' if ours else ', though not the one of the map'}.")


MNIST_IS_HERE = Result("ok", "The data is MNIST.")


def copy_data(folder, copy):
    """Copy the data for the scripts, and yield what it is."""
    data = folder / "mnist_data"
    if os.environ.get("MNIST_DIR") or not data.is_dir():
        data = mnist.data_folder()
    copy.mkdir()
    if data.is_dir():
        for path in data.iterdir():
            if path.is_file():
                shutil.copy(path, copy)
    try:
        with mock.patch.dict(os.environ, MNIST_DIR=str(copy)):
            with contextlib.redirect_stderr(io.StringIO()):  # It would tell of the sample.
                training_images, *_ = mnist.load()
    except mnist.MNISTError:
        raise ToDo(f'The data in {data} is damaged. Run "python mnist.py" to mend it.') from None
    if len(training_images) == TRAINING_IMAGES:
        yield MNIST_IS_HERE
    else:
        sample = "There is no MNIST here yet: the small sample serves."
        yield Result("ok", f'{sample} (To get MNIST, run "python mnist.py".)')


def text_of(path):
    """Return what can be read of a file, to look for words in it."""
    return path.read_bytes().replace(b"\0", b"").decode("utf-8", errors="replace")


def python_files(folder):
    files = [*folder.glob("*"), *folder.glob("[!._]*/*.*")]
    return sorted(path for path in files if path.suffix.lower() == ".py" and path.is_file())


def find_scripts(folder):
    """Return the scripts here and one folder below that score something, or bear a usual name."""
    found = []
    for path in python_files(folder):
        code = text_of(path)
        uses_mnist = re.search(r"^\s*(import|from) .*\bmnist\b", code, re.MULTILINE)
        scores = re.search(r"score|accuracy|predict|\.fit\(", code)
        if path.name != "mnist.py" and (path.name in USUAL_NAMES or (uses_mnist and scores)):
            found.append(path.relative_to(folder))
    return found


def check_names(folder, scripts):
    """Yield a Result for each file whose name is in the way, and one if there is no script."""
    for path in python_files(folder):
        if path.stem in LIBRARIES:
            yield Result(
                "to do",
                f"Give {path.name} another name: Python takes it for the library {path.stem}.",
            )
    misnamed = [*folder.glob("*.py.*"), *folder.glob("process*digits")]
    misnamed += [path for path in folder.glob("process*digits.*") if path.suffix.lower() != ".py"]
    for path in sorted({path for path in misnamed if path.suffix != ".ipynb" and path.is_file()}):
        name = path.name.partition(".")[0].replace(" ", "_") + ".py"
        yield Result(
            "to do",
            f"{path.name} is no script to Python. Save it as plain text called {name}. (On "
            "Windows, let the Explorer first show file name extensions, in the menu View.)",
        )
    notebooks = sorted(folder.glob("*.ipynb"))
    for path in notebooks:
        yield Result(
            "note" if scripts else "to do",
            f"{path.name} is a notebook, which is not run here. Save its code as process_digits.py "
            "(in Jupyter: File, Save and Export Notebook As, Executable Script).",
        )
    if not scripts and not misnamed and not notebooks:
        others = [path.name for path in python_files(folder) if path.name != "mnist.py"]
        found = f" ({', '.join(others)} reads no digits of mnist.load().)" if others else ""
        yield Result(
            "to do", f"There is no process_digits.py yet. Step 01 shows how to begin it.{found}"
        )


# One script.


def check_script(folder, name, place, data, seconds, on_mnist):
    """Yield what a script does, with its score. A ToDo says what is wrong."""
    code = read_code(folder / name)
    try:
        ignored = shutil.ignore_patterns(*NOT_COPIED)
        shutil.copytree(folder, place / "copy", ignore=ignored, ignore_dangling_symlinks=True)
    except OSError as error:  # shutil.Error, too, is one.
        raise ToDo(f"The folder could not be copied: {shortened(str(error))}") from None
    yield Result("...", f"{name} runs. A network takes a minute or two: time for a stretch.")
    record, output, took = yield from run_script(place / "copy" / name, place, data, seconds)
    judge_ending(record, output, code)
    yield Result("ok", f"It runs to its end, in {took:.0f} s.")
    yield from judge(record, output, code, on_mnist)


def read_code(path):
    """Return the text of a script, or raise a ToDo where Python itself cannot read it."""
    content = path.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        if b"\0" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise SyntaxError
        code = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        raise ToDo("Its letters are not in UTF-8. In your editor, save it as UTF-8.") from None
    for number, line in enumerate(code.splitlines(), 1):
        if re.match(r"\s*[%!]\w|.*\bget_ipython\(", line):
            raise ToDo(
                f'Line {number} comes from a notebook: "{shortened(line)}". Python does not know '
                "such lines: take them out."
            )
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(code)
            compile(code, str(path), "exec")
    except SyntaxError as error:
        number, advice = stray_comma(code)
        if not number or not re.search("positional argument follows|leading zeros", error.msg):
            number = error.lineno or 1
            slips = [slip for slip in KNOWN["slips"] if re.search(slip["words"], error.msg)]
            advice = slips[0]["advice"]
        line = shortened([*code.splitlines(), ""][number - 1])
        raise ToDo(f'Line {number} is no Python: "{line}". {advice}') from None
    if not tree.body:
        raise ToDo("It is empty. Was it saved in the editor?")
    return code


def stray_comma(code):
    """Return the number of the first line with a comma that makes a pair of it, and some advice."""
    for number, line in enumerate(code.splitlines(), 1):
        if re.search(r"[=*/] *-?\d+,\d+ *,? *\)? *(#.*)?$", line):
            return number, "Is this a decimal comma? Python wants a point: 0.2, not 0,2."
        whole = line.count("(") == line.count(")")
        if whole and re.search(r"^\w+ = .*[\w)\]], *(#.*)?$", line):
            return number, "The comma at its end makes something else of it: take it out."
    return None, ""


def run_script(script, place, data, seconds):
    """Run a script in its folder, watched. Yield signs of life; return what was noted and printed.

    Not the clock alone decides when it must be stopped: on a busy computer a script gets only a
    part of the processor, and may need the longer for it. So its processor time counts.
    """
    environment = {
        **os.environ,
        "MNIST_DIR": str(data),
        "MPLBACKEND": "agg",  # No window waits to be closed.
        "BROWSER": f'"{Path(sys.executable).as_posix()}" -c "" %s',  # One that shows nothing.
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",  # Each line shows at once that the script lives.
    }
    note, printed = place / "record.jsonl", place / "output.txt"
    note.touch()
    started = spoke = last_printed = time.monotonic()
    size, ending = 0, None
    # Into a file, and not through a pipe: that stays open as long as any process of it lives.
    with open(printed, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, HERE / "watch.py", note, script],
            cwd=script.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # so that all its processes can be stopped together
        )
        try:
            while process.poll() is None and not ending:
                time.sleep(0.05)
                now = time.monotonic()
                if note.stat().st_size == 0:  # Python itself is still beginning.
                    started = last_printed = now
                if printed.stat().st_size > size:
                    size, last_printed = printed.stat().st_size, now
                prints = now - last_printed < seconds / 5
                worked = last_record(note).get("seconds", 0) if now - started > seconds else 0
                if size > TOO_MUCH:
                    ending = "prints"
                elif now - started > PATIENCE * seconds:
                    ending = "slow" if prints else "stuck" if worked > seconds / 5 else "waits"
                elif worked > seconds and not prints:
                    ending = "stuck"
                if now - spoke > 20:
                    spoke = now
                    line = last_line(printed.read_text("utf-8", errors="replace")[-2000:])
                    yield Result("...", f"{now - started:.0f} s so far. {line}")
        finally:  # After Ctrl-C, too.
            stop(process)
    record = last_record(note)
    more = f"--seconds {3 * PATIENCE * seconds:.0f}"
    record |= {"ending": ending, "status": process.returncode, "more": more}
    return record, printed.read_text("utf-8", errors="replace"), time.monotonic() - started


def last_record(note):
    """Return the last whole line of what was noted."""
    lines = note.read_text(encoding="utf-8").split("\n")[:-1]
    return json.loads(lines[-1]) if lines else {}


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


def judge_ending(record, output, code):
    """Raise a ToDo unless a script ran to its end without an error."""
    ending, more = record["ending"], record["more"]
    line = f" in line {record['line']}" if record.get("line") else ""
    if ending == "prints":
        raise ToDo(f"It prints without end{line}. Is there a loop without an end?")
    if ending == "stuck":
        raise ToDo(
            f"It did not come to its end, and was stopped{line}. Is there a loop without an end? "
            f"If it only needs more time: {more}, and verbose=True shows the network's passes."
        )
    if ending == "slow":
        raise ToDo(
            f"It was still printing when it was stopped{line}, so it needs more time: {more}. "
            f'Its last line was "{last_line(output)}"'
        )
    if ending == "waits":
        raise ToDo(
            f"It had hardly begun when it was stopped{line}. Does it wait for something, or is "
            f"your computer busy with something else? To give it more time: {more}"
        )
    error = record.get("error")
    if any("swapped" in network["marks"] for network in record.get("networks", ())):
        raise mistake("swapped")
    if error:
        number, words = error["line"], shortened(error["words"])
        known = next(known for known in KNOWN["errors"] if re.search(known["words"], words))
        advice = known["advice"]
        comma, what = stray_comma(code)
        if comma and re.search("inhomogeneous|dim 3|Got \\(|tuple|sequence|NoneType", words):
            line = shortened(code.splitlines()[comma - 1])
            advice = f'The slip is in line {comma}: "{line}". {what}'
        where = f"Line {number} fails" if number else "It fails"
        raise ToDo(f"{where}: {words.removeprefix('SystemExit: ').rstrip('.')}. {advice}")
    if "networks" not in record:
        raise ToDo(f"It ended early, and Python with it (status {record['status']}).")
    if not output.strip():
        raise ToDo("It prints nothing. Let it print its score: We have a score of ...")


def last_line(text):
    lines = text.strip().splitlines()
    return shortened(lines[-1]) if lines else ""


def shortened(text):
    """Return a text in one line that no terminal can stumble over."""
    text = "".join(letter if letter.isprintable() else " " for letter in text.strip())
    return text if len(text) <= 200 else text[:197] + "..."


# What its networks did.


def judge(record, output, code, on_mnist):
    """Yield what the exam that a script speaks of has shown, or raise a ToDo."""
    networks = [known for known in record["networks"] if "other classes" not in known["marks"]]
    exams = {"test": [], "validation": [], "training": []}
    for network in networks:
        for exam in network["exams"]:
            exam["score"] = exam["right"] / exam["rows"]
            if exam["rows"] >= 100:
                exams[exam["part"]].append((exam, network))
    for part in exams.values():
        part.sort(key=lambda pair: pair[0]["time"])
    whole = [pair for pair in exams["test"] if pair[0]["rows"] > 0.99 * record["test"]]
    line = score_line(output)
    step = step_of(code)
    taken = whole or exams["validation"]
    if not taken:
        yield from judge_without_exam(record, output, code, networks, exams, step)
        return
    agreeing = [pair for pair in taken if is_printed(pair[0]["score"], pair[0]["right"], line or output)]
    exam, network = (agreeing or taken)[-1]
    measured = {**record, **network, **network["pixels"], **exam, "line": line}
    vote = record["vote"]
    if whole and not agreeing and vote and is_printed(vote, None, line):
        measured["score"], agreeing = vote, whole
        yield Result("ok", "Several readings vote: the checker has added up their probabilities.")
    measured |= {"range": in_words(network["pixels"]), "exam range": in_words(exam["pixels"])}
    measured["constant"] = " It gives the same answer for all images." if exam["kinds"] == 1 else ""
    if network["images"]:
        lesson = f"{network['images']:,} images, {network['passes']:.0f} passes, pixels"
        yield Result("ok", f"The network learned: {lesson} {measured['range']}.")
    what = "test images" if whole else "training images that it had not learned from"
    wrong = what_is_wrong(measured, exam, network, on_mnist and bool(whole))
    yield Result(
        "ok",
        f"It read {exam['rows']:,} {what}, pixels {measured['exam range']}: a score of "
        f"{measured['score']:.4f}, counted by the checker.",
        None if wrong in ("learned_from_test", "too_good") else measured["score"],
        network,
        not whole,
    )
    if step:
        yield Result("ok", f'It is a copy of a step: "{step}".')
        return
    if wrong:
        raise mistake(wrong, **measured)
    if broken := without_f(output):
        raise mistake("no_f", line=broken)
    if not whole:
        yield Result(
            "note",
            "That was the rehearsal, on a part of the training images. The exam is still to come: "
            "take the lines of the rehearsal out, and let the network read the test images.",
        )
    if not agreeing:
        yield from disagree(measured, network, line, exams)


def judge_without_exam(record, output, code, networks, exams, step):
    """Say what a script is whose networks have read neither the whole test nor unseen images."""
    line = score_line(output)
    numbers = re.findall(r"\d+[.,]\d+", line)
    if step:
        yield Result("ok", f'It is a copy of a step: "{step}". No score was measured.')
    elif exams["test"]:
        raise mistake("some_test_images", **{**record, **exams["test"][-1][0]})
    elif exams["training"]:
        raise mistake("graded_on_training", **exams["training"][-1][0])
    elif any(network["images"] for network in networks):
        raise mistake("no_exam")
    elif line and (not record["uses mnist"] or any(number in code for number in numbers)):
        raise mistake("no_network", line=line)
    elif line:
        yield Result(
            "note",
            "No MLPClassifier has read digits here. A network in NumPy alone, of another library or "
            f'in another process cannot be watched. So only the script says: "{line}"',
        )
    elif record["uses mnist"]:
        yield Result("ok", "It loads the data: step 01 is done. Go on with step 02.")
    else:
        raise ToDo("It loads no digits. Begin with step 01: import mnist, and mnist.load().")


def step_of(code):
    """Return the title of the step that a script is a copy of, or ''."""
    return title(code) if title(code) in titles() else ""


@functools.cache
def titles():
    return {title(step.read_bytes()) for step in HERE.parent.glob("examples/*/main.py")} - {""}


def title(code):
    return (ast.get_docstring(ast.parse(code)) or "").partition("\n")[0]


def in_words(pixels):
    return f"from {pixels['least']:.3g} to {pixels['most']:.3g} (typical mean {pixels['mean']:.2g})"


def what_is_wrong(measured, exam, network, strictly):
    """Return the name of the first mistake, or None."""
    learned, asked = network["pixels"], exam["pixels"]
    smaller, larger = sorted([learned["deviation"], asked["deviation"]])
    if network["test images"] > 10:  # A few images have their ink in the same places.
        return "learned_from_test"
    for mark in ("wrapped", "rounded"):
        if mark in network["marks"]:
            return mark
    if network["wrong labels"] > 0.5 or "moved" in network["marks"]:
        return "wrong_labels"
    if network["images"]:
        if larger > 20 > 10 > smaller:
            is_raw = learned["deviation"] == larger
            return "scaled_in_test_only" if is_raw else "scaled_in_training_only"
        if larger > 1.5 * smaller or abs(learned["mean"] - asked["mean"]) > 0.3 * larger:
            return "scaled_differently"
        if larger < 0.01:
            return "scaled_twice"
        if network["images"] < 0.1 * measured["training"]:
            return "few_images"
    if measured["score"] < GUESS:
        return "guessing"
    if strictly and measured["score"] < LOW:
        return "low"
    return "too_good" if strictly and measured["score"] > TOO_GOOD else None


# What the script printed, compared with what was measured.


def score_line(output):
    """Return the last line in which a script tells a score, in the workshop's words or in others."""
    lines = [shortened(line) for line in output.splitlines() if re.search(r"\d", line)]
    ours = [line for line in lines if re.search("we have a score of", line, re.I)]
    others = [line for line in lines if re.search(r"score|accuracy|\bacc\b|correct", line, re.I)]
    other = re.compile("loss|train|valid|cross|cv|warn", re.I)
    found = ours or [line for line in others if not other.search(line)]
    return found[-1] if found else ""


def is_printed(score, right, text):
    """Return whether a score stands in a text: as a fraction, in per cent, or as a number."""
    for line in text.splitlines():
        if "loss" in line:
            continue
        for number in re.findall(r"\d+(?:[.,]\d+)?", line):
            decimals = len(number.replace(",", ".").partition(".")[2])
            value = float(number.replace(",", "."))
            rounding = 0.51 * 10.0**-decimals + 0.0002
            if decimals >= 2 and abs(value - score) < rounding:
                return True
            if (decimals or "%" in line) and abs(value - 100 * score) < rounding + 0.02:
                return True
            if not decimals and value == right:
                return True
    return False


def without_f(output):
    lines = re.findall(r"^.*\{[A-Za-z_]\w*(?::[^{}\n]*)?\}.*$", output, re.MULTILINE)
    return shortened(lines[-1]) if lines else ""


def disagree(measured, network, line, exams):
    """Say that the script tells another score than was measured, or none at all."""
    scores = [exam["score"] for part in ("test", "validation") for exam, _ in exams[part]]
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d+[.,]\d+", line)]
    for exam, _ in exams["training"]:
        if line and is_printed(exam["score"], exam["right"], line):
            raise mistake("graded_on_training", **exam)
    if not line:
        yield Result(
            "note",
            'It prints no such score. To print one, as in step 02: print(f"We have a score of '
            f'{{score:.4f}}"). The checker has counted {measured["score"]:.4f}.',
        )
    elif len(scores) > 1 and any(abs(number - max(scores)) < 0.03 for number in numbers):
        yield Result(
            "note",
            f'The script says "{line}". Perhaps several networks or readings vote in it, or it '
            f"takes a mean. What counts here is what one network alone did: {measured['score']:.4f}.",
        )
    elif "strings" in network["marks"]:
        raise mistake("strings")
    else:
        raise mistake("miscounted", **measured)


# The ladder.


def layers(network):
    sizes = network["settings"]["hidden_layer_sizes"]
    return sizes if isinstance(sizes, list) else [sizes]


def creeps(network):
    return uses_sgd(network) and network["settings"]["learning_rate_init"] < 0.05


def jumps(network):
    return uses_sgd(network) and network["settings"]["learning_rate_init"] > 0.5


def uses_sgd(network):
    return network["settings"]["solver"] == "sgd"


# The first that is true of a network, and whose limit lies above its score, gives the hint. Beyond
# its limit a change no longer pays; where none is true, the next rung says what others did.
IMPROVEMENTS = [
    ("scale", 0.989, lambda network: network["pixels"]["deviation"] > 20),
    ("faster", 0.975, creeps),
    ("slower", 0.98, jumps),
    ("one_layer", 0.966, lambda network: len(layers(network)) > 1 and min(layers(network)) < 30),
    ("wider", 0.977, lambda network: max(layers(network)) < 100),
    ("longer", 0.982, lambda network: network["passes"] < 8),
    ("more_images", 0.98, lambda network: 0 < network["images"] < 0.5 * TRAINING_IMAGES),
    ("centre", 0.9807, lambda network: network["pixels"]["least"] == 0),
]


def improvement_for(score, network, on_mnist):
    for name, limit, is_true in IMPROVEMENTS:
        if score < limit and is_true(network) and (on_mnist or name != "more_images"):
            return KNOWN["hints"][name]
    return None


def place_on_the_ladder(best, on_mnist, all_is_well, strength):
    """Yield congratulations, and the hint for the next rung."""
    score, network = best.score, best.network
    rules = {"solver": "sgd", "activation": "logistic", "learning_rate": "constant"}
    left = [name for name, value in rules.items() if network["settings"][name] != value]
    if left:
        own = ", ".join(f'{name}="{network["settings"][name]}"' for name in left)
        yield Result(
            "note",
            f"You went a way of your own: {own}. That is welcome, only the rungs were measured with "
            + ", ".join(f'{name}="{rules[name]}"' for name in left)
            + ".",
        )
    hint = improvement_for(score, network, on_mnist)
    cheer = "Congratulations!" if all_is_well else "Your best score:"
    where = " in the rehearsal" if best.rehearsal else ""
    if not on_mnist:
        yield Result(
            "done",
            f"{cheer} Your network reads digits, with a score of {score:.4f}{where} on the small "
            "sample. The rungs of the ladder are for MNIST, where scores are others.",
        )
        if hint:
            yield hint_result(hint, strength)
        return
    rungs = KNOWN["rungs"]
    reached = [rung for rung in rungs if score >= rung["least"]]
    if reached:
        rung = reached[-1]
        yield Result(
            "done",
            f"{cheer} {score:.4f}{where} stands on rung {len(reached)} of {len(rungs)}: about "
            f"{rung['name']} ({rung['reached_with']}). {rung['praise']}",
        )
    else:
        yield Result("done", f"{cheer} {score:.4f}{where} is just below the first rung.")
    if len(reached) < len(rungs):
        above = rungs[len(reached)]
        yield Result("next", f"The next rung is about {above['name']}.")
        yield hint_result(hint or KNOWN["hints"][above["hint"]], strength)


def hint_result(hint, strength):
    if strength == 0:
        return Result("hint", f"{hint['question']} (For a stronger hint, add --hint.)")
    if strength == 1:
        return Result("hint", f"{hint['advice']} (For the strongest, add --hint --hint.)")
    steps = []
    for place, code in typed(hint):
        where = re.sub('^(before|after|instead of) "', r'\1 what begins with "', place)
        where = re.sub(r'" +', '"', where)
        steps.append(f"{where[0].upper()}{where[1:]}:\n\n{code.strip(chr(10))}\n")
    return Result("hint", "\n".join(steps))


def typed(hint):
    """Return the lines of a strongest hint, and where they go."""
    return KNOWN["hints"][hint["like"]]["type"] if "like" in hint else hint["type"]


# The program.


def report(folder, seconds, strength):
    """Print what is to be said of a folder, and return it. Whatever happens, others follow."""
    results = []
    try:
        for result in check(folder, seconds, strength):
            print(in_columns(result.kind, result.sentence), flush=True)
            results.append(result)
    except Exception as error:
        words = shortened(f"{type(error).__name__}: {error}")
        results.append(Result("to do", f"This folder could not be checked to its end. {words}"))
        print(in_columns(results[-1].kind, results[-1].sentence), flush=True)
    return results


def in_columns(kind, sentence):
    """Return a sentence in lines of 96 columns. Lines of code, which follow a blank one, stay."""
    if "\n" in sentence:
        return f"{kind:7}" + textwrap.indent(sentence, " " * 7).strip()
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
        scores = [result.score for result in results if result.score and not result.rehearsal]
        rows.append((MNIST_IS_HERE in results, max(scores, default=0), folder))
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
