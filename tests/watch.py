"""Run a script, and write down what its networks were given and what they answered.

    python watch.py RECORD STACK SECONDS SCRIPT

The script runs as it is. Every MLPClassifier is watched, whether it stands alone, in a pipeline, a
function, a class or a search. Whose images it is given shows in where their ink is: no scaling
moves it. Its answers are compared with the labels of mnist.load(), so nothing that the script
prints can change its score. RECORD gets it all, as JSON. A script that runs longer than SECONDS is
ended; then STACK says in which line it was.
"""

import contextlib
import faulthandler
import functools
import inspect
import io
import json
import os
import runpy
import sys
import traceback
import weakref
from pathlib import Path
from unittest import mock

import numpy as np
from sklearn.neural_network import MLPClassifier

import mnist

SETTINGS = ("solver", "activation", "hidden_layer_sizes", "learning_rate", "learning_rate_init")
ENOUGH = 300_000  # images of a network's lessons are looked at one by one; later ones are like them
NOTHING = -1  # no such image, or no such digit


class Digits:
    """The digits of mnist.load(), numbered from 0, first the training images, then the others."""

    def __init__(self):
        with contextlib.redirect_stderr(io.StringIO()):  # It would tell of the sample.
            training_images, training_labels, test_images, test_labels = mnist.load()
        self.images = np.concatenate([training_images, test_images])
        self.labels = np.concatenate([training_labels, test_labels]).astype(int)
        self.training, self.test = len(training_images), len(test_images)
        self.numbers = {ink: number for number, ink in enumerate(where_ink_is(self.images))}

    def identify(self, rows, paper):
        """Return the number of each image. `paper`: what white paper has become, if it is known."""
        for white in (None, paper, rows.min(axis=0)):
            numbers = [self.numbers.get(ink, NOTHING) for ink in where_ink_is(rows, white)]
            numbers = np.array(numbers)
            if np.mean(numbers != NOTHING) > 0.5:
                break
        some = slice(None, None, len(rows) // 300 + 1)
        for in_order in self.orders(len(rows)):
            if np.mean(numbers == in_order) > 0.9:
                return in_order
            if (numbers == NOTHING).all() and greys(self.images[in_order[some]], rows[some]).any():
                return in_order
        return numbers

    def identify_by_labels(self, labels):
        """Return the numbers of images in their usual order that most labels fit, or nothing."""
        for in_order in self.orders(len(labels)):
            if np.mean(labels == self.labels[in_order]) > 0.5:
                return in_order
        return np.full(len(labels), NOTHING)

    def orders(self, count):
        """Yield the numbers of so many images in the usual orders: a whole part, or its end."""
        for start in {0, self.training, self.training - count}:
            if start >= 0 and start + count <= len(self.labels):
                yield np.arange(start, start + count)


def where_ink_is(rows, paper=None):
    """Return for each image which pixels are not white. Its first pixel is in a corner: paper."""
    ink = rows != (rows[:, :1] if paper is None else paper)
    return [row.tobytes() for row in np.packbits(ink, axis=1)]


def greys(originals, rows):
    """Return what each grey from 0 to 255 has become. Empty: not the same everywhere."""
    if originals.shape != rows.shape or len(rows) == 0:
        return np.array([])
    became = np.full(256, np.nan)
    became[originals.ravel()] = rows.ravel()
    span = float(rows.max()) - float(rows.min())
    alike = span > 0 and abs(became[originals] - rows).max() < 1e-4 * span
    return became[~np.isnan(became)] if alike else np.array([])


def as_digits(labels):
    """Return labels as whole numbers, from whatever they are, or None if they are no digits."""
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 10:  # one column for each digit
        return labels.argmax(axis=1)
    try:
        return None if labels.dtype.kind == "b" else labels.ravel().astype(float).astype(int)
    except (TypeError, ValueError):
        return None


def measure(rows):
    """Return the range of the pixels in some images, and what is typical of an image."""
    some = rows[:: len(rows) // 1000 + 1].astype(float)
    return some.min(), some.max(), np.median(some.mean(axis=1)), np.median(some.std(axis=1))


def all_together(measures):
    """Medians, because of pixels that hardly ever have ink: a scaler makes them huge."""
    least, most, means, deviations = np.transpose(measures or [(0, 0, 0, 0)])
    typical = {"mean": np.median(means), "deviation": np.median(deviations)}
    return {"least": least.min(), "most": most.max(), **typical}


class Network:
    """What is known of one MLPClassifier since it was last fitted from the start."""

    def __init__(self, network, digits):
        self.digits = digits
        self.settings = {name: network.get_params()[name] for name in SETTINGS}
        self.marks = set()  # what was noticed on the way
        self.learned = np.zeros(len(digits.labels), bool)
        self.shown = self.passes = 0  # images, all passes together; and passes
        self.strangers = self.unknown = 0  # images not identified, in lessons and in exams
        self.compared = self.wrong = self.moved = 0  # labels; and by how much all of them are moved
        self.pixels = []  # what was measured of them in lessons
        self.paper = None
        self.exams = []
        self.begin_exam()

    def begin_exam(self):
        """An exam is what a network answers between two lessons: the newest for each digit."""
        self.answers = np.full(len(self.digits.labels), NOTHING - 1)
        self.asked = {}  # pixels of test images (True) and of others (False)
        self.waiting = []  # answers for images that were changed too much to be identified

    def look(self, rows):
        """Return the numbers of some images, and notice what has become of their greys."""
        numbers = self.digits.identify(rows, self.paper)
        known = np.flatnonzero(numbers != NOTHING)[:300]
        steps = np.diff(greys(self.digits.images[numbers[known]], rows[known]))
        if (steps > 0).any() and (steps < 0).any():
            self.marks.add("wrapped")
        elif len(steps) > 9 and not steps[:-1].any() and steps[-1]:
            self.marks.add("rounded")
        return numbers

    def learn(self, images, labels):
        """Note a lesson that begins: whose images and whose labels are these?"""
        self.end_exam()
        rows, labels = np.asarray(images), np.asarray(labels)
        if rows.ndim == 1 or labels.shape[1:] == (784,):
            self.marks.add("swapped")
        if rows.ndim != 2 or len(rows) != len(labels):
            return
        self.shown += len(rows)
        if self.shown - len(rows) > ENOUGH:
            return
        self.pixels.append(measure(rows))
        if self.paper is None and len(rows) >= 100:
            self.paper = rows.min(axis=0)
        given = as_digits(labels)
        numbers = self.look(rows)
        if (numbers == NOTHING).mean() > 0.5 and given is not None and len(given) > 200:
            numbers = self.digits.identify_by_labels(given)
        known = numbers != NOTHING
        self.learned[numbers[known]] = True
        self.strangers += int((~known).sum())
        if labels.dtype.kind in "USO":
            self.marks.add("strings")
        if given is not None and known.sum() >= 100:
            apart = given[known] - self.digits.labels[numbers[known]]
            self.moved = int(apart[0]) if (apart == apart[0]).all() else 0
            self.compared += len(apart)
            self.wrong += int((apart != self.moved).sum())

    def answer(self, images, answers):
        """Note answers, and return for whose images they are."""
        rows = np.asarray(images)
        answers = as_digits(answers) - self.moved
        numbers = self.look(rows)
        unknown = (numbers == NOTHING).all()
        is_test = bool(unknown or (numbers >= self.digits.training).any())
        self.asked.setdefault(is_test, []).append(measure(rows))
        if unknown:
            self.unknown += len(rows)
            self.waiting.extend(answers)
            if len(self.waiting) >= self.digits.test:
                answers = np.array(self.waiting)
                numbers = self.digits.identify_by_labels(answers)
                self.waiting.clear()
        known = numbers != NOTHING
        self.answers[numbers[known]] = answers[known]
        return numbers

    def end_exam(self):
        """Note how it went on the test, on unseen and on learned images."""
        is_test = np.arange(len(self.learned)) >= self.digits.training
        parts = {
            "test": is_test,
            "validation": ~is_test & ~self.learned,
            "training": ~is_test & self.learned,
        }
        for part, belongs in parts.items():
            asked = belongs & (self.answers >= NOTHING)
            if asked.any() and "other classes" not in self.marks:
                right = int((self.answers == self.digits.labels)[asked].sum())
                pixels = all_together(self.asked.get(part == "test", self.pixels))
                exam = {"part": part, "rows": int(asked.sum()), "right": right, "pixels": pixels}
                self.exams.append(exam)
        self.begin_exam()

    def told(self):
        self.end_exam()
        learned = int(self.learned[: self.digits.training].sum())
        return {
            "settings": self.settings,
            "marks": sorted(self.marks),
            "images": learned + self.strangers,
            "test_images": int(self.learned.sum()) - learned,
            "passes": self.passes or self.shown / max(learned + self.strangers, 1),
            "unknown": self.unknown,
            "moved": self.moved,
            "wrong_labels": self.wrong / max(self.compared, 1),
            "pixels": all_together(self.pixels),
            "exams": self.exams,
        }


class Watcher:
    """Watches all networks of a script while it runs."""

    def __init__(self, digits):
        self.digits = digits
        self.networks = []
        self.of = weakref.WeakKeyDictionary()
        self.votes = np.zeros((digits.test, 10))  # what all readings say together
        self.voter = None

    def network(self, estimator, afresh=False):
        if afresh or estimator not in self.of:
            self.of[estimator] = Network(estimator, self.digits)
            self.networks.append(self.of[estimator])
        return self.of[estimator]

    def before(self, name, estimator, images=None, labels=None):
        if name in ("fit", "partial_fit"):
            afresh = name == "fit" and not estimator.warm_start
            self.network(estimator, afresh).learn(images, labels)

    def after(self, name, estimator, result, images):
        network = self.network(estimator)
        if name in ("fit", "partial_fit"):
            network.passes = estimator.n_iter_ if name == "fit" else 0
            if len(estimator.classes_) != 10:
                network.marks.add("other classes")
        elif name == "predict":
            network.answer(images, result)
        else:
            numbers = network.answer(images, estimator.classes_[result.argmax(axis=1)])
            if len(numbers) == len(result):
                of_test = numbers >= self.digits.training
                self.votes[numbers[of_test] - self.digits.training] += result[of_test]
                self.voter = network

    def wrapped(self, name):
        """Return a method of MLPClassifier that does what it always did, and is watched."""
        method = getattr(MLPClassifier, name)

        @functools.wraps(method)
        def watched(estimator, *values, **named):
            given = inspect.signature(method).bind_partial(estimator, *values, **named).arguments
            images = given.get("X")
            # What the watcher cannot follow is no reason to stop a script.
            with contextlib.suppress(Exception), np.errstate(all="ignore"):
                self.before(name, estimator, images, given.get("y"))
            result = method(estimator, *values, **named)
            with contextlib.suppress(Exception), np.errstate(all="ignore"):
                self.after(name, estimator, result, images)
            return result

        return watched

    def watch(self, script):
        """Run a script and return all that was noticed."""
        methods = ("fit", "partial_fit", "predict", "predict_proba")
        ours = sys.modules.pop("mnist")  # The script imports its own.
        error = None
        try:
            watched = {name: self.wrapped(name) for name in methods}
            with mock.patch.multiple(MLPClassifier, **watched):
                runpy.run_path(str(script), run_name="__main__")
        except BaseException as problem:  # SystemExit and Ctrl-C are such ones.
            if not isinstance(problem, SystemExit) or problem.code not in (None, 0):
                error = described(problem, script)
        uses_mnist = "mnist" in sys.modules
        sys.modules["mnist"] = ours
        networks = [network.told() for network in self.networks]
        if self.voter:
            self.vote()
        return {
            "error": error,
            "uses mnist": uses_mnist,
            "networks": networks,
            "training": self.digits.training,
            "test": self.digits.test,
        }

    def vote(self):
        """All readings that gave probabilities are one more exam: of all of them together."""
        exams = [exam for exam in self.voter.exams if exam["part"] == "test"]
        if exams and self.votes.any(axis=1).all():
            right = self.votes.argmax(axis=1) == self.digits.labels[self.digits.training :]
            self.voter.exams.append({**exams[-1], "rows": len(right), "right": int(right.sum())})


def described(error, script):
    """Return an error in words, with the last line of the participant's own code that it met."""
    lines = [error.lineno] if isinstance(error, SyntaxError) else [None]
    for frame, line in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).parent == script.parent:
            lines.append(line)
    return {"words": f"{type(error).__name__}: {error}", "line": lines[-1]}


def plain(value):
    """Return what JSON knows instead of NumPy's numbers and arrays."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


if __name__ == "__main__":
    record, stack, seconds, script = sys.argv[1:]
    record = Path(record).absolute()
    script = Path(script).absolute()
    sys.argv = [str(script)]
    digits = Digits()
    sys.path[0] = os.fspath(script.parent)
    lines = os.open(stack, os.O_WRONLY)
    faulthandler.dump_traceback_later(float(seconds), exit=True, file=lines)
    told = Watcher(digits).watch(script)
    record.write_text(json.dumps(told, default=plain), encoding="utf-8")
    sys.exit(1 if told["error"] else 0)
