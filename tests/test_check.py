"""The participant's checker, on scores, scripts and folders as participants leave them."""

import ast
import shutil
import sys
import time

import pytest

import check
import hints
from helpers import ROOT, example, run
from score_reader import read_score
from script_reader import Script

STEP_02 = (example("training_and_testing_the_network") / "main.py").read_text(encoding="utf-8")
LOADED = "import mnist\ntraining_images, training_labels, test_images, test_labels = mnist.load()\n"
SCALE_TRAINING = "training_images = training_images / 255\n"
SCALE_TEST = "test_images = test_images / 255\n"
SCALED = SCALE_TRAINING + SCALE_TEST
CENTRED = """offset, divisor = training_images.mean(), training_images.std()
training_images = (training_images - offset) / divisor
test_images = (test_images - offset) / divisor
"""


def script(prepare="", **changes):
    """Return step 02 as a participant changes it: lines after mnist.load(), other settings."""
    code = STEP_02.replace("mnist.load()\n", f"mnist.load()\n{prepare}")
    settings = {"layers": "(14, 14)", "rate": "0.01", "passes": "100"} | changes
    code = code.replace("hidden_layer_sizes=(14, 14)", f"hidden_layer_sizes={settings['layers']}")
    code = code.replace("learning_rate_init=0.01", f"learning_rate_init={settings['rate']}")
    passes = "max_iter=passes"
    assert passes in code
    code = code.replace(passes, f"max_iter={settings['passes']}")
    for old, new in changes.get("replaced", {}).items():
        assert old in code
        code = code.replace(old, new)
    return Script(ast.parse(code))


# How beginners print a score.


@pytest.mark.parametrize(
    ("line", "score"),
    [
        ("We have a score of 0.8795", 0.8795),
        ("We have a score of 87.95 %", 0.8795),
        ("Score 0.88, training score 0.99", 0.88),
        ("Training score: 0.99. Test score: 0.88.", 0.88),
        ("train acc 0.99 test acc 0.97", 0.97),
        ("Score: 8795/10000", 0.8795),
        ("8795 correct out of 10,000 images", 0.8795),
        ("Correct: 8795 of 10000 (87.95 %)", 0.8795),
        ("Score: 0.8795 on the test images", 0.8795),
        ("Accuracy of the network on the 10000 test images: 97 %", 0.97),
        ("accuracy = 0.88", 0.88),
        ("test_accuracy=np.float64(0.8795)", 0.8795),
        ("    accuracy                           0.88     10000", 0.88),
        ("score 0,8795", 0.8795),
        ("Score: 8.795e-01", 0.8795),
        ("The score is .88!", 0.88),
        ("pass  1: loss 0.3520, score 0.9483", 0.9483),
        ("learning rate 0.2, 10 passes      score 0.9441     1.6 s", 0.9441),
        ("Score of 8 neurons: 0.8401", 0.8401),
        ("Score: 0.8906 +- 0.0011", 0.8906),
        ("Score: 8795", 8795),  # judged elsewhere, and found impossible
        ("We have a score of 0.9219\nscore: 0.3", 0.9219),
        ("score 0.8401\n[CV 1/1] END rate=0.1;, score=0.939 total time= 0.4s", 0.8401),
        ("Test score: 0.88\nTraining score: 0.99", 0.88),
    ],
)
def test_a_score_is_read(line, score):
    assert read_score(line).sure
    assert read_score(line).score == pytest.approx(score)


@pytest.mark.parametrize("line", ["0.8795", "test 0.88", "score before 0.88 after 0.98"])
def test_a_score_that_is_not_sure(line):
    assert not read_score(line).sure
    assert read_score(line).line == line


@pytest.mark.parametrize(
    "line",
    ["", "Training set score: 0.99", "Validation score: 0.966667", "Iteration 100, loss = 0.42"],
)
def test_other_numbers_are_no_score(line):
    assert read_score(line) is None


# What a script does.


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        (hints.counts_wrongly, {"replaced": {"correct += 1": "correct =+ 1"}}),
        (hints.counts_wrongly, {"replaced": {"correct += 1": "correct + 1"}}),
        (
            hints.learns_from_test_images,
            {"replaced": {"fit(training_images, training_": "fit(test_images, test_"}},
        ),
        (
            hints.predicts_only_training_images,
            {
                "replaced": {
                    "predict(test_images)": "predict(training_images)",
                    "predicted_labels, test_labels)": "predicted_labels, training_labels)",
                }
            },
        ),
        (
            hints.compares_with_other_labels,
            {"replaced": {"predicted_labels, test_labels)": "predicted_labels, training_labels)"}},
        ),
        (
            hints.divides_by_training_images,
            {"replaced": {"len(test_labels)": "len(training_labels)"}},
        ),
        (hints.scales_twice, {"prepare": 2 * SCALE_TRAINING + SCALE_TEST}),
        (hints.scales_twice, {"prepare": 2 * SCALED}),
        (hints.rounds_pixels, {"prepare": SCALED.replace("/", "//")}),
        (hints.rounds_pixels, {"prepare": SCALED.replace("/ 255", "/ 255\n").replace(
            "test_images = test_images / 255", "test_images = (test_images / 255).astype('uint8')"
        )}),
        (hints.scales_only_training_images, {"prepare": SCALE_TRAINING}),
        (hints.scales_only_test_images, {"prepare": SCALE_TEST}),
        (hints.scales_unlike, {"prepare": SCALE_TRAINING + "test_images = test_images / 100\n"}),
    ],
)  # fmt: skip
def test_a_mistake_is_found(mistake, wrong):
    found = [known.found_in for known in hints.MISTAKES if known.found_in(script(**wrong))]
    assert found[0] is mistake


@pytest.mark.parametrize(
    "prepare",
    [
        "",
        SCALED,
        CENTRED,
        "training_images, test_images = training_images / 255, test_images / 255\n",
        "training_images = (training_images / 255 - 0.13) / 0.31\n"
        "test_images = (test_images / 255 - 0.13) / 0.31\n",
        "def scale(images, by=255):\n    return images.astype('float32') / by\n"
        "training_images, test_images = scale(training_images), scale(test_images)\n",
        "training_images, test_images = [i / 255 for i in (training_images, test_images)]\n",
        "training_images = training_images.astype(float)\ntest_images = test_images.astype(float)\n"
        "for images in (training_images, test_images):\n    images /= 255\n",
        "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()\n"
        "training_images = scaler.fit_transform(training_images)\n"
        "test_images = scaler.transform(test_images)\n",
        "if len(test_images) > 5:\n    training_images = training_images / 255\n",  # unknown
    ],
)
def test_no_mistake_where_there_is_none(prepare):
    right = script(prepare)
    assert not [known.what for known in hints.MISTAKES if known.found_in(right)]
    assert hints.uses_raw_pixels(right) == (prepare == "")


def test_no_mistake_in_the_steps():
    for main in sorted(ROOT.glob("examples/*/main.py")):
        step = Script(ast.parse(main.read_bytes()))
        assert not [known.what for known in hints.MISTAKES if known.found_in(step)], main


@pytest.mark.parametrize(
    ("score", "settings", "hint"),
    [
        (0.8795, {}, hints.SCALE),
        (0.9057, {"prepare": SCALED}, hints.FASTER),
        (0.9441, {"prepare": SCALED, "rate": "0.2"}, hints.ONE_LAYER),
        (0.9661, {"prepare": SCALED, "rate": "0.2", "layers": "(32,)"}, hints.WIDER),
        (0.954, {"prepare": SCALED, "rate": "0.8", "layers": "256"}, hints.SLOWER),
        (0.96, {"prepare": SCALED, "rate": "0.2", "layers": "128", "passes": "2"}, hints.LONGER),
        (0.9772, {"prepare": SCALED, "rate": "0.2", "layers": "(128,)"}, hints.CENTRE),
        (0.9823, {"prepare": CENTRED, "rate": "0.2", "layers": "(256,)"}, hints.BEND),
        (0.9911, {"prepare": CENTRED, "rate": "0.1", "layers": "(512,)"}, hints.VOTE),
    ],
)
def test_the_hint_for_the_next_rung(score, settings, hint):
    said = []
    for strength in (0, 1, 2):
        results = check.place_on_the_ladder(score, script(**settings), True, True, strength)
        said += [result.sentence for result in results if result.kind == "hint"]
    assert said[0].startswith(hint.question)
    assert said[1].startswith(hint.advice)
    assert said[2] == hint.recipe


@pytest.mark.parametrize(
    ("score", "place"),
    [
        (0.78, "just below the first rung"),
        (0.8395, "on rung 1 of 8"),  # the worst and the best run of the original recipe
        (0.8942, "on rung 1 of 8"),
        (0.9057, "on rung 2 of 8"),
        (0.9441, "on rung 3 of 8"),
        (0.9661, "on rung 4 of 8"),
        (0.9772, "on rung 5 of 8"),
        (0.9817, "on rung 6 of 8"),  # the worst of six starts of the last rung of step 06
        (0.9905, "on rung 7 of 8"),
        (0.9939, "on rung 8 of 8"),  # the worst run of step 09
    ],
)
def test_the_place_on_the_ladder(score, place):
    results = list(check.place_on_the_ladder(score, script(), True, True, strength=0))
    assert place in results[0].sentence
    assert ("next" in [result.kind for result in results]) == (score < 0.9932)


def test_the_sample_has_no_rungs():
    results = list(check.place_on_the_ladder(0.82, script(), False, True, strength=0))
    assert "on the small sample" in results[0].sentence
    assert "rung 1" not in results[0].sentence
    assert results[1].sentence.startswith(hints.SCALE.question)


# Folders.


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A participant's folder with mnist.py, and no MNIST."""
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "no data"))
    folder = tmp_path / "Müllers Projekt"
    folder.mkdir()
    shutil.copy(ROOT / "mnist.py", folder)
    return folder


def write(folder, code):
    (folder / "process_digits.py").write_text(code, encoding="utf-8")


def said(folder, **settings):
    """Return the kinds and sentences of the results. The folder must stay as it was."""
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    results = list(check.check(folder, **settings))
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before
    return [f"{result.kind}: {result.sentence}" for result in results]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (LOADED, "ok: It loads the data: step 01 is done"),
        ("print('We have a score of 0.8725')", "ok: It has a score of 0.8725."),
        (
            '"""Preventing overfitting\n==="""\nprint("test 0.89")',
            "ok: It is a step of the workshop",
        ),
        ("import mnist\nprint('We'\nscore = 1", "line 2: '(' was never closed"),
        ("\0", "to do: process_digits.py: Python cannot read"),
        ("import mnist\n\nscore = 1 / 0", "Line 3 fails: ZeroDivisionError"),
        ("images = 1\nprint(imags)", "Is the name spelt as before?"),
        ("import torchvision", "pip install -r requirements.txt"),
        ("input('Ready?')", "Take input() out"),
        ("def train(network): network.fit()", "It prints no score"),
        ("def f(): network.fit()\nprint(0.8795)", 'Is there a score in the line "0.8795"?'),
        ("print('We have a score of 0.0980')", "is mere guessing"),
        ("print('We have a score of 8795')", "cannot be: 1 is the most"),
        ("print('Score: 87.95')", 'If the line "Score: 87.95" means per cent'),
        ("raise SystemExit('No images.')", "It fails: No images."),
        (
            "raise SystemExit('Could not download t10k: refused.\\nCheck the connection.')",
            "Run python mnist.py where there is a network",
        ),
    ],
)
def test_a_script(code, words, folder):
    write(folder, code)
    results = said(folder)
    assert words in "\n".join(results)
    todo = any(line.startswith("to do") for line in results)
    assert todo == (not words.startswith("ok"))
    assert any(line.startswith(("done", "next")) for line in results) != todo


@pytest.mark.parametrize(
    ("score", "words"), [(0.5, "is low"), (0.9995, "is too good to be true"), (0.9, "rung 2 of 8")]
)
def test_on_mnist_scores_are_judged_strictly(score, words, folder, monkeypatch):
    write(folder, f"print('We have a score of {score}')")
    assert words not in "\n".join(said(folder))
    monkeypatch.setattr(check, "copy_data", lambda folder, copy: True)
    assert words in "\n".join(said(folder))


def test_a_mistake_is_to_do_and_has_a_hint(folder):
    code = STEP_02.replace("correct += 1", "correct =+ 1").replace("network.fit", "# network.fit")
    code = code.replace("network.predict(test_images)", "test_labels")
    write(folder, code)
    results = said(folder, strength=2)
    assert any("does not count" in line for line in results)
    assert "hint: Write correct += 1." in results


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("while True: pass", "Is there a loop without an end?"),
        ("while True: print(99 * 'x')", "It prints without end."),
        ("import time\nwhile True:\n    print('pass', flush=True)\n    time.sleep(0.01)",
         "It was still printing"),
        ("import time\ntime.sleep(60)", "Does it wait for something"),
    ],
)  # fmt: skip
def test_a_script_that_does_not_end(code, words, folder):
    write(folder, code)
    seconds = 60 if "99" in code else 0.5
    assert words in said(folder, seconds=seconds)[-1]


def test_a_busy_computer_is_no_endless_loop(folder, monkeypatch):
    """It runs for longer than its seconds, but has had the processor for a part of them only."""
    monkeypatch.setattr(check, "processor_seconds", lambda process: 0.1)
    write(folder, "import time\ntime.sleep(0.8)\nprint('We have a score of 0.88')")
    assert "ok: It has a score of 0.8800." in said(folder, seconds=0.5)


def test_everything_that_a_script_started_is_stopped(folder, tmp_path):
    trace = tmp_path / "trace"
    late = f"import time; time.sleep(1.5); open({str(trace)!r}, 'w')"
    write(
        folder,
        f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {late!r}])\n"
        "print('We have a score of 0.88')",
    )
    assert "ok: It has a score of 0.8800." in said(folder)
    time.sleep(2)
    assert not trace.exists()


def test_an_empty_folder(folder):
    (folder / "mnist.py").unlink()
    results = said(folder)  # It needs no mnist.py of its own: one is installed.
    assert not any("mnist.py is here" in result for result in results)
    assert results[-1].startswith("to do: There is no script yet. Write process_digits.py")


def test_another_mnist_py_and_names_that_are_in_the_way(folder):
    (folder / "mnist.py").write_text("print('my own')", encoding="utf-8")
    (folder / "random.py").touch()
    (folder / "process_digits.py.txt").touch()
    (folder / "digits.ipynb").touch()
    results = "\n".join(said(folder))
    assert "to do: mnist.py has no function load()" in results
    assert "to do: Give random.py another name" in results
    assert "Rename it to process_digits.py." in results
    assert "to do: digits.ipynb is a notebook" in results
    assert "no script yet" not in results


def test_damaged_data(folder, tmp_path):
    (tmp_path / "no data").mkdir()
    (tmp_path / "no data" / "train-images-idx3-ubyte.gz").write_bytes(b"cut short")
    assert any("is damaged. Run" in line for line in said(folder))


def test_scripts_in_folders_of_their_own(folder):
    """Copied steps are found one folder down. Files that score nothing are left alone."""
    (folder / "step 02").mkdir()
    (folder / "step 02" / "main.py").write_text("print('score 0.88')", encoding="utf-8")
    (folder / "notes.py").write_text("raise SystemExit('never run')", encoding="utf-8")
    results = said(folder)
    assert "ok: It has a score of 0.8800." in results
    assert not any(line.startswith("to do") for line in results)


# The program.


def run_checker(*arguments, folder):
    result = run([sys.executable, ROOT / "tests" / "check.py", *arguments], folder, "no data")
    assert "Traceback" not in result.stdout + result.stderr
    assert "pytest" not in result.stdout + result.stderr
    return result


def test_the_program(folder):
    write(folder, "print('We have a score of 0.88')")
    result = run_checker(folder.name, folder=folder.parent)
    assert result.returncode == 0
    assert "ok     It has a score of 0.8800.\ndone   Well done" in result.stdout


def test_a_contest(tmp_path):
    for team, score in {"red": 0.91, "blue é": 0.97, "green": 7}.items():
        (tmp_path / team).mkdir()
        shutil.copy(ROOT / "mnist.py", tmp_path / team)
        write(tmp_path / team, f"print('We have a score of {score}')")
    (tmp_path / "notes.txt").touch()
    result = run_checker("*", folder=tmp_path)
    assert result.returncode == 1
    table = result.stdout[result.stdout.index("place  score") :].splitlines()
    assert [line.split()[:3] for line in table[1:]] == [
        ["1", "0.9700", "blue"],
        ["2", "0.9100", "red"],
        ["-", "-", "green"],
    ]


@pytest.mark.parametrize("arguments", [[], ["my_projct"], ["--hint"]])
def test_wrong_usage(arguments, tmp_path):
    result = run_checker(*arguments, folder=tmp_path)
    assert result.returncode == 2
    if arguments == ["my_projct"]:
        assert "There is no folder my_projct. Is the name right?" in result.stderr
