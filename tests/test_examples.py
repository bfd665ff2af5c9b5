"""The examples, run as a participant runs them, and the scores that they reach."""

import ast
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys

import numpy as np
import pytest

from conftest import EXAMPLES, README, ROOT, environment, run, score_in

# The lowest score that passes, on the sample and on MNIST, well below the worst of several seeds.
# 02: the worst of 12 seeds on the sample was 0.8060, the worst of 7 on MNIST 0.8517; an earlier
#     measurement of 9 runs, on another machine, went down to 0.8395.
# 04: the worst of 5 seeds on the sample was 0.8942, the worst of 5 on MNIST 0.9664.
# 05: the worst of 4 seeds on the sample was 0.9295, the worst of 4 on MNIST 0.9742.
# 06: the worst of 3 seeds on the sample was 0.9446, the worst of 6 on MNIST 0.9817.
# 08: the worst of 5 seeds on MNIST was 0.9763; on the sample as step 05, which is alike.
# 09: the worst of 4 pairs on the sample was 0.9345, the worst of 3 on MNIST 0.9943.
# 10: the worst of 4 seeds on the sample was 0.9194, the worst of 4 on MNIST 0.9496.
LOWEST_SCORES = {
    "02": (0.75, 0.83),
    "04": (0.85, 0.955),
    "05": (0.88, 0.965),
    "06": (0.88, 0.978),
    "08": (0.88, 0.965),
    "09": (0.88, 0.992),
    "10": (0.88, 0.93),
}
STEPS = [main.parent.name[:2] for main in EXAMPLES]


@pytest.mark.parametrize("step", [step for step in STEPS if step != "01"])
def test_runs_and_says_which_data_it_used(examples, real, step):
    result = examples.get(step)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    uses_data = "mnist.load()" in (result.folder / "main.py").read_text(encoding="utf-8")
    assert ("this is not MNIST" in result.stderr) == (uses_data and not real)


@pytest.mark.parametrize("step", LOWEST_SCORES)
def test_score(examples, real, step):
    assert score_in(examples.get(step).output) >= LOWEST_SCORES[step][real]


@pytest.mark.parametrize("main", EXAMPLES, ids=STEPS)
def test_published_score_is_the_real_one(examples, real, main):
    """The docstring's score is the run's, within a tolerance for other processors and versions."""
    docstring = ast.get_docstring(ast.parse(main.read_text(encoding="utf-8")))
    if not real or "We have a score" not in docstring:
        pytest.skip("the docstrings' scores are those on MNIST: run with --mnist")
    step = main.parent.name[:2]
    # The original recipe wobbles: its weights saturate, and rounding alone moves its score.
    tolerance = 0.03 if step == "02" else 0.004
    assert score_in(examples.get(step).output) == pytest.approx(score_in(docstring), abs=tolerance)


def test_step_01_shows_a_digit(examples, real):
    result = examples.get("01")
    if not real:
        assert result.returncode == 1
        assert "Could not download train-images-idx3-ubyte.gz" in result.stderr
        assert "Traceback" not in result.stderr
        return
    assert result.returncode == 0
    lines = result.output.splitlines()
    assert "We have successfully loaded the MNIST data!" in lines
    assert "Test images:     (10000, 784)" in lines
    *drawing, last = lines[lines.index("Here is training image 0. Its label is 5.") + 1 :]
    assert last == "More digits are in fifty_digits.png"
    assert len(drawing) == 28
    assert max(map(len, drawing)) <= 56
    ink = sum(line.count("#") for line in drawing)
    assert 100 < ink < 300


@pytest.mark.parametrize("way", ["from its folder", "as a copy beside a copy of mnist.py"])
def test_other_ways_to_run(way, tmp_path):
    """It finds mnist.py, which then finds a file in place of its data folder: the quickest end.

    From the root, the first way, all examples run for the tests above.
    """
    (tmp_path / "file").touch()
    folder = EXAMPLES[0].parent
    if way.startswith("as a copy"):
        folder = shutil.copytree(folder, tmp_path / "step")
        # A damaged copy tells whether it is this one that is imported, or the installed one.
        (folder / "mnist.py").write_text("raise SystemExit('the copy')", encoding="utf-8")
    result = run([sys.executable, "main.py"], folder, tmp_path / "file")
    assert result.returncode == 1
    expected = "the copy" if way.startswith("as a copy") else "Could not write to the folder"
    assert result.stderr.startswith(expected)


@pytest.mark.parametrize("main", EXAMPLES, ids=STEPS)
def test_style(main):
    """A main.py is one page that stands alone: flat, with a docstring, without tricks."""
    code = main.read_text(encoding="utf-8")
    tree = ast.parse(code)
    # A page is at most 65 lines of code: the docstring, blank lines and comments are not counted.
    # Step 04 holds a network and the proofs that it is right; step 09 all that the record takes.
    body = code.splitlines()[tree.body[0].end_lineno :]
    lines = [line for line in body if line.strip() and not line.lstrip().startswith("#")]
    assert 20 <= len(lines) <= (85 if main.parent.name[:2] in ("04", "09") else 65)
    title, line = ast.get_docstring(tree).splitlines()[:2]
    assert line == "=" * len(title)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert not re.search(r"sys\.path|pickle|argparse|plt\.show", code)
    modules = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    beside = {path.stem for path in main.parent.glob("*.py")}
    libraries = {"mnist", "numpy", "sklearn", "matplotlib", "joblib", "scipy", "PIL", "dask"}
    libraries |= {"threadpoolctl"}
    assert modules - beside - libraries <= set(sys.stdlib_module_names)


def figures(words, text):
    """The numbers that follow these words in a text."""
    return [float(number) for number in re.findall(rf"{re.escape(words)}: (\S+)", text)]


def test_step_03_finds_the_regression_line(examples):
    output = examples.get("03").output
    x = [-2.0, 3.7, 4.7, 1.0, 3.4, 1.9, 0.5, 3.7, -3.7, -1.4]
    y = [4.4, 0.5, -0.3, 1.4, 0.4, 1.4, 2.0, 0.5, 5.6, 3.5]
    slope, intercept = statistics.linear_regression(x, y)
    assert f"w = {slope:.2f}, b = {intercept:.2f}" in output
    last = {}
    for rate, lines in re.findall(r"Learning rate (\S+)\n(.*?)(?=Learning|The)", output, re.DOTALL):
        last[rate] = [float(n) for n in re.findall(r"= +(\S+)", lines.splitlines()[-1])]
    assert last["0.01"] == pytest.approx([slope, intercept, 1.02], abs=0.01)
    assert last["0.001"][2] > 2  # too slow
    assert last["0.1"][2] > 1e200  # exploding


def test_step_03_explodes_without_a_warning(examples):
    assert examples.get("03").stderr == ""


def test_step_04_is_proven_right(examples):
    output = examples.get("04").output
    assert figures("largest difference from the numerical gradient", output)[0] <= 1e-6
    assert figures("largest difference from scikit-learn", output)[0] <= 1e-6


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(values[-1] - targets) / len(targets)", "(targets - values[-1]) / len(targets)"),
        ("(values[-1] - targets) / len(targets)", "(values[-1] - targets)"),
        ("* values[layer] * (1 - values[layer])", "* (1 - values[layer])"),
        ("* values[layer] * (1 - values[layer])", "* values[layer] * (1 + values[layer])"),
        ("delta.sum(axis=0)", "delta.mean(axis=0)"),
        ("delta @ weights[layer].T", "delta @ abs(weights[layer]).T"),
    ],
)
def test_step_04_notices_a_mistake(right, wrong):
    """The proof must fail for a wrong sign or factor, or it would prove nothing."""
    main = next(main for main in EXAMPLES if main.parent.name.startswith("04"))
    code = main.read_text(encoding="utf-8")
    assert right in code
    network, proof = code.replace(right, wrong).split("training_images, training_labels, test")[:2]
    proof = re.search(r"# First proof.*?\n(?=print)", proof, re.DOTALL)[0]
    random = np.random.default_rng(1)
    names = {
        "random": random,
        "training_images": random.random((8, 784)),
        "targets": np.eye(10)[random.integers(10, size=8)],
    }
    exec(network + proof, names)
    assert max(names["differences"]) > 1e-6


@pytest.mark.parametrize("script", ["main.py", "diagrams.py"])
def test_vector_pictures_are_the_same_in_every_run(examples, script, tmp_path):
    if script == "main.py":
        home, first = EXAMPLES[2].parent, examples.get("03").folder
    else:
        home, first = EXAMPLES[3].parent, tmp_path / "first"
        shutil.copytree(home, first)
        assert run([sys.executable, script], first, tmp_path).returncode == 0
    second = tmp_path / "second"
    second.mkdir()
    shutil.copy(first / script, second)
    assert run([sys.executable, script], second, tmp_path).returncode == 0
    pictures = [
        {p.name: p.read_bytes() for p in folder.glob("*.svg")} for folder in (first, second)
    ]
    assert pictures[0] == pictures[1] != {}
    # Another version of Matplotlib draws it in another way.
    for name, content in pictures[1].items():
        version = re.search(rb"Matplotlib v[\d.]+", content)[0]
        committed = (home / name).read_bytes()
        assert version not in committed or committed == content, f"{name} is an old one"


@pytest.mark.parametrize("main", EXAMPLES, ids=STEPS)
def test_pictures_are_drawn_and_small(examples, real, main):
    """What the README shows from a step's folder is what its scripts draw, in under 150 kB."""
    step = main.parent.name[:2]
    for name in re.findall(rf"\(examples/{main.parent.name}/([^)]+\.(?:svg|png))\)", README):
        assert (main.parent / name).stat().st_size < 150_000
        drawn_elsewhere = name in ("network.svg", "sigmoid.svg", "screenshot.png")
        if not drawn_elsewhere and (real or step != "01"):
            assert name in examples.get(step).output
            assert 1000 < (examples.get(step).folder / name).stat().st_size < 150_000


def test_step_05_says_all_that_is_text_without_matplotlib(data_folder, tmp_path):
    """A module of the same name that cannot be imported stands in for a missing matplotlib."""
    main = next(main for main in EXAMPLES if main.parent.name.startswith("05"))
    code = main.read_text(encoding="utf-8").replace("range(1, 11)", "range(1, 2)")
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    (tmp_path / "matplotlib.py").write_text("raise ImportError", encoding="utf-8")
    result = run([sys.executable, "main.py"], tmp_path, tmp_path / "no data")
    assert result.returncode == 0, result.stderr
    assert "Of 1,000 images of noise" in result.stdout
    assert result.stdout.endswith("For the pictures, run: pip install matplotlib\n")


def test_step_05_counts_right(examples):
    """The confusion matrix, the scores of the digits and the whole score say the same."""
    output = examples.get("05").output
    matrix = np.array([line[2:].split() for line in re.findall(r"^\d:.*", output, re.M)], int)
    assert matrix.shape == (10, 10)
    of_digits = np.diag(matrix) / matrix.sum(axis=1)
    assert of_digits == pytest.approx(
        [float(score) for score in re.findall(r"^digit \d: (.*)", output, re.M)], abs=1e-4
    )
    assert np.trace(matrix) / matrix.sum() == pytest.approx(score_in(output), abs=1e-4)


def test_step_06_climbs(examples, real):
    scores = [float(score) for score in re.findall(r"score (0\S+) ", examples.get("06").output)]
    assert len(scores) == 8
    if real:
        # A rung may lose a little by luck, and float32 changes nothing; 0.003 is two standard
        # errors of a 2 % error on 10,000 images.
        assert all(later > earlier - 0.003 for earlier, later in zip(scores, scores[1:]))
        assert scores[-1] >= 0.98 > scores[0] + 0.05


def test_step_07_overfits_and_more_data_helps(examples):
    output = examples.get("07").output
    table = re.findall(r"^(\w.*?) +training (\S+)   test (\S+) \+-", output, re.M)
    scores = {remedy: (float(training), float(test)) for remedy, training, test in table}
    training, test = scores["nothing"]
    assert training > 0.995
    assert training - test > 0.07
    assert scores["10,000 images"][1] > test + 0.02
    assert scores["L2, alpha 1"][0] < training


def test_real_mnist_that_is_not_there(tmp_path):
    result = run([sys.executable, "-m", "pytest", "--mnist"], ROOT, tmp_path)
    assert result.returncode == 4
    assert 'First run "python mnist.py".' in result.stderr


def test_step_09_ends_with_the_score_so_far(data_folder, tmp_path):
    """Ctrl-C comes in the middle of a pass, as a terminal sends it."""
    if sys.platform == "win32":
        pytest.skip("Windows sends Ctrl-C in another way")
    main = next(main for main in EXAMPLES if main.parent.name.startswith("09"))
    shutil.copy(main, tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-u", "main.py"],
        cwd=tmp_path,
        env=environment(tmp_path / "no data"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    for line in process.stdout:
        if line.startswith("pass   1"):
            os.killpg(process.pid, signal.SIGINT)
            break
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "Stopped.\nWe have a score of" in output
    assert score_in(output) > 0.5
