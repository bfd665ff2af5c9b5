"""The participant's checker, on scripts and folders as participants leave them.

Each script is really run and watched: in this process, on the sample, with a small network. A few
are run by the program, as a participant does.
"""

# Where a line of somebody's script is long, it stays in one piece.
# ruff: noqa: E501

import contextlib
import io
import json
import re
import shutil
import sys
import time

import numpy as np
import pytest

import check
import mnist
import watch
from helpers import ROOT, example, run

# What a participant's script looks like in the first hour, with a network that learns quickly.
SCRIPT = """\
import numpy as np
from sklearn.neural_network import MLPClassifier

import mnist

training_images, training_labels, test_images, test_labels = mnist.load()
training_images = training_images / np.float32(255)
test_images = test_images / np.float32(255)

network = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(16,),
    learning_rate_init=0.5,
    max_iter=3,
    random_state=3,
)
network.fit(training_images, training_labels)

predicted_labels = network.predict(test_images)
correct = 0
for predicted_label, true_label in zip(predicted_labels, test_labels):
    if predicted_label == true_label:
        correct += 1
score = correct / len(test_labels)
print(f"We have a score of {score:.4f}")
"""
LOAD = "training_images, training_labels, test_images, test_labels = mnist.load()\n"
FIT = "network.fit(training_images, training_labels)"
SCALE_TRAINING = "training_images = training_images / np.float32(255)\n"
SCALE_TEST = "test_images = test_images / np.float32(255)\n"
SCALE = SCALE_TRAINING + SCALE_TEST
END = SCRIPT[SCRIPT.index("predicted_labels") :]
BEGINNING = SCRIPT[: SCRIPT.index("network = ")]
PRINT = 'print(f"We have a score of {score:.4f}")\n'


def changed(*changes):
    """Return the script with some words replaced by others."""
    code = SCRIPT
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


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
    code = f"import numpy as np\ndef load():\n    return [*np.load({str(folder / 'sample.npz')!r}).values()]\n"
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

    def run_script(script, place, data, seconds):
        output = io.StringIO()
        monkeypatch.setattr(sys, "path", [str(script.parent), *sys.path])
        monkeypatch.setattr(sys, "argv", [str(script)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        monkeypatch.chdir(script.parent)
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            record = watch.Watcher(sample[1]).watch(script)
        yield from ()
        record = json.loads(json.dumps(record, default=watch.plain))
        return record | {"ending": None, "more": "", "status": 0}, output.getvalue(), 1.0

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


# Scripts that people really write. Nothing is wrong with them.

FUNCTIONS = '''\
import mnist
from sklearn.neural_network import MLPClassifier


def scale(images):
    """Return images from 0 to 1."""
    return images.astype("float32") / 255


def train(images, labels):
    network = MLPClassifier((16,), solver="sgd", learning_rate_init=0.5, max_iter=3)
    return network.fit(images, labels)


def main():
    X_train, y_train, X_test, y_test = mnist.load()
    network = train(scale(X_train), y_train)
    print("Genauigkeit: {:.2%}".format((network.predict(scale(X_test)) == y_test).mean()))


if __name__ == "__main__":
    main()
'''
CLASS = """\
import mnist
from sklearn.neural_network import MLPClassifier


class Reader:
    def __init__(self):
        self.network = MLPClassifier((16,), learning_rate_init=0.01, max_iter=3)

    def learn(self, images, labels):
        self.network.fit(X=images / 255, y=labels)
        return self

    def read(self, image):
        return self.network.predict(image.reshape(1, -1) / 255)[0]


*training, images, labels = mnist.load()
reader = Reader().learn(*training)
right = 0
for image, label in zip(images, labels):
    right += reader.read(image) == label
print(right, "von", len(labels))
"""
PIPELINE = (
    BEGINNING.replace(SCALE, "")
    + """\
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
pipe = make_pipeline(StandardScaler(), MLPClassifier((16,), learning_rate_init=0.01, max_iter=3))
pipe.fit(training_images, training_labels)
print(f"Nous avons un score de {pipe.score(test_images, test_labels):.4f}")
"""
)
SPLIT = changed(
    (FIT, "from sklearn.model_selection import train_test_split\n"
     "a, b, c, d = train_test_split(training_images, training_labels, test_size=0.2)\n"
     "network.fit(a, c)\nprint('validation', network.score(b, d))"),
)  # fmt: skip
SEARCH = (
    BEGINNING
    + """\
from sklearn.model_selection import GridSearchCV
small = MLPClassifier((16,), solver="sgd", max_iter=1)
search = GridSearchCV(small, {"learning_rate_init": [0.1, 0.5]}, cv=2)
search.fit(training_images, training_labels)
print("Best:", search.best_params_, search.best_score_)
print("We have a score of", search.score(test_images, test_labels))
"""
)
LOOP = changed(
    (FIT, "generator = np.random.default_rng(1)\n"
     "for number in range(2):\n"
     "    for part in np.array_split(generator.permutation(len(training_images)), 60):\n"
     "        network.partial_fit(training_images[part], training_labels[part], classes=range(10))\n"
     "    print(number, network.score(test_images, test_labels))"),
)  # fmt: skip
SHIFTED = changed(
    (FIT, "for shift in (-2, 2):\n"
     "    moved = np.roll(training_images.reshape(-1, 28, 28), shift, axis=2).reshape(-1, 784)\n"
     "    network.partial_fit(moved, training_labels, classes=range(10))"),
)  # fmt: skip
TILTED = changed(
    (FIT, "from scipy.ndimage import rotate\n"
     "left = rotate(training_images.reshape(-1, 28, 28), 10, axes=(1, 2), reshape=False, order=1)\n"
     "images = np.concatenate([training_images, left.reshape(-1, 784)])\n"
     "network.fit(images, np.tile(training_labels, 2))"),
)  # fmt: skip
FEATURES = changed(
    (SCALE, "from sklearn.decomposition import PCA\npca = PCA(30).fit(training_images[::10] / 255)\n"
     "training_images = pca.transform(training_images / 255)\n"
     "test_images = pca.transform(test_images / 255)\n"),
)  # fmt: skip
CROPPED = changed(
    (SCALE, SCALE + "training_images = training_images.reshape(-1, 28, 28)[:, 4:24, 4:24].reshape(-1, 400)\n"
     "test_images = test_images.reshape(-1, 28, 28)[:, 4:24, 4:24].reshape(-1, 400)\n"),
)  # fmt: skip
CROPPED_ONE_BY_ONE = CROPPED.replace(
    "network.predict(test_images)", "[network.predict(image[None])[0] for image in test_images]"
)
BINARY = changed(
    (SCALE, "training_images = (training_images > 127).astype(int)\n"
     "test_images = (test_images > 127).astype(int)\n"),
)  # fmt: skip
INVERTED = changed(
    (SCALE, "training_images = 1 - training_images / 255\ntest_images = 1 - test_images / 255\n"),
    ("learning_rate_init=0.5", "learning_rate_init=0.05"),
)
PROBABILITIES = changed(
    ("network.predict(test_images)", "network.predict_proba(test_images).argmax(axis=1)")
)
ONE_HOT = changed(
    (FIT, "network.fit(training_images, np.eye(10)[training_labels])"),
    ("network.predict(test_images)", "network.predict(test_images).argmax(axis=1)"),
    ("max_iter=3", "max_iter=4"),
)
OWN_WORDS = changed((PRINT, 'print("Accuracy: %.1f" % (100 * score), "%")\n'))
STRINGS_ON_BOTH_SIDES = changed(
    (FIT, "network.fit(training_images, training_labels.astype(str))"),
    ("== true_label", "== str(true_label)"),
)
VOTE = changed(
    (FIT, FIT + "\nother = MLPClassifier((16,), max_iter=3).fit(training_images, training_labels)"),
    ("network.predict(test_images)",
     "(network.predict_proba(test_images) + other.predict_proba(test_images)).argmax(axis=1)"),
)  # fmt: skip
SECOND_NETWORK = SCRIPT + (
    "is_seven = MLPClassifier((4,), max_iter=1).fit(training_images, training_labels == 7)\n"
    "print(is_seven.predict(test_images[:1]), network.predict(test_images[5:6]))\n"
    "tiny = MLPClassifier((2,), max_iter=1).fit(training_images[:500], training_labels[:500])\n"
    "print(tiny.score(test_images[:200], test_labels[:200]))\n"
)
KEPT = SCRIPT + (
    'np.savez("my_network.npz", *network.coefs_, *network.intercepts_, offset=0, divisor=255)\n'
)
LABELS_FROM_1_TO_10 = changed(
    (FIT, "network.fit(training_images, training_labels + 1)"),
    ("== true_label", "- 1 == true_label"),
)
WEIGHTS_OF_ANOTHER = KEPT + (
    "kept = MLPClassifier((16,), activation='logistic', solver='sgd')\n"
    "kept.partial_fit(training_images[:10], np.arange(10), classes=range(10))\n"
    "with np.load('my_network.npz') as file:\n"
    "    weights = [file[name] for name in file.files if name.startswith('arr')]\n"
    "kept.coefs_, kept.intercepts_ = weights[:2], weights[2:]\n"
    "print('Score tomorrow:', kept.score(test_images, test_labels))\n"
)
FIVE_READINGS = changed(
    ("network.predict(test_images)", "sum(network.predict_proba(np.roll(test_images.reshape(-1, 28, 28),"
     " s, (1, 2)).reshape(-1, 784)) for s in [(0, 0), (0, 1), (1, 0)]).argmax(axis=1)"),
)  # fmt: skip
PSEUDO_LABELS = changed(
    (FIT, "guesses = np.where(np.arange(len(training_labels)) % 7 == 0, 3, training_labels)\n"
     "network.fit(training_images, guesses)"),
)  # fmt: skip
REAL = {
    name: code
    for name, code in globals().items()
    if isinstance(code, str) and "import mnist" in code
}
REAL = {name: code for name, code in REAL.items() if name not in ("BEGINNING", "__doc__")}


@pytest.mark.parametrize("name", REAL)
def test_nothing_is_wrong_with_it(name, folder, here):
    write(folder, REAL[name])
    results = said(folder)
    assert to_do(results) == []
    assert re.search(r"The checker measured a score of 0\.\d+", "\n".join(results))
    assert results[-1].startswith(("done", "hint"))


# Slips. Each has a sentence, and its strongest hint, typed as it stands, mends it.

SLIPS = {
    "swapped": [
        changed((FIT, "network.fit(training_labels, training_images)")),
        changed((LOAD, "training_labels, training_images, test_labels, test_images = mnist.load()\n")),
        changed((LOAD, "training_images, test_images, training_labels, test_labels = mnist.load()\n"),
                (SCALE, "")),
    ],
    "learned_from_test": [
        changed((FIT, "network.fit(test_images, test_labels)")),
        changed((FIT, "images = np.concatenate([training_images, test_images])\n"
                      "network.fit(images, np.concatenate([training_labels, test_labels]))")),
        changed((FIT, "moved = np.roll(test_images, 1, axis=1)\nnetwork.fit(moved, test_labels)")),
    ],
    "graded_on_training": [
        changed(("predict(test_images)", "predict(training_images)"),
                ("predicted_labels, test_labels)", "predicted_labels, training_labels)"),
                ("len(test_labels)", "len(training_labels)")),
        changed(("score = correct / len(test_labels)",
                 "score = network.score(training_images, training_labels)")),
    ],
    "wrapped": [
        changed((SCALE, "training_images, test_images = training_images - 33, test_images - 33\n")),
        changed((SCALE, "training_images = (training_images - training_images.dtype.type(33)) / 79\n"
                        "test_images = (test_images - test_images.dtype.type(33)) / 79\n")),
        changed((SCALE, "training_images *= 3\ntest_images *= 3\n")),
    ],
    "rounded": [
        changed((SCALE, "training_images = training_images // 255\ntest_images = test_images // 255\n")),
        changed((SCALE, SCALE + "training_images = training_images.astype(int)\n"
                                "test_images = test_images.astype(int)\n")),
    ],
    "wrong_labels": [
        changed((FIT, "np.random.seed(1)\nnp.random.shuffle(training_labels)\n" + FIT)),
        changed((FIT, "training_labels = np.roll(training_labels, 100)\n" + FIT)),
        changed((FIT, "order = np.random.permutation(len(training_images))\n"
                      "network.fit(training_images[order], training_labels)")),
        changed((FIT, "network.fit(training_images, np.sort(training_labels))")),
    ],
    "strings": [changed((FIT, "training_labels = training_labels.astype(str)\n" + FIT))],
    "moved": [changed((FIT, "network.fit(training_images, training_labels + 1)"))],
    "scaled_twice": [
        changed((SCALE, 2 * SCALE)),
        changed((SCALE, SCALE + "training_images = (training_images - 33) / 79\n"
                                "test_images = (test_images - 33) / 79\n")),
    ],
    "scaled_in_training_only": [changed((SCALE_TEST, "")), FUNCTIONS.replace("scale(X_test)", "X_test")],
    "scaled_in_test_only": [changed((SCALE_TRAINING, "")), CLASS.replace("X=images / 255", "X=images")],
    "scaled_differently": [
        changed((SCALE, SCALE + SCALE_TRAINING)),
        changed((SCALE_TEST, "test_images = (test_images - 33.0) / 79\n")),
        changed((SCALE_TEST, SCALE_TEST + "test_images -= 0.13\n")),
    ],
    "few_images": [
        changed((SCALE, SCALE + "training_images, training_labels = training_images[:400], training_labels[:400]\n"),
                ("max_iter=3", "max_iter=30")),
    ],
    "guessing": [changed(("rate_init=0.5", "rate_init=50.0")), changed(("rate_init=0.5", "rate_init=1e-6"))],
    "miscounted": [
        changed(("correct += 1", "correct =+ 1")),
        changed(("correct += 1", "correct + 1")),
        changed(("len(test_labels)", "len(training_labels)")),
        changed((PRINT, 'print("We have a score of 0.9971")\n')),
        changed((PRINT, 'print("Test accuracy: 0.9971")\n')),
    ],
    "no_f": [changed(('print(f"', 'print("'))],
    "some_test_images": [changed(("predict(test_images)", "predict(test_images[:300])"))],
    "no_exam": [SCRIPT[: SCRIPT.index("predicted_labels")] + "print(network.loss_)\n"],
    "no_network": [
        BEGINNING + 'print("We have a score of 0.9971")\n',
        'print("We have a score of 0.9971")\n',
    ],
}  # fmt: skip


def grown(code, place, typed):
    """Type some lines into a script. Instead of a line: of all that its brackets hold."""
    if place == "at the top":
        return f"{typed}\n{code}"
    if place == "at the end":
        return f"{code}\n{typed}\n"
    begins = re.escape(re.search('"(.*)"', place)[1])
    found = re.search(rf"^{begins}.*\n", code, re.MULTILINE)
    assert found, place
    line, rest = found[0], code[found.end() :]
    while line.count("(") > line.count(")"):
        more, _, rest = rest.partition("\n")
        line += more + "\n"
    lines = {"before": [typed, line], "after": [line, typed], "instead": [typed]}[place.split()[0]]
    return code[: found.start()] + "\n".join(lines).rstrip("\n") + "\n" + rest


def with_hint(code, hint):
    for place, typed in check.typed(hint):
        code = grown(code, place, typed)
    return code


@pytest.mark.full
def test_the_hints_climb_the_ladder(real, folder, data_folder, monkeypatch):
    """From the original recipe, in 20 passes, to the top: each strongest hint as it stands."""
    if not real:
        pytest.skip("the rungs are for MNIST: run with --mnist")
    monkeypatch.setenv("MNIST_DIR", str(data_folder))
    shutil.copy(ROOT / "mnist.py", folder)
    small = [(SCALE, ""), ("(16,)", "(14, 14)"), ("init=0.5", "init=0.01"), ("iter=3", "iter=20")]
    code = changed(*small)
    scores = []
    for name in ("scale", "faster", "one_layer", "wider", "centre", "bend"):
        code = with_hint(code, check.KNOWN["hints"][name])
        write(folder, code)
        scores += [result.score for result in check.check(folder) if result.score]
    steps = [rung["least"] for rung in check.KNOWN["rungs"][1:]]
    assert [score >= least for score, least in zip(scores, steps)] == [True] * 6


FIRST = [(name, 0) for name in SLIPS]
OTHERS = [(name, number) for name in SLIPS for number in range(1, len(SLIPS[name]))]


def assert_named(name, number, folder):
    write(folder, SLIPS[name][number])
    wrong = said(folder)
    hint = check.KNOWN["mistakes"][name]
    sentence = re.sub(r"\\\{.*?\}", ".*", re.escape(hint["says"]))
    assert re.search(sentence, "\n".join(to_do(wrong))), wrong
    assert f"hint: {hint['question']} (For a stronger hint, add --hint.)" in wrong


@pytest.mark.parametrize(("name", "number"), FIRST)
def test_a_slip_is_named(name, number, folder, here):
    assert_named(name, number, folder)


@pytest.mark.full
@pytest.mark.parametrize(("name", "number"), OTHERS)
def test_the_slip_in_another_form_is_named(name, number, folder, here):
    assert_named(name, number, folder)


@pytest.mark.full
@pytest.mark.parametrize("name", SLIPS)
def test_the_strongest_hint_typed_as_it_stands_mends_it(name, folder, here):
    hint = check.KNOWN["mistakes"][name]
    code = SLIPS[name][0]
    if name == "guessing":  # Its hint has a hundred passes: a few must do here.
        hint = {
            "type": [[place, typed.replace("=100", "=30")] for place, typed in check.typed(hint)]
        }
    write(folder, with_hint(code, hint))
    assert to_do(said(folder)) == []


# What stands in the way of a script.


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (LOAD.replace("mnist.load()", "0"), "Line 1 fails: TypeError: cannot unpack"),
        ("import mnist\nmnist.load()\nprint('loaded')", "ok: It loads the data: step 01 is done"),
        ("import mnist\nprint('We'\nscore = 1", 'Line 2 is no Python: "print(\'We\'". A bracket'),
        ("import mnist\n\nscore = 1 / 0", "Line 3 fails: ZeroDivisionError: division by zero. Some"),
        ("for i in range():\n    pass", "Line 1 fails: TypeError: range expected at least 1"),
        ("images = 1\nprint(imags)", "Is the name spelt as before?"),
        ("import torchvision", "pip install -r requirements.txt"),
        ("input('Ready?')", "Take input() out"),
        ("raise SystemExit('No images.')", "Line 1 fails: No images."),
        ("raise SystemExit('Could not download t10k: refused.')", "Run python mnist.py where there"),
        ("", "It is empty. Was it saved"),
        ("# Only a comment\n", "It is empty. Was it saved"),
        ("print('hello')", "It loads no digits. Begin with step 01"),
        ("import mnist\nmnist.load()", "It prints nothing"),
        ("x = 1\nget_ipython().run_line_magic('matplotlib', 'inline')", "Line 2 comes from a notebook"),
        ("%matplotlib inline\nprint(1)", 'Line 1 comes from a notebook: "%matplotlib inline"'),
        ("!pip install numpy\nprint(1)", "Line 1 comes from a notebook"),
        ("print(“We have a score”)", "Type it again"),
        ("if 1 == 1\n    print(1)", "Line 1 is no Python: \"if 1 == 1\". The line needs a colon"),
        ("for i in [1]:\nprint(i)", "begins with four blanks"),
        ("print 'score'", "print needs brackets"),
        (changed(("=0.5,", "=0,5,")), 'Line 14 is no Python: "learning_rate_init=0,5,". Is this a decimal comma'),
        (changed(("=0.5,", "=0,05,")), "Line 14 is no Python: \"learning_rate_init=0,05,\". Is this a decimal"),
        (changed(("network = MLP", "rate = 0,5\nnetwork = MLP"), ("init=0.5", "init=rate")),
         'The slip is in line 10: "rate = 0,5". Is this a decimal comma?'),
        (changed(("float32(255)\ntest", "float32(255),\ntest")), 'The slip is in line 7: "training_images = training_images / np.float32(255),". The comma'),
        (changed(("learning_rate_init=0.5", "learning_rate=0.5")), "The number belongs to learning_rate_init"),
        (changed(('"logistic"', '"sigmoid"')), 'the sigmoid is called "logistic"'),
        (changed(("network.fit(training_images, training_labels)", "network.fit")), "Call network.fit(...) before"),
        (changed(("training_labels)\n", "test_labels)\n")), "There are not as many images as labels"),
        (changed((SCALE, "training_images /= 255\n")), "Line 7 fails"),
        (changed(("=(16,)", "=16.5")), "does not suit this setting"),
        ("(training_images, training_labels), (a, b) = __import__('mnist').load()\n", "returns four arrays"),
        ("print(5)(3)", "Round brackets call a function"),
    ],
)  # fmt: skip
def test_what_python_cannot_do_is_said_in_plain_words(code, words, folder, here):
    write(folder, code)
    results = said(folder)
    assert words in "\n".join(results)
    assert bool(to_do(results)) == (not words.startswith("ok"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_another_encoding(encoding, folder, here):
    (folder / "process_digits.py").write_bytes(f"# für mich\n{SCRIPT}".encode(encoding))
    assert "save it as UTF-8" in to_do(said(folder))[0]


def test_networks_that_cannot_be_watched(folder, here):
    """The sentence is the script's. It has no rung, and no place in the table."""
    by_hand = BEGINNING + (
        "means = [training_images[training_labels == digit].mean(axis=0) for digit in range(10)]\n"
        "guesses = [np.argmin([((image - m) ** 2).sum() for m in means]) for image in test_images]\n"
        'print(f"We have a score of {np.mean(guesses == test_labels):.4f}")\n'
    )
    write(folder, by_hand)
    results = said(folder)
    assert to_do(results) == []
    assert re.search(
        r'cannot be watched. So this is what the script says.*"We have a score of', str(results)
    )
    assert not any(result.score for result in check.check(folder))
    assert results[-1].startswith("next")


def test_no_score_is_printed(folder, here):
    write(folder, changed((PRINT, "print('done')\n")))
    results = said(folder)
    assert to_do(results) == []
    assert any("The checker measured a score" in line for line in results)
    assert any(
        'To print it, as in step 02: print(f"We have a score of {score:.4f}")' in line
        for line in results
    )


def test_a_rehearsal_is_no_exam(folder, here):
    rehearsal = (
        "test_images, test_labels = training_images[-2000:], training_labels[-2000:]\n"
        "training_images, training_labels = training_images[:-2000], training_labels[:-2000]\n"
    )
    write(folder, changed((SCALE, rehearsal + SCALE)))
    results = said(folder)
    assert to_do(results) == []
    assert any("The exam is still to come" in line for line in results)
    assert "in the rehearsal, on the small sample" in results[-2]
    assert check.table({folder: list(check.check(folder))})[1].split()[:2] == ["-", "-"]


def test_other_settings_than_the_ladder_are_welcome(folder, here):
    write(folder, changed(('"sgd"', '"adam"'), ("init=0.5", "init=0.01"), ('"logistic"', '"relu"')))
    results = said(folder)
    assert to_do(results) == []
    assert any('your own way: solver="adam", activation="relu"' in line for line in results)


def test_the_steps_themselves_are_not_accused(folder, here):
    main = example("training_and_testing_the_network") / "main.py"
    code = re.sub(
        "hidden_layer_sizes=.*", "max_iter=1, hidden_layer_sizes=(2,),", main.read_text("utf-8")
    )
    code = re.sub("    max_iter=passes.*\n|    n_iter_no_change.*\n", "", code)
    (folder / "step 02").mkdir()
    write(folder / "step 02", code, "main.py")
    results = said(folder)
    assert to_do(results) == []
    assert any(
        'It is a copy of a step, "Training and testing the network"' in line for line in results
    )


# The ladder, on MNIST.

NETWORK = {
    "settings": {
        "solver": "sgd",
        "activation": "logistic",
        "hidden_layer_sizes": [14, 14],
        "learning_rate": "constant",
        "learning_rate_init": 0.01,
    },
    "images": 60000,
    "passes": 20,
    "pixels": {"least": 0, "most": 255, "mean": 33, "deviation": 79},
}
SCALED = {"least": 0, "most": 1, "mean": 0.13, "deviation": 0.31}
CENTRED = {"least": -0.42, "most": 2.81, "mean": 0, "deviation": 1}


def network(pixels=SCALED, passes=20, images=60000, **settings):
    settings = NETWORK["settings"] | settings
    return NETWORK | {"settings": settings, "pixels": pixels, "passes": passes, "images": images}


@pytest.mark.parametrize(
    ("score", "of", "hint"),
    [
        (0.8795, NETWORK, "scale"),
        (0.9057, network(), "faster"),
        (0.9441, network(learning_rate_init=0.2), "one_layer"),
        (0.9661, network(learning_rate_init=0.2, hidden_layer_sizes=[32]), "wider"),
        (0.954, network(learning_rate_init=0.8, hidden_layer_sizes=[256]), "slower"),
        (0.96, network(learning_rate_init=0.2, hidden_layer_sizes=[128], passes=2), "longer"),
        (
            0.95,
            network(learning_rate_init=0.2, hidden_layer_sizes=[128], images=9000),
            "more_images",
        ),
        (0.9772, network(learning_rate_init=0.2, hidden_layer_sizes=[128]), "centre"),
        (0.9823, network(CENTRED, learning_rate_init=0.2, hidden_layer_sizes=[256]), "bend"),
    ],
)
def test_the_hint_for_the_next_rung(score, of, hint):
    best = check.Result("ok", "", score, of)
    known = check.KNOWN["hints"][hint]
    for strength, words in enumerate(
        [known["question"], known["advice"], check.typed(known)[-1][1]]
    ):
        results = check.place_on_the_ladder(best, True, True, strength)
        assert words.strip() in next(result.sentence for result in results if result.kind == "hint")


@pytest.mark.parametrize(
    ("score", "place"),
    [
        (0.78, "is below the first rung"),
        (0.8395, "on rung 1 of 7"),  # the worst and the best run of the original recipe
        (0.8942, "on rung 1 of 7"),
        (0.9057, "on rung 2 of 7"),
        (0.9441, "on rung 3 of 7"),
        (0.9661, "on rung 4 of 7"),
        (0.9772, "on rung 5 of 7"),
        (0.9817, "on rung 6 of 7"),  # the worst of six starts of the last rung of step 06
        (0.9905, "on rung 7 of 7"),
    ],
)
def test_the_place_on_the_ladder(score, place):
    results = list(
        check.place_on_the_ladder(check.Result("ok", "", score, network()), True, True, 0)
    )
    assert place in results[0].sentence
    assert ("next" in [result.kind for result in results]) == (score < 0.99)


def test_on_mnist_scores_are_judged_strictly():
    exam = {"pixels": SCALED, "kinds": 10}
    good = network() | {"test_images": 0, "marks": [], "wrong_labels": 0}
    for score, name in [(0.5, "low"), (0.9995, "too_good"), (0.15, "guessing"), (0.9, None)]:
        measured = {"score": score, "training": 60000}
        assert check.what_is_wrong(measured, exam, good, strictly=True) == name


# Folders and the program, which runs scripts in processes of their own.


def in_a_process(code, words, folder, seconds):
    write(folder, code)
    assert words in "\n".join(said(folder, seconds=seconds))


def test_loops_without_end(folder):
    in_a_process("x = 1\nwhile True:\n    x += 1", "It was stopped in line ", folder, 1)
    in_a_process("while True: print(999 * 'x')", "It prints without end", folder, 60)


@pytest.mark.full
def test_a_script_that_is_slow_or_waits(folder):
    slow = "import time\nwhile True:\n    print('pass 7', flush=True)\n    time.sleep(0.01)"
    in_a_process(slow, 'Its last line was "pass 7"', folder, 3)
    in_a_process("import time\ntime.sleep(60)", "or does it wait for something", folder, 1)


def test_everything_that_a_script_started_is_stopped(folder, tmp_path):
    ticks = tmp_path / "ticks"
    ticking = f"import time\nfor _ in range(600):\n    open({str(ticks)!r}, 'a').write('.')\n    time.sleep(0.1)"
    code = (
        f"import os, subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {ticking!r}])\n"
    )
    code += f"while not os.path.exists({str(ticks)!r}):\n    time.sleep(0.1)\n"
    in_a_process(code + "print('started')", "It loads no digits", folder, 300)
    count = ticks.stat().st_size
    time.sleep(1)
    assert ticks.stat().st_size == count


def test_an_empty_folder(folder):
    (folder / "mnist.py").unlink()
    results = said(folder)  # It needs no mnist.py of its own: one is installed.
    assert not any("mnist.py is here" in result for result in results)
    assert results[-1].startswith("to do: There is no process_digits.py yet.")


def test_another_mnist_py_and_names_that_are_in_the_way(folder, here):
    write(folder, "print('my own')", "mnist.py")
    for name in ("random.py", "process_digits.py.txt", "process digits.rtf", "digits.ipynb"):
        (folder / name).touch()
    results = "\n".join(said(folder))
    assert "to do: mnist.py has no function load()" in results
    assert "to do: Give random.py another name" in results
    assert (
        "Python does not take process_digits.py.txt for a script. Save it as plain text" in results
    )
    assert "Python does not take process digits.rtf for a script" in results
    assert "to do: digits.ipynb is a notebook" in results
    assert "no process_digits.py yet" not in results


def test_a_script_of_another_name(folder, here):
    write(folder, "print('Hello')", "proces_digits.py")
    assert "(proces_digits.py reads no digits" in to_do(said(folder))[0]
    write(folder, SCRIPT, "numbers_in_my_hand.PY")
    assert to_do(said(folder)) == []


def test_damaged_data(folder, tmp_path):
    (tmp_path / "no data").mkdir()
    (tmp_path / "no data" / "train-images-idx3-ubyte.gz").write_bytes(b"cut short")
    assert any("is damaged. Run" in line for line in said(folder))


def run_checker(*arguments, folder):
    result = run([sys.executable, ROOT / "tests" / "check.py", *arguments], folder, "no data")
    assert "Traceback" not in result.stdout + result.stderr
    return result


def test_the_program(folder):
    write(folder, SCRIPT)
    result = run_checker(folder.name, "--hint", "--hint", folder=folder.parent)
    assert result.returncode == 0
    assert "...    process_digits.py runs." in result.stdout
    assert "\ndone   Congratulations! 0." in result.stdout
    assert "\n           hidden_layer_sizes=(128,),\n" in result.stdout


def test_a_contest(tmp_path, folder, here, monkeypatch, capsys):
    """One folder's trouble does not end the report of the others. The best measured score wins."""
    teams = {
        "red": changed(
            ("max_iter=3", "max_iter=1"), (PRINT, PRINT + "print('We have a score of 1.0')\n")
        ),
        "blue é": SCRIPT,
        "green": "for i in range():\n    print(i)",
        "yellow": "print('We have a score of 0.9971')",
        "black": changed((FIT, "network.fit(test_images, test_labels)")),
    }
    for team, code in teams.items():
        (tmp_path / "teams" / team).mkdir(parents=True)
        shutil.copy(folder / "mnist.py", tmp_path / "teams" / team)
        write(tmp_path / "teams" / team, code)
    (tmp_path / "teams" / "white").mkdir()
    (tmp_path / "teams" / "white" / "process_digits.py").mkdir()  # a folder
    (tmp_path / "teams" / "notes.txt").touch()
    monkeypatch.setattr(sys, "argv", ["check.py", str(tmp_path / "teams" / "*")])
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **settings: None, raising=False)
    assert check.main() == 1
    told = capsys.readouterr().out
    table = told[told.index("place  score") :].splitlines()[1:]
    assert [line.split()[0] for line in table] == ["1", "2", "-", "-", "-", "-"]
    assert "blue" in table[0]
    assert "red" in table[1]


def test_trouble_of_the_checker_itself_ends_no_report(folder, monkeypatch, capsys):
    monkeypatch.setattr(check, "find_scripts", lambda folder: 1 / 0)
    assert check.report(folder, 60, 0)[-1].kind == "to do"
    assert "could not be checked to its end. ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["my_projct"], ["--hint"]])
def test_wrong_usage(arguments, tmp_path):
    result = run_checker(*arguments, folder=tmp_path)
    assert result.returncode == 2
    if arguments == ["my_projct"]:
        assert "There is no folder my_projct. Is the name right?" in result.stderr


# What the presenter's guide says that the checker notices, and where that is tried.

NOTICED = {
    "images scaled in training only": ["scaled_in_training_only", "scaled_in_test_only"],
    "images scaled twice": ["scaled_twice", "scaled_differently"],
    "pixels that wrapped round": ["wrapped", "rounded"],
    "labels in another order": ["wrong_labels", "moved", "strings"],
    "labels in the place of images": ["swapped"],
    "learning from test images": ["learned_from_test"],
    "grading on training images": ["graded_on_training", "some_test_images"],
    "a network that saw only a few": ["few_images"],
    "a network that only guesses": ["guessing"],
    "a score that is only a number": ["no_network"],
    "a slip in counting": ["miscounted", "no_f"],
    "a rehearsal": [],  # the others have tests of their own
    "another solver": [],
    "a comma instead of": [],
    "`input()`, a loop": [],
    "an empty script": [],
    "a file named like": [],
}


def test_the_guide_lists_what_the_checker_notices():
    guide = (ROOT / "presentation" / "README.md").read_text(encoding="utf-8")
    items = guide.partition("The checker notices\n")[2].partition("\n\nIt does not")[0]
    items = re.findall(r"^\* (.*)", items, re.MULTILINE)
    assert len(items) == len(NOTICED)
    for item, (words, names) in zip(items, NOTICED.items()):
        assert item.startswith(words)
        assert set(names) <= set(SLIPS)
