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
NOT_COPIED = shutil.ignore_patterns(".*", "venv", "env", "__pycache__", "mnist_data")
USUAL_NAMES = ("process_digits.py", "main.py")
LIBRARIES = {"numpy", "scipy", "sklearn", "joblib", "matplotlib"} | set(sys.stdlib_module_names)
TOO_MUCH = 10_000_000  # bytes of output
SECONDS = 300  # for a script that prints nothing
PATIENCE = 4  # times as long may a script take that goes on printing, or that has to wait
TRAINING_IMAGES = 60_000  # MNIST has as many; the sample has fewer
GUESS = 0.2  # Chance is 0.1.
LOW = 0.75  # The original recipe had more in every run.
TOO_GOOD = 0.998  # No network of any kind has honestly read so many of MNIST's test images.
RULES = {"solver": "sgd", "activation": "logistic", "learning_rate": "constant"}  # of the ladder


@dataclass(frozen=True)
class Result:
    """One thing that the checker has to say, and the score that it measured, if any."""

    kind: str  # "ok", "...", "note", "to do", "hint", "done" or "next"
    sentence: str
    score: float | None = None
    network: dict | None = None  # the one that had this score
    rehearsal: bool = False  # on validation images, and not in the test


class ToDo(Exception):  # noqa: N818
    """Something in the folder wants doing: the text says what. It is no error of this program."""


def say(name, /, **measured):
    return KNOWN["sentences"][name].format_map(measured)


def mistake(name, /, **measured):
    return ToDo(KNOWN["mistakes"][name]["says"].format_map(measured), KNOWN["mistakes"][name])


def to_do(problem, strength, name=""):
    """Yield what a ToDo says, with its hint."""
    sentence, *hints = problem.args
    yield Result("to do", f"{name}{sentence}")
    for hint in hints:
        yield Result("hint", in_strength(hint, strength))


def check(folder, seconds=SECONDS, strength=0):
    """Yield a Result for everything that is to be said of a folder. Strength: 0, 1 or 2."""
    seen = []

    def noted(results, name=""):
        try:
            for result in results:
                seen.append(result)
                yield result
        except ToDo as problem:
            seen.append(Result("to do", ""))
            yield from to_do(problem, strength, name)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        data = Path(temporary, "data")
        yield from noted(check_mnist_py(folder))
        yield from noted(copy_data(folder, data))
        scripts = find_scripts(folder)
        yield from noted(check_names(folder, scripts))
        on_mnist = MNIST_IS_HERE in seen
        for number, name in enumerate(scripts):
            place = Path(temporary, str(number))
            results = check_script(folder, name, place, data, seconds, on_mnist)
            yield from noted(results, f"{name}: ")
    scored = [result for result in seen if result.score is not None]
    all_is_well = all(result.kind != "to do" for result in seen)
    if scored:
        best = max(scored, key=lambda result: (not result.rehearsal, result.score))
        yield from place_on_the_ladder(best, on_mnist, all_is_well, strength)
    elif all_is_well:
        yield Result("next", say("no_score_yet"))


# What is in the folder.


def check_mnist_py(folder):
    """Yield a Result for a copy of mnist.py, if there is one. None is needed: it is installed."""
    path = folder / "mnist.py"
    if path.is_file():
        if "def load(" not in text_of(path):
            raise ToDo(say("another_mnist_py"))
        ours = text_of(path).split() == text_of(HERE.parent / "mnist.py").split()
        yield Result("ok", say("mnist_py" if ours else "own_mnist_py"))


MNIST_IS_HERE = Result("ok", say("mnist"))


def copy_data(folder, copy):
    """Copy the data for the scripts, and yield what it is."""
    data = folder / "mnist_data"
    if os.environ.get("MNIST_DIR") or not data.is_dir():
        data = mnist.data_folder()
    copy.mkdir()
    for path in data.iterdir() if data.is_dir() else ():
        if path.is_file():
            shutil.copy(path, copy)
    try:
        quiet = contextlib.redirect_stderr(io.StringIO())  # It would tell of the sample.
        with mock.patch.dict(os.environ, MNIST_DIR=str(copy)), quiet:
            training_images, *_ = mnist.load()
    except mnist.MNISTError:
        raise ToDo(say("damaged", data=data)) from None
    yield MNIST_IS_HERE if len(training_images) == TRAINING_IMAGES else Result("ok", say("sample"))


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
        uses_mnist = re.search(r"^\s*(import|from) .*\bmnist\b", text_of(path), re.MULTILINE)
        scores = re.search(r"score|accuracy|predict|\.fit\(", text_of(path))
        if path.name != "mnist.py" and (path.name in USUAL_NAMES or (uses_mnist and scores)):
            found.append(path.relative_to(folder))
    return found


def check_names(folder, scripts):
    """Yield a Result for each file whose name is in the way, and one if there is no script."""
    for path in python_files(folder):
        if path.stem in LIBRARIES:
            yield Result("to do", say("library", name=path.name, library=path.stem))
    others = {*folder.glob("*.py.*"), *folder.glob("process*digits*")}
    others = [path for path in sorted(others) if path.suffix.lower() not in (".py", ".ipynb")]
    for path in others:
        name = path.name.partition(".")[0].replace(" ", "_") + ".py"
        yield Result("to do", say("misnamed", name=path.name, right=name))
    notebooks = sorted(folder.glob("*.ipynb"))
    for path in notebooks:
        yield Result("note" if scripts else "to do", say("notebook", name=path.name))
    if not scripts and not others and not notebooks:
        names = [path.name for path in python_files(folder) if path.name != "mnist.py"]
        found = say("no_digits_in", names=", ".join(names)) if names else ""
        yield Result("to do", say("no_script") + found)


# One script.


def check_script(folder, name, place, data, seconds, on_mnist):
    """Yield what a script does, with its score. A ToDo says what is wrong."""
    code = read_code(folder / name)
    try:
        shutil.copytree(folder, place / "copy", ignore=NOT_COPIED, ignore_dangling_symlinks=True)
    except OSError as error:  # shutil.Error, too, is one.
        raise ToDo(say("no_copy", words=shortened(str(error)))) from None
    yield Result("...", say("runs", name=name))
    record, output, took = yield from run_script(place / "copy" / name, place, data, seconds)
    judge_ending(record, output, code, took, seconds)
    yield Result("ok", say("ends", seconds=took))
    yield from judge(record, output, code, on_mnist)


def read_code(path):
    """Return the text of a script, or raise a ToDo where Python itself cannot read it."""
    content = path.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        code = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        code = "\0"
    if "\0" in code:
        raise ToDo(say("encoding"))
    for number, line in enumerate(code.splitlines(), 1):
        if re.match(r"\s*[%!]\w|.*\bget_ipython\(", line):
            raise ToDo(say("from_notebook", number=number, line=shortened(line)))
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(code, str(path), "exec")
    except SyntaxError as error:
        number, advice = stray_comma(code)
        if not number or not re.search("positional argument follows|leading zeros", error.msg):
            number, advice = error.lineno or 1, advice_for("slips", error.msg)
        line = shortened([*code.splitlines(), ""][number - 1])
        raise ToDo(say("no_python", number=number, line=line, advice=advice)) from None
    if not ast.parse(code).body:
        raise ToDo(say("empty"))
    return code


def advice_for(kind, words):
    return next(known["advice"] for known in KNOWN[kind] if re.search(known["words"], words))


def stray_comma(code):
    """Return the number of the first line with a comma that makes a pair of it, and some advice."""
    for number, line in enumerate(code.splitlines(), 1):
        if re.search(r"[=*/] *-?\d+,\d+ *,? *\)? *(#.*)?$", line):
            return number, say("decimal_comma")
        whole = line.count("(") == line.count(")")
        if whole and re.search(r"^\w+ = .*[\w)\]], *(#.*)?$", line):
            return number, say("last_comma")
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
    begun = started = spoke = last_printed = time.monotonic()
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
                silent = now - last_printed > seconds / 5
                waited = now - started > PATIENCE * seconds
                worked = last_record(note).get("seconds", 0) if now - started > seconds else 0
                if size > TOO_MUCH:
                    ending = "prints_without_end"
                elif waited or (silent and worked > seconds):
                    ending = "no_end" if silent else "too_slow"
                if now - spoke > 20:
                    spoke, line = now, last_line(printed.read_text("utf-8", errors="replace"))
                    yield Result("...", say("lives", seconds=now - begun, line=line))
        finally:  # After Ctrl-C, too.
            stop(process)
    record = {**last_record(note), "ending": ending, "status": process.returncode}
    return record, printed.read_text("utf-8", errors="replace"), time.monotonic() - begun


def last_record(note):
    """Return the last whole line of what was noted."""
    lines = note.read_text(encoding="utf-8").split("\n")[:-1]
    return json.loads(lines[-1]) if lines else {}


def stop(process):
    """Stop a process and all that it has started."""
    if sys.platform == "win32":
        command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # They have ended already.
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def judge_ending(record, output, code, took, seconds):
    """Raise a ToDo unless a script ran to its end without an error."""
    if record["ending"]:
        where = f" in line {record['line']}" if record.get("line") else ""
        more = f"--seconds {3 * PATIENCE * seconds:.0f}"
        line = last_line(output) or say("nothing")
        raise ToDo(say(record["ending"], where=where, seconds=took, more=more, line=line))
    if any("swapped" in network["marks"] for network in record.get("networks", ())):
        raise mistake("swapped")
    if error := record.get("error"):
        words = shortened(error["words"])
        advice = advice_for("errors", words)
        comma, what = stray_comma(code)
        if comma and re.search(r"inhomogeneous|dim 3|Got \(|tuple|sequence|NoneType", words):
            line = shortened(code.splitlines()[comma - 1])
            advice = say("slip_is_in", number=comma, line=line, advice=what)
        where = f"Line {error['line']}" if error["line"] else "It"
        words = words.removeprefix("SystemExit: ").rstrip(".")
        raise ToDo(say("fails", where=where, words=words, advice=advice))
    if "networks" not in record:
        line = last_line(output) or say("nothing")
        raise ToDo(say("died", status=record["status"], line=line))
    if not output.strip():
        raise ToDo(say("prints_nothing"))


def last_line(text):
    lines = text[-2000:].strip().splitlines()
    return shortened(lines[-1]) if lines else ""


def shortened(text):
    """Return a text in one line that no terminal can stumble over."""
    text = "".join(letter if letter.isprintable() else " " for letter in text.strip())
    return text if len(text) <= 200 else text[:197] + "..."


# What its networks did.


def judge(record, output, code, on_mnist):
    """Yield what the exam that a script speaks of has shown, or raise a ToDo."""
    exams = {"test": [], "validation": [], "training": []}
    for network in record["networks"]:
        for exam in network["exams"]:
            exam["score"] = exam["right"] / exam["rows"]
            if exam["rows"] >= 100:
                exams[exam["part"]].append((exam, network))
    for part in exams.values():
        part.sort(key=lambda pair: pair[0]["time"])
    whole = [pair for pair in exams["test"] if pair[0]["rows"] > 0.99 * record["test"]]
    taken = whole or exams["validation"]
    if not taken:
        yield from judge_without_exam(record, output, code, exams)
        return
    line = score_line(output)
    agreeing = [pair for pair in taken if is_printed(pair[0], line or output)]
    exam, network = (agreeing or taken)[-1]
    measured = {**record, **network, **network["pixels"], **exam, "line": line}
    measured |= {"range": in_words(network["pixels"]), "exam_range": in_words(exam["pixels"])}
    measured["constant"] = say("constant") if exam["kinds"] == 1 else ""
    vote = {"score": record["vote"], "right": None}
    if whole and not agreeing and vote["score"] and is_printed(vote, line):
        measured["score"], agreeing = vote["score"], whole
        measured["right"] = round(vote["score"] * exam["rows"])
        yield Result("ok", say("votes"))
    if network["images"]:
        measured["passes"] = say("pass" if network["passes"] < 1.5 else "passes", **network)
        yield Result("ok", say("learned", **measured))
    wrong = what_is_wrong(measured, exam, network, on_mnist and bool(whole))
    score = None if wrong in ("learned_from_test", "too_good") else measured["score"]
    sentence = say("read" if whole else "read_unseen", **measured)
    yield Result("ok", sentence, score, network, not whole)
    if title(code) in titles():
        yield Result("ok", say("step", title=title(code)))
        return
    if wrong:
        raise mistake(wrong, **measured)
    if broken := without_f(output):
        raise mistake("no_f", line=broken)
    if not whole:
        yield Result("note", say("rehearsal"))
    if not agreeing and (whole or line):
        yield from disagree(measured, network, line, exams)


def judge_without_exam(record, output, code, exams):
    """Say what a script is whose networks have read neither the whole test nor unseen images."""
    line = score_line(output)
    numbers = re.findall(r"\d+[.,]\d+", line)
    if title(code) in titles():
        yield Result("ok", say("step", title=title(code)))
    elif exams["test"]:
        raise mistake("some_test_images", **{**record, **exams["test"][-1][0]})
    elif exams["training"]:
        raise mistake("graded_on_training", **exams["training"][-1][0])
    elif unknown := sum(network["unknown"] for network in record["networks"]):
        yield Result("note", say("unknown", count=unknown, line=line or say("nothing")))
    elif any("other classes" in network["marks"] for network in record["networks"]):
        yield Result("note", say("other_classes"))
    elif any(network["images"] for network in record["networks"]):
        raise mistake("no_exam")
    elif line and (not record["uses mnist"] or any(number in code for number in numbers)):
        raise mistake("no_network", line=line)
    elif not record["uses mnist"]:
        raise ToDo(say("no_digits"))
    else:
        yield Result("note", say("unwatched", line=line)) if line else Result("ok", say("step_01"))


def title(code):
    return (ast.get_docstring(ast.parse(code)) or "").partition("\n")[0]


@functools.cache
def titles():
    """Return the titles of the steps. A copy of one is not judged."""
    return {title(step.read_bytes()) for step in HERE.parent.glob("examples/*/main.py")} - {""}


def in_words(pixels):
    return say("pixels", **pixels)


def what_is_wrong(measured, exam, network, strictly):
    """Return the name of the first mistake, or None."""
    learned, asked = network["pixels"], exam["pixels"]
    smaller, larger = sorted([learned["deviation"], asked["deviation"]])
    only_one = (
        "scaled_in_test_only" if learned["deviation"] == larger else "scaled_in_training_only"
    )
    apart = abs(learned["mean"] - asked["mean"]) > 0.3 * larger
    known = network["images"] >= 100  # Fewer only prepare a network for weights of another one.
    mistakes = {
        "learned_from_test": network["test_images"] > 10,  # A few have twins in training.
        "wrapped": "wrapped" in network["marks"],
        "rounded": "rounded" in network["marks"],
        "wrong_labels": network["wrong_labels"] > 0.5,
        only_one: known and larger > 20 > 10 > smaller,
        "scaled_differently": known and (larger > 1.5 * smaller or apart),
        "scaled_twice": known and larger < 0.01,
        "few_images": known and network["images"] < 0.1 * measured["training"],
        "guessing": measured["score"] < GUESS,
        "low": strictly and measured["score"] < LOW,
        "too_good": strictly and measured["score"] > TOO_GOOD,
    }
    return next((name for name, is_true in mistakes.items() if is_true), None)


# What the script printed, compared with what was measured.


def score_line(output):
    """Return the last line that tells a score, in the workshop's words, or else in others."""
    lines = [shortened(line) for line in output.splitlines() if re.search(r"\d", line)]
    ours = [line for line in lines if re.search("we have a score of", line, re.I)]
    others = [line for line in lines if re.search(r"score|accuracy|\bacc\b|correct", line, re.I)]
    other = re.compile("loss|train|valid|cross|cv|warn", re.I)
    return [*ours, ""][-2] if ours else ["", *(x for x in others if not other.search(x))][-1]


def is_printed(exam, text):
    """Return whether a score stands in a text: as a fraction, in per cent, or as a number."""
    for line in text.splitlines():
        for number in () if "loss" in line else re.findall(r"\d+(?:[.,]\d+)?", line):
            decimals = len(number.replace(",", ".").partition(".")[2])
            value, rounding = float(number.replace(",", ".")), 0.51 * 10.0**-decimals + 0.0002
            fraction = decimals >= 2 and abs(value - exam["score"]) < rounding
            in_per_cent = decimals or "%" in line or (len(number) == 2 and "core" in line)
            per_cent = in_per_cent and abs(value - 100 * exam["score"]) < rounding + 0.02
            if fraction or per_cent or (not decimals and value == exam["right"]):
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
        if line and is_printed(exam, line):
            raise mistake("graded_on_training", **exam)
    if not line:
        yield Result("note", say("no_such_score", **measured))
    elif len(scores) > 1 and any(abs(number - max(scores)) < 0.03 for number in numbers):
        yield Result("note", say("own_way", **measured))
    else:
        odd = "strings" if "strings" in network["marks"] else "moved" if network["moved"] else ""
        raise mistake(odd or "miscounted", **measured)


# The ladder.


def improvement_for(score, network, on_mnist):
    """Return the first hint that applies to a network and pays at its score, or None."""
    settings, pixels = network["settings"], network["pixels"]
    sizes, rate = settings["hidden_layer_sizes"], settings["learning_rate_init"]
    sizes = sizes if isinstance(sizes, list) else [sizes]
    uses_sgd = settings["solver"] == "sgd"
    # The hint, below which score it pays, and whether it applies.
    improvements = [
        ("scale", 0.989, pixels["deviation"] > 20),
        ("faster", 0.975, uses_sgd and rate < 0.05),
        ("slower", 0.98, uses_sgd and rate > 0.5),
        ("one_layer", 0.966, len(sizes) > 1 and min(sizes) < 30),
        ("wider", 0.977, max(sizes) < 100),
        ("longer", 0.982, network["passes"] < 8),
        ("more_images", 0.98, on_mnist and 0 < network["images"] < 0.5 * TRAINING_IMAGES),
        ("centre", 0.9807, pixels["least"] == 0),
    ]
    for name, limit, applies in improvements:
        if applies and score < limit:
            return KNOWN["hints"][name]
    return None


def place_on_the_ladder(best, on_mnist, all_is_well, strength):
    """Yield congratulations, and the hint for the next rung."""
    score, settings = best.score, best.network["settings"]
    own = [f'{name}="{settings[name]}"' for name in RULES if settings[name] != RULES[name]]
    if own:
        rules = ", ".join(f'{name}="{value}"' for name, value in RULES.items())
        yield Result("note", say("own_rules", own=", ".join(own), rules=rules))
    hint = improvement_for(score, best.network, on_mnist)
    rungs = KNOWN["rungs"] if on_mnist else []
    reached = [rung for rung in rungs if score >= rung["least"]]
    measured = {**(reached[-1] if reached else {}), "score": score, "reached": len(reached)}
    measured |= {"cheer": say("congratulations" if all_is_well else "best"), "rungs": len(rungs)}
    measured["where"] = say("in_rehearsal") if best.rehearsal else ""
    place = "rung" if reached else "below" if on_mnist else "on_sample"
    yield Result("done", say(place, **measured))
    if len(reached) < len(rungs):
        above = rungs[len(reached)]
        yield Result("next", say("next_rung", **above))
        hint = hint or KNOWN["hints"][above["hint"]]
    if hint and all_is_well and not (on_mnist and len(reached) == len(rungs)):
        yield Result("hint", in_strength(hint, strength))


def in_strength(hint, strength):
    """Return a hint as a question, as an advice, or as the lines to type."""
    if strength < 2:
        words = (hint["question"], hint["advice"])[strength]
        return words + " " + say(("stronger", "strongest")[strength])
    steps = []
    for place, code in typed(hint):
        where = re.sub('^(before|after|instead of) " *', r'\1 what begins with "', place)
        steps.append(f"{where[0].upper()}{where[1:]}:\n\n{code.strip(chr(10))}\n")
    return "\n".join(steps)


def typed(hint):
    """Return the lines of a strongest hint, and where they go."""
    return KNOWN["hints"][hint["like"]]["type"] if "like" in hint else hint["type"]


# The program.


def report(folder, seconds, strength):
    """Print what is to be said of a folder, and return it. Whatever happens, others follow."""
    results = []

    def tell(result):
        print(in_columns(result.kind, result.sentence), flush=True)
        results.append(result)

    try:
        for result in check(folder, seconds, strength):
            tell(result)
    except Exception as error:
        words = shortened(f"{type(error).__name__}: {error}")
        tell(Result("to do", say("trouble", words=words)))
    return results


def in_columns(kind, sentence):
    """Return a sentence in lines of at most 96 columns. Lines of code stay as they are."""
    indent = " " * 7
    if "\n" in sentence:
        return f"{kind:7}" + textwrap.indent(sentence, indent).strip()
    settings = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.fill(f"{kind:7}{sentence}", width=96, subsequent_indent=indent, **settings)


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
        lines.append(
            f"{place:5}  {score:.4f}  {folder}{remark}" if score else f"    -       -  {folder}"
        )
    return lines


def folders_in(arguments, parser):
    """Return the folders that were named. Not every shell replaces a * by what is there."""
    paths = []
    for argument in arguments:
        is_pattern = glob.has_magic(argument) and not Path(argument).exists()
        paths += sorted(glob.glob(argument)) if is_pattern else [argument]
    for path in paths:
        if not Path(path).exists():
            parser.error(f"There is no folder {path}. Is the name right?")
    folders = [Path(path) for path in paths if Path(path).is_dir()]
    if not folders:
        parser.error(f"There is no folder {' '.join(arguments)}. Name the folder of your script.")
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
    folders = folders_in(arguments.folders, parser)
    for folder in folders:
        if len(folders) > 1:
            print(f"\n{folder}\n")
        reports[folder] = report(folder, arguments.seconds, min(arguments.hint, 2))
    if len(reports) > 1:
        print("", *table(reports), sep="\n")
    return int(any(result.kind == "to do" for results in reports.values() for result in results))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
