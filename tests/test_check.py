"""The participant's checker, on scripts and folders as participants leave them.

Each script of scripts.toml is really run and watched: in this process, on the sample, with a small
network. A few are run by the program, as a participant does.
"""

import contextlib
import io
import json
import re
import shutil
import sys
import time
import tomllib

import numpy as np
import pytest

import check
import mnist
import watch
from helpers import ROOT, example, run

SCRIPTS = tomllib.loads((ROOT / "tests" / "scripts.toml").read_text(encoding="utf-8"))
HINTS = check.KNOWN["hints"]
MISTAKES = check.KNOWN["mistakes"]
SLIPS = {}  # the scripts with each mistake


def changed(*changes):
    """Return the script of the first hour with some words replaced by others."""
    code = SCRIPTS["first_hour"]
    for old, new in changes:
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def code_of(entry):
    return entry["script"] if "script" in entry else changed(*entry["changes"])


for slip in SCRIPTS["slips"]:
    SLIPS.setdefault(slip["name"], []).append(code_of(slip))


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """A loader that returns the sample at once, and the digits that the watcher knows."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(io.StringIO()):
        patch.setenv("MNIST_DIR", str(folder / "nothing"))
        images, labels, *test = mnist.load()
        part = [images[::3], labels[::3], *test]
        np.savez(folder / "sample.npz", *part)
        patch.setattr(mnist, "load", lambda: part)
        digits = watch.Digits()
    path = str(folder / "sample.npz")
    code = f"import numpy as np\ndef load():\n    return [*np.load({path!r}).values()]\n"
    return code, digits


@pytest.fixture
def folder(tmp_path, monkeypatch, sample):
    """A participant's folder, without MNIST."""
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "no data"))
    folder = tmp_path / "Müllers Projekt"
    folder.mkdir()
    (folder / "mnist.py").write_text(sample[0], encoding="utf-8")
    return folder


@pytest.fixture
def here(monkeypatch, sample):
    """Let scripts run in this process, where all that they import is there already."""

    def run_script(copy, name, seconds):
        script = copy / name
        output = io.StringIO()
        with monkeypatch.context() as patch, contextlib.redirect_stdout(output):
            patch.setattr(sys, "path", [str(script.parent), *sys.path])
            patch.setattr(sys, "argv", [str(script)])
            # Afterwards, this module is ours again.
            patch.setitem(sys.modules, "mnist", sys.modules["mnist"])
            patch.setattr(sys, "stdin", io.StringIO())
            patch.chdir(script.parent)
            with contextlib.redirect_stderr(io.StringIO()):
                record = watch.Watcher(sample[1]).watch(script)
        yield from ()
        return json.loads(json.dumps(record, default=watch.plain)), output.getvalue()

    monkeypatch.setattr(check, "run_script", run_script)


def write(folder, code, name="process_digits.py"):
    (folder / name).write_text(code, encoding="utf-8")


def said(folder, **settings):
    """Return the kinds and sentences of the results. The folder must stay as it was."""
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    results = list(check.check(folder, **settings))
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before
    return [f"{result.kind}: {result.sentence}" for result in results]


def to_do(results):
    return [line for line in results if line.startswith("to do")]


@pytest.mark.parametrize("script", SCRIPTS["real"], ids=lambda script: script["name"])
def test_nothing_is_wrong_with_it(script, folder, here):
    write(folder, code_of(script))
    results = said(folder)
    assert to_do(results) == []
    assert re.search(r"The checker measured a score of 0\.\d+", "\n".join(results))
    assert results[-1].startswith(("done", "hint"))


@pytest.mark.parametrize("script", SCRIPTS["notes"], ids=lambda script: script["name"])
def test_it_is_said_and_all_is_well(script, folder, here):
    write(folder, code_of(script))
    results = said(folder)
    assert to_do(results) == []
    assert all(words in "\n".join(results) for words in script["says"])


@pytest.mark.parametrize("script", SCRIPTS["errors"], ids=lambda script: script["says"][:40])
def test_what_python_cannot_do_is_said_in_plain_words(script, folder, here):
    write(folder, code_of(script))
    assert script["says"] in "\n".join(to_do(said(folder)))


# The first form of each slip is tried without --full, too.
FORMS = [
    pytest.param(name, number, marks=[pytest.mark.full] if number else [])
    for name, forms in SLIPS.items()
    for number in range(len(forms))
]


@pytest.mark.parametrize(("name", "number"), FORMS)
def test_a_slip_is_named(name, number, folder, here):
    write(folder, SLIPS[name][number])
    wrong = said(folder)
    sentence = re.sub(r"\\\{.*?\}", ".*", re.escape(MISTAKES[name]["says"]))
    assert re.search(sentence, "\n".join(to_do(wrong))), wrong
    assert f"hint: {MISTAKES[name]['question']} (For a stronger hint, add --hint.)" in wrong


def test_each_mistake_is_tried():
    assert set(SLIPS) == set(MISTAKES)


# The strongest hints are typed as they stand.


def grown(code, place, typed):
    """Type some lines into a script. Instead of a line: of all that its brackets hold."""
    if place == "At the top":
        return f"{typed}\n{code}"
    if place == "At the end":
        return f"{code}\n{typed}\n"
    begins = re.escape(re.search('"(.*)"', place)[1])
    found = re.search(rf"^ *{begins}.*\n", code, re.MULTILINE)
    assert found, place
    line, rest = found[0], code[found.end() :]
    while line.count("(") > line.count(")"):
        more, _, rest = rest.partition("\n")
        line += more + "\n"
    lines = {"Before": [typed, line], "After": [line, typed], "Instead": [typed]}[place.split()[0]]
    return code[: found.start()] + "\n".join(lines).rstrip("\n") + "\n" + rest


def with_hint(code, hint):
    for place, typed in check.typed(hint):
        code = grown(code, place, typed)
    return code


@pytest.mark.full
@pytest.mark.parametrize("name", SLIPS)
def test_the_strongest_hint_typed_as_it_stands_mends_it(name, folder, here):
    hint = MISTAKES[name]
    if name == "guessing":  # Its hint has a hundred passes: a few must do here.
        lines = [[place, typed.replace("=100", "=30")] for place, typed in check.typed(hint)]
        hint = {"type": lines}
    write(folder, with_hint(SLIPS[name][0], hint))
    assert to_do(said(folder)) == []


LADDER = ("scale", "faster", "one_layer", "wider", "widest", "bend")


def test_the_strongest_hints_are_the_lines_of_the_pages():
    for name in LADDER:
        folder = example("going_for_the_record" if name == "bend" else "improving_the_score")
        page = (folder / "README.md").read_text(encoding="utf-8").splitlines()
        for _, typed in check.typed(HINTS[name]):
            assert set(typed.strip("\n").splitlines()) <= set(page)


@pytest.mark.full
def test_the_hints_climb_the_ladder(real, folder, data_folder, monkeypatch):
    """From the original recipe, in 20 passes, to the top: each strongest hint as it stands."""
    if not real:
        pytest.skip("the rungs are for MNIST: run with --mnist")
    monkeypatch.setenv("MNIST_DIR", str(data_folder))
    shutil.copy(ROOT / "mnist.py", folder)
    raw = re.search(r"training_images = .*\ntest_images = .*\n", SCRIPTS["first_hour"])[0]
    start = [(raw, ""), ("(16,)", "(14, 14)"), ("init=0.5", "init=0.01"), ("iter=3", "iter=20")]
    code = changed(*start)
    scores = []
    for name in LADDER:
        code = with_hint(code, HINTS[name])
        write(folder, code)
        scores += [result.exam["score"] for result in check.check(folder) if result.exam]
    steps = [rung["least"] for rung in check.KNOWN["rungs"][1:]]
    assert [score >= least for score, least in zip(scores, steps)] == [True] * 6


# The ladder, on MNIST.

RECIPE = {"solver": "sgd", "activation": "logistic", "learning_rate": "constant"}


def best(score, pixels="centred", rate=0.2, sizes=(128,), passes=20, images=60000):
    settings = RECIPE | {"hidden_layer_sizes": list(sizes), "learning_rate_init": rate}
    network = {"settings": settings, "passes": passes, "images": images}
    network["pixels"] = SCRIPTS["pixels"][pixels]
    return {**network, "score": score, "part": "test", "training": 60000}


@pytest.mark.parametrize("rung", SCRIPTS["ladder"], ids=lambda rung: str(rung["score"]))
def test_the_place_on_the_ladder_and_the_hint_for_the_next_rung(rung):
    hint = HINTS.get(rung["hint"])
    for strength in range(3):
        exam = best(rung["score"], **rung["network"])
        results = list(check.place_on_the_ladder(exam, True, strength))
        assert rung["place"] in results[0].sentence
        assert [result.kind for result in results] == ["done", "next", "hint"][: 3 if hint else 1]
        if hint:
            words = (hint["question"], hint["advice"], check.typed(hint)[-1][1].strip())
            assert words[strength] in results[2].sentence


# Other files, and what stands in a folder.


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_another_encoding(encoding, folder, here):
    code = f"# für mich\n{SCRIPTS['first_hour']}"
    (folder / "process_digits.py").write_bytes(code.encode(encoding))
    assert "save it as UTF-8" in to_do(said(folder))[0]


def test_the_steps_themselves_are_not_accused(folder, here):
    main = (example("preventing_overfitting") / "main.py").read_text(encoding="utf-8")
    (folder / "step 07").mkdir()
    docstring = main[: main.index('"""', 3) + 4]
    write(folder / "step 07", docstring + SLIPS["few_images"][0], "main.py")
    results = said(folder)
    assert to_do(results) == []
    assert any('It is a copy of a step, "Preventing overfitting"' in line for line in results)


def test_an_empty_folder(folder):
    (folder / "mnist.py").unlink()  # It needs none of its own: one is installed.
    assert said(folder)[-1].startswith("to do: There is no process_digits.py yet.")


def test_another_mnist_py_and_names_that_are_in_the_way(folder, here):
    write(folder, "print('my own')", "mnist.py")
    for name in ("random.py", "process_digits.py.txt", "process digits.rtf", "digits.ipynb"):
        (folder / name).touch()
    results = "\n".join(said(folder))
    assert "to do: Give random.py another name" in results
    assert "process_digits.py.txt is not run: Python takes only plain text" in results
    assert "Save it as process_digits.py." in results
    assert "to do: digits.ipynb is not run: Python takes only plain text" in results
    assert "no process_digits.py yet" not in results


def test_a_script_of_another_name(folder, here):
    write(folder, "print('Hello')", "proces_digits.py")
    assert "(Scripts that are here: mnist.py, proces_digits.py.)" in to_do(said(folder))[0]
    write(folder, SCRIPTS["first_hour"], "numbers_in_my_hand.PY")
    assert to_do(said(folder)) == []


# The program, which runs scripts in processes of their own.


def in_a_process(code, words, folder, seconds):
    write(folder, code)
    assert words in "\n".join(said(folder, seconds=seconds))


def test_loops_without_end(folder):
    in_a_process("x = 1\nwhile True:\n    x += 1", "It was stopped in line ", folder, 1)


@pytest.mark.full
def test_scripts_that_print_without_end_or_wait(folder):
    in_a_process("while True: print(999 * 'x')", "It prints without end", folder, 60)
    waits = "import time\nprint('pass 7')\ntime.sleep(600)"
    in_a_process(waits, 'Its last line was "pass 7". Is there', folder, 3)


@pytest.mark.full
def test_everything_that_a_script_started_is_stopped(folder, tmp_path):
    ticks = str(tmp_path / "ticks")
    ticking = f"import time\nwhile True:\n    open({ticks!r}, 'a').write('.')\n    time.sleep(0.1)"
    code = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, '-c', {ticking!r}])
while not os.path.exists({ticks!r}):
    time.sleep(0.1)
print('started')
"""
    in_a_process(code, "It loads no digits", folder, 300)
    count = (tmp_path / "ticks").stat().st_size
    time.sleep(1)
    assert (tmp_path / "ticks").stat().st_size == count


@pytest.mark.full
def test_damaged_data(folder, tmp_path):
    (tmp_path / "no data").mkdir()
    (tmp_path / "no data" / "train-images-idx3-ubyte.gz").write_bytes(b"cut short")
    in_a_process("import mnist", 'Run "python mnist.py" to mend it', folder, 60)


def test_the_program(folder):
    write(folder, SCRIPTS["first_hour"])
    command = [sys.executable, ROOT / "tests" / "check.py", folder.name, "--hint", "--hint"]
    result = run(command, folder.parent, "no data")
    assert result.returncode == 0, result.stderr
    assert "...    process_digits.py runs." in result.stdout
    assert "\ndone   Congratulations! 0." in result.stdout
    assert "\n           hidden_layer_sizes=(128,),\n" in result.stdout


def test_a_network_that_was_kept_where_it_was_started_is_found(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("my_network.npz", divisor=255)
    write(folder, "import mnist, numpy as np\nprint(np.load('my_network.npz')['divisor'])")
    assert to_do(said(folder)) == []


@pytest.fixture
def teams(tmp_path, folder):
    shown = 'print(f"We have a score of {score:.4f}")'
    scripts = {
        "red": changed(("max_iter=3", "max_iter=1"), (shown, "print('We have a score of 1.0')")),
        "blue é": SCRIPTS["first_hour"],
        "green": "for i in range():\n    print(i)",
        "yellow": "print('We have a score of 0.9971')",
        "black": SLIPS["learned_from_test"][0],
    }
    for team, code in scripts.items():
        (tmp_path / "teams" / team).mkdir(parents=True)
        shutil.copy(folder / "mnist.py", tmp_path / "teams" / team)
        write(tmp_path / "teams" / team, code)
    (tmp_path / "teams" / "white" / "process_digits.py").mkdir(parents=True)  # a folder
    (tmp_path / "teams" / "notes.txt").touch()
    return tmp_path / "teams"


def test_a_contest(teams, here, monkeypatch, capsys):
    """One folder's trouble does not end the report of the others. The best measured score wins."""
    monkeypatch.setattr(sys, "argv", ["check.py", str(teams / "*")])
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **settings: None, raising=False)
    assert check.main() == 1
    told = capsys.readouterr().out
    table = told[told.index("place  score") :].splitlines()[1:]
    assert [line.split()[0] for line in table] == ["1", "2", "-", "-", "-", "-"]
    assert "blue" in table[0]
    assert "red" in table[1]


def test_a_rehearsal_has_no_place_in_the_table(tmp_path):
    rehearsal = check.Result("ok", "", {"score": 0.98, "part": "validation"})
    assert check.table({tmp_path: [rehearsal]})[1].split()[:2] == ["-", "-"]


def test_trouble_of_the_checker_itself_ends_no_report(folder, monkeypatch, capsys):
    monkeypatch.setattr(check, "find_scripts", lambda folder: 1 / 0)
    assert check.report(folder, 60, 0)[-1].kind == "to do"
    assert "could not be checked to its end. ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["my_projct"], ["--hint"]])
def test_wrong_usage(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["check.py", *arguments])
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **settings: None, raising=False)
    with pytest.raises(SystemExit, match="2"):
        check.main()
    if arguments == ["my_projct"]:
        assert "There is no folder my_projct. Is the name right?" in capsys.readouterr().err


def test_the_guide_lists_what_the_checker_notices():
    guide = (ROOT / "presentation" / "README.md").read_text(encoding="utf-8")
    items = guide.partition("The checker notices\n")[2].partition("\n\nIt does not")[0]
    items = re.findall(r"^\* (.*)", items, re.MULTILINE)
    assert len(items) == len(SCRIPTS["noticed"])
    for item, (words, names) in zip(items, SCRIPTS["noticed"].items()):
        assert item.startswith(words)
        assert set(names) <= set(SLIPS)
