"""Check a participant's project: python tests/check.py my_project

It runs the scripts in a copy of the folder, so nothing of yours is changed, and watches what their
networks are given and what they answer. It says what they did and what their true score is, on
which rung of the ladder that stands, and gives a hint for what comes next.

    --hint          a stronger hint; given twice, the strongest
    --seconds 3000  more time for a slow script

Of several folders it reports one after the other, and then makes a table, best score first:
python tests/check.py teams/*. The exit status is 0 if all is well, and 1 if something is to do.

The scripts run with your rights: check only what you would run yourself.
"""

import argparse
import ast
import contextlib
import glob
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

import mnist

HERE = Path(__file__).resolve().parent
KNOWN = tomllib.loads((HERE / "hints.toml").read_text(encoding="utf-8"))
NOT_COPIED = shutil.ignore_patterns(".*", "venv", "env", "__pycache__")
USUAL_NAMES = ("process_digits.py", "main.py")
SCORES_DIGITS = re.compile(r"(?ms)^\s*(import|from) [^\n]*\bmnist\b.*(score|predict|\.fit\()")
LIBRARIES = {"numpy", "scipy", "sklearn", "joblib", "matplotlib"} | set(sys.stdlib_module_names)
TOO_MUCH = 10_000_000  # bytes of output
SECONDS = 900  # for a script; the computer may be busy with others
TRAINING_IMAGES = 60_000  # MNIST has as many; the sample has fewer
CLOSE = 0.006  # A printed score may be rounded to two decimals.
STRAY_COMMA = r"^(.*[=*/] *-?\d+,\d+ *,? *\)?|\w+ = [^()]*(\(.*\))?[^()]*,) *(#.*)?$"
COMMA_ERRORS = r"argument follows|leading zeros|inhomogeneous|dim 3|Got \(|tuple|sequence|NoneType"
RULES = {"solver": "sgd", "activation": "logistic", "learning_rate": "constant"}  # of the ladder


@dataclass(frozen=True)
class Result:
    """One thing that the checker has to say, and the exam that it measured, if any."""

    kind: str  # "ok", "...", "note", "to do", "hint", "done" or "next"
    sentence: str
    exam: dict | None = None


class ToDo(Exception):  # noqa: N818
    """Something in the folder wants doing: the text says what. It is no error of this program."""


def say(name, /, **measured):
    return KNOWN["sentences"][name].format_map(measured)


def mistake(name, /, **measured):
    return ToDo(KNOWN["mistakes"][name]["says"].format_map(measured), KNOWN["mistakes"][name])


def check(folder, seconds=SECONDS, strength=0):
    """Yield a Result for everything that is to be said of a folder. Strength: 0, 1 or 2."""
    scripts = find_scripts(folder)
    seen = list(check_names(folder, scripts))
    yield from seen
    for name in scripts:
        try:
            for result in check_script(folder, name, seconds):
                seen.append(result)
                yield result
        except ToDo as problem:
            sentence, *hints = problem.args
            seen.append(Result("to do", f"{name}: {sentence}"))
            yield seen[-1]
            for hint in hints:
                yield Result("hint", in_strength(hint, strength))
    exams = [result.exam for result in seen if result.exam]
    all_is_well = all(result.kind != "to do" for result in seen)
    if exams:
        best = max(exams, key=lambda exam: (exam["part"] == "test", exam["score"]))
        yield from place_on_the_ladder(best, all_is_well, strength)


# What is in the folder.


def text_of(path):
    """Return what can be read of a file, to look for words in it."""
    return path.read_bytes().replace(b"\0", b"").decode("utf-8", errors="replace")


def python_files(folder):
    files = [*folder.glob("*"), *folder.glob("[!._]*/*.*")]
    return sorted(path for path in files if path.suffix.lower() == ".py" and path.is_file())


def find_scripts(folder):
    """Return the scripts here and one folder below that score something, or bear a usual name."""
    return [
        path.relative_to(folder)
        for path in python_files(folder)
        if path.name in USUAL_NAMES or SCORES_DIGITS.search(text_of(path))
    ]


def check_names(folder, scripts):
    """Yield a Result for each file whose name is in the way, and one if there is no script."""
    files = python_files(folder)
    for path in files:
        if path.stem in LIBRARIES:
            yield Result("to do", say("library", name=path.name, library=path.stem))
    others = {*folder.glob("*.py.*"), *folder.glob("process*digits*"), *folder.glob("*.ipynb")}
    others = sorted(others - set(files))
    for path in others:
        right = path.name.partition(".")[0].replace(" ", "_") + ".py"
        yield Result("note" if scripts else "to do", say("misnamed", name=path.name, right=right))
    if not scripts and not others:
        names = ", ".join(path.name for path in files) or "none"
        yield Result("to do", say("no_script", names=names))


# One script.


def check_script(folder, name, seconds):
    """Yield what a script does, with its score. A ToDo says what is wrong."""
    code = read_code(folder / name)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary, "copy")
        shutil.copytree(folder, copy, ignore=NOT_COPIED, ignore_dangling_symlinks=True)
        for kept in Path().glob("my_*.npz"):  # Scripts keep networks where they are started.
            shutil.copy(kept, (copy / name).parent)
        yield Result("...", say("runs", name=name))
        record, output = yield from run_script(copy, name, seconds)
    judge_ending(record, output, code)
    try:
        yield from judge(record, output, code)
    except ToDo:
        steps = [text_of(path).splitlines()[0] for path in HERE.parent.glob("examples/*/main.py")]
        if code.splitlines()[0] not in steps:
            raise
        yield Result("ok", say("step", title=code.splitlines()[0].strip('"')))


def read_code(path):
    """Return the text of a script, or raise a ToDo where Python itself cannot read it."""
    code = "\0"
    with contextlib.suppress(SyntaxError, UnicodeDecodeError), tokenize.open(path) as file:
        code = file.read()
    if "\0" in code:
        raise ToDo(say("encoding"))
    for number, line in enumerate(code.splitlines(), 1):
        if re.match(r"\s*[%!]\w|.*\bget_ipython\(", line):
            raise ToDo(say("from_notebook", number=number, line=shortened(line)))
    try:
        with warnings.catch_warnings(action="ignore"):
            lines = ast.parse(code).body
    except SyntaxError as error:
        advice = advice_for("slips", error.msg, code)
        number = error.lineno or 1
        line = shortened([*code.splitlines(), ""][number - 1])
        raise ToDo(say("no_python", number=number, line=line, advice=advice)) from None
    if not lines:
        raise ToDo(say("empty"))
    return code


def advice_for(kind, words, code):
    """Return some advice on an error. A comma that makes a pair of a number may show much later."""
    comma = re.search(STRAY_COMMA, code, re.MULTILINE)
    if comma and re.search(COMMA_ERRORS, words):
        number = 1 + code[: comma.start()].count("\n")
        return say("stray_comma", number=number, line=shortened(comma[0]))
    return next(known["advice"] for known in KNOWN[kind] if re.search(known["words"], words))


def run_script(copy, name, seconds):
    """Run a script, watched. Yield signs of life; return what was noted and printed."""
    data = copy / "mnist_data"
    environment = {
        "MNIST_DIR": str(data if data.is_dir() else mnist.data_folder()),
        **os.environ,
        "MPLBACKEND": "agg",  # No window waits to be closed.
        "BROWSER": f'"{Path(sys.executable).as_posix()}" -c "" %s',  # One that shows nothing.
        "PYTHONIOENCODING": "utf-8",
    }
    script = copy / name
    note, stack, printed = (copy.parent / file for file in ("record", "stack", "printed"))
    stack.touch()
    begun = spoke = time.monotonic()
    # Into a file, and not through a pipe: that stays open as long as any process of it lives.
    with open(printed, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-u", HERE / "watch.py", note, stack, str(seconds), script],
            cwd=script.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # so that all its processes can be stopped together
        )
        try:
            while process.poll() is None and printed.stat().st_size < TOO_MUCH:
                time.sleep(0.05)
                if time.monotonic() - spoke > 20:
                    spoke = time.monotonic()
                    line = last_line(printed.read_text("utf-8", errors="replace"))
                    yield Result("...", say("lives", seconds=spoke - begun, line=line))
        finally:  # After Ctrl-C, too.
            stop(process)
    text = printed.read_text("utf-8", errors="replace")
    if printed.stat().st_size >= TOO_MUCH:
        raise ToDo(say("prints_without_end"))
    if lines := stack.read_text(errors="replace"):
        line = re.search(rf'{re.escape(script.name)}", line (\d+)', lines)
        where = f" in line {line[1]}" if line else ""
        raise ToDo(say("no_end", where=where, seconds=seconds, line=last_line(text)))
    if not note.exists():
        raise ToDo(say("died", status=process.returncode, line=last_line(text)))
    yield Result("ok", say("ends", seconds=time.monotonic() - begun))
    return json.loads(note.read_text(encoding="utf-8")), text


def stop(process):
    """Stop a process and all that it has started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # They have ended already.
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def judge_ending(record, output, code):
    """Raise a ToDo unless a script ran to its end without an error."""
    if any("swapped" in network["marks"] for network in record["networks"]):
        raise mistake("swapped")
    if error := record["error"]:
        words = shortened(error["words"])
        advice = advice_for("errors", words, code)
        where = f"Line {error['line']}" if error["line"] else "It"
        words = words.removeprefix("SystemExit: ").removesuffix(".")
        raise ToDo(say("fails", where=where, words=words, advice=advice))
    if not output.strip():
        raise ToDo(say("prints_nothing"))


def last_line(text):
    return shortened((text[-2000:].strip().splitlines() or ["(nothing)"])[-1])


def shortened(text):
    """Return a text in one line that no terminal can stumble over."""
    text = "".join(letter if letter.isprintable() else " " for letter in text.strip())
    return text if len(text) <= 200 else text[:197] + "..."


# What its networks did.


def exams_of(record, part):
    """Return what was asked of all networks: the test, other unseen images, or learned ones."""
    exams = [exam for network in record["networks"] for exam in network["exams"]]
    return [exam for exam in exams if exam["part"] == part]


def judge(record, output, code):
    """Yield what the exam that a script speaks of has shown, or raise a ToDo."""
    yield Result("ok", say("mnist" if record["training"] == TRAINING_IMAGES else "sample"))
    tests = exams_of(record, "test")
    whole = [exam for exam in tests if exam["rows"] > 0.99 * exam["test"]]
    taken = whole or exams_of(record, "validation")
    line = score_line(output)
    if not taken:
        yield judge_without_exam(record, line, code)
        return
    told = line or re.sub(r".*loss.*", "", output)
    exam = min(reversed(taken), key=lambda exam: max(CLOSE, apart(exam, told)))
    if exam["images"]:
        yield Result("ok", say("learned", **exam))
    wrong = what_is_wrong(exam)
    counts = None if wrong == "learned_from_test" else exam
    yield Result("ok", say("read" if whole else "read_unseen", **exam), counts)
    if wrong:
        raise mistake(wrong, **exam)
    if broken := re.findall(r"^.*\{[A-Za-z_]\w*(?::[^{}\n]*)?\}.*$", output, re.MULTILINE):
        raise mistake("no_f", line=shortened(broken[-1]))
    if apart(exam, told) > CLOSE and (whole or line):
        yield disagree(exam, line, exams_of(record, "training"), taken)


def judge_without_exam(record, line, code):
    """Say what a script is whose networks have read neither the whole test nor unseen images."""
    numbers = re.findall(r"\d+[.,]\d+", line)
    if tests := exams_of(record, "test"):
        raise mistake("some_test_images", **tests[-1])
    if learned := exams_of(record, "training"):
        raise mistake("graded_on_training", **learned[-1])
    if unknown := sum(network["unknown"] for network in record["networks"]):
        return Result("note", say("unknown", count=unknown, line=line))
    if any("other classes" in network["marks"] for network in record["networks"]):
        return Result("note", say("other_classes"))
    if any(network["images"] for network in record["networks"]):
        raise mistake("no_exam")
    if line and (not record["uses mnist"] or any(number in code for number in numbers)):
        raise mistake("no_network", line=line)
    if not record["uses mnist"]:
        raise ToDo(say("no_digits"))
    return Result("note", say("unwatched", line=line)) if line else Result("ok", say("step_01"))


def what_is_wrong(exam):
    """Return the name of the first mistake, or None."""
    learned, asked = exam["pixels"], exam["exam_pixels"]
    smaller, larger = sorted([learned["deviation"], asked["deviation"]])
    apart = abs(learned["mean"] - asked["mean"]) > 0.3 * larger
    known = exam["images"] >= 100  # Fewer only prepare a network for weights of another one.
    mistakes = {
        "learned_from_test": exam["test_images"] > 10,  # A few have twins in training.
        "wrapped": "wrapped" in exam["marks"],
        "rounded": "rounded" in exam["marks"],
        "wrong_labels": exam["wrong_labels"] > 0.5,
        "scaled_differently": known and (larger > 1.5 * smaller or apart),
        "scaled_twice": known and larger < 0.02,
        "few_images": known and exam["images"] < 0.1 * exam["training"],
        "guessing": exam["score"] < 0.2,  # Chance is 0.1.
    }
    return next((name for name, is_true in mistakes.items() if is_true), None)


# What the script printed, compared with what was measured.


def score_line(output):
    """Return the last line that tells a score, in the workshop's words, or else in others."""
    lines = [shortened(line) for line in output.splitlines() if re.search(r"\d", line)]
    ours = [line for line in lines if re.search("we have a score of", line, re.I)]
    lines = [line for line in lines if re.search(r"score|accuracy|\bacc\b|correct", line, re.I)]
    others = [line for line in lines if not re.search("loss|train|valid|cross|cv|warn", line, re.I)]
    return ["", *others, *ours][-1]


def apart(exam, text):
    """Return how far a score is from the nearest number in a text: a part, per cent, or a count."""
    nearest = 1
    for number in re.findall(r"\d+(?:[.,]\d+)?", text):
        for whole in (1, 100, exam["rows"]):
            nearest = min(nearest, abs(float(number.replace(",", ".")) / whole - exam["score"]))
    return nearest


def disagree(exam, line, learned, taken):
    """Say that the script tells another score than was measured, or none at all."""
    if not line:
        return Result("note", say("no_such_score", **exam))
    for other in learned:
        if apart(other, line) < CLOSE:
            raise mistake("graded_on_training", **other)
    if len(taken) > 1 and min(apart(exam, line) for exam in taken) < 0.03:
        return Result("note", say("own_way", line=line, **exam))
    odd = "strings" if "strings" in exam["marks"] else "moved" if exam["moved"] else ""
    raise mistake(odd or "miscounted", line=line, **exam)


# The ladder.


def improvement_for(exam):
    """Return the first hint that applies to the network of an exam, or None."""
    settings, pixels = exam["settings"], exam["pixels"]
    sizes, rate = settings["hidden_layer_sizes"], settings["learning_rate_init"]
    sizes = sizes if isinstance(sizes, list) else [sizes]
    uses_sgd = settings["solver"] == "sgd"
    improvements = {
        "brackets": pixels["deviation"] > 20 and pixels["least"] != 0,
        "scale": pixels["deviation"] > 20,
        "faster": uses_sgd and rate < 0.05,
        "slower": uses_sgd and rate > 0.5,
        "one_layer": len(sizes) > 1 and min(sizes) < 30,
        "wider": max(sizes) < 100,
        "longer": exam["passes"] < 8,
        "more_images": 0 < exam["images"] < 0.5 * exam["training"],
        "centre": pixels["least"] == 0,
        "widest": max(sizes) < 200,
    }
    return next((KNOWN["hints"][name] for name, applies in improvements.items() if applies), None)


def place_on_the_ladder(best, all_is_well, strength):
    """Yield congratulations for the best exam, and the hint for the next rung."""
    settings = best["settings"]
    if own := [f'{name}="{settings[name]}"' for name in RULES if settings[name] != RULES[name]]:
        yield Result("note", say("own_rules", own=", ".join(own)))
    rungs = KNOWN["rungs"] if best["training"] == TRAINING_IMAGES else []
    above = [rung for rung in rungs if best["score"] < rung["least"]]
    reached = len(rungs) - len(above)
    cheer = "congratulations" if all_is_well and best["score"] > 0.5 else "best"
    rung = rungs[reached - 1] if reached else {}
    name = "rung" if reached else "below" if rungs else "on_sample"
    place = {"reached": reached, "rungs": len(rungs), "cheer": say(cheer)}
    yield Result("done", say(name, **best, **place, **rung))
    # Near the top, only the next rung helps.
    hint = improvement_for(best) if len(above) != 1 else None
    if above:
        yield Result("next", say("next_rung", **above[0]))
        hint = hint or KNOWN["hints"][above[0]["hint"]]
    if hint and all_is_well and (above or not rungs):
        yield Result("hint", in_strength(hint, strength))


def in_strength(hint, strength):
    """Return a hint as a question, as an advice, or as the lines to type."""
    if strength < 2:
        words = (hint["question"], hint["advice"])[strength]
        return words + " " + say(("stronger", "strongest")[strength])
    return "\n".join(f"{place}:\n\n{code.strip(chr(10))}\n" for place, code in typed(hint))


def typed(hint):
    """Return the lines of a strongest hint, and where they go."""
    return KNOWN["hints"][hint["like"]]["type"] if "like" in hint else hint["type"]


# The program.


def report(folder, seconds, strength):
    """Print what is to be said of a folder, and return it. Whatever happens, others follow."""
    results = []
    try:
        for result in check(folder, seconds, strength):
            results.append(result)
            print(in_columns(result.kind, result.sentence), flush=True)
    except Exception as error:
        results.append(Result("to do", say("trouble", words=shortened(repr(error)))))
        print(in_columns("to do", results[-1].sentence))
    return results


def in_columns(kind, sentence):
    """Return a sentence in lines of at most 96 columns. Lines of code stay as they are."""
    indent = " " * 7
    if "\n" in sentence:
        return f"{kind:7}" + textwrap.indent(sentence, indent).strip()
    settings = {"break_long_words": False, "break_on_hyphens": False}
    return textwrap.fill(f"{kind:7}{sentence}", width=96, subsequent_indent=indent, **settings)


def table(reports):
    """Return the lines of a table of folders, best score first."""
    best = {}
    for folder, results in reports.items():
        exams = [result.exam for result in results if result.exam]
        best[folder] = max((exam["score"] for exam in exams if exam["part"] == "test"), default=0)
    lines = ["place  score   folder"]
    for place, folder in enumerate(sorted(best, key=best.get, reverse=True), 1):
        score = best[folder]
        lines.append(f"{place:5}  {score:.4f}  {folder}" if score else f"    -       -  {folder}")
    return lines


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--hint", action="count", default=0, help="a stronger hint; twice: more")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long a script may take")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")  # Some terminals know nothing but ASCII.
    # Not every shell replaces a * by what is there.
    names = [path for name in arguments.folders for path in sorted(glob.glob(name)) or [name]]
    folders = [Path(name) for name in names if Path(name).is_dir()]
    missing = [name for name in names if not Path(name).exists()]
    if missing or not folders:
        parser.error(f"There is no folder {(missing or names)[0]}. Is the name right?")
    reports = {}
    for folder in folders:
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
