"""The participant's checker, on scripts and folders as participants leave them.

Each script is really run and watched: in this process, on the sample, with a small network. A few
are run by the program, as a participant does.
"""

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
    max_iter=2,
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
        np.savez(folder / "sample.npz", *mnist.load())
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
    network = MLPClassifier((16,), solver="sgd", learning_rate_init=0.5, max_iter=2)
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
        self.network = MLPClassifier((16,), learning_rate_init=0.01, max_iter=2)

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
pipe = make_pipeline(StandardScaler(), MLPClassifier((16,), learning_rate_init=0.01, max_iter=2))
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
    ("max_iter=2", "max_iter=4"),
)
OWN_WORDS = changed((PRINT, 'print("Accuracy: %.1f" % (100 * score), "%")\n'))
STRINGS_ON_BOTH_SIDES = changed(
    (FIT, "network.fit(training_images, training_labels.astype(str))"),
    ("== true_label", "== str(true_label)"),
)
VOTE = changed(
    (FIT, FIT + "\nother = MLPClassifier((16,), max_iter=2).fit(training_images, training_labels)"),
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
PSEUDO_LABELS = changed(
    (FIT, "guesses = np.where(np.arange(len(training_labels)) % 7 == 0, 3, training_labels)\n"
     "network.fit(training_images, guesses)"),
)  # fmt: skip
REAL = {name: code for name, code in globals().items() if isinstance(code, str) and "import mnist" in code}
REAL = {name: code for name, code in REAL.items() if name not in ("BEGINNING", "__doc__")}


@pytest.mark.parametrize("name", REAL)
def test_nothing_is_wrong_with_it(name, folder, here):
    write(folder, REAL[name])
    results = said(folder)
    assert to_do(results) == []
    assert re.search(r"a score of 0\.\d+, counted by the checker", "\n".join(results))
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
        changed((FIT, "network.fit(training_images, training_labels + 1)")),
        changed((FIT, "order = np.random.permutation(len(training_images))\n"
                      "network.fit(training_images[order], training_labels)")),
        changed((FIT, "network.fit(training_images, np.sort(training_labels))")),
    ],
    "strings": [changed((FIT, "training_labels = training_labels.astype(str)\n" + FIT))],
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
        changed((SCALE, SCALE + "training_images, training_labels = training_images[:1000], training_labels[:1000]\n"),
                ("max_iter=2", "max_iter=20")),
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


@pytest.mark.parametrize(("name", "number"), [(n, i) for n, codes in SLIPS.items() for i in range(len(codes))])
def test_a_slip_is_named_and_mended(name, number, folder, here):
    code = SLIPS[name][number]
    write(folder, code)
    wrong = said(folder)
    hint = check.KNOWN["mistakes"][name]
    sentence = re.sub(r"\\\{.*?\}", ".*", re.escape(hint["says"]))
    assert re.search(sentence, "\n".join(to_do(wrong))), wrong
    assert f"hint: {hint['question']} (For a stronger hint, add --hint.)" in wrong
    if number == 0 and "import numpy" in code:  # It has the lines of the first hour.
        write(folder, with_hint(code, hint))
        assert to_do(said(folder)) == []
