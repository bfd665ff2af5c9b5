"""Watches what the networks of a script are given and what they answer.

    python watch.py RECORD STACK SECONDS SCRIPT

SCRIPT runs as it is, and every MLPClassifier in it is watched, whether it stands alone, in a
pipeline, a function, a class or a search. Whose images it is given shows in where their ink is: no
scaling moves it. Its answers are compared with the labels of mnist.load(), so nothing that the
script prints can change its score. RECORD gets it all, as JSON. A script that runs longer than
SECONDS is ended; then STACK says in which line it was.
"""

import collections
import contextlib
import faulthandler
import functools
import io
import json
import runpy
import sys
import traceback
import weakref
from pathlib import Path
from unittest import mock

import numpy as np
from sklearn.neural_network import MLPClassifier

import mnist

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
        self.numbers = {ink: number for number, ink in enumerate(where_ink_is(self.images, 0))}

    def identify(self, rows, labels):
        """Return the number of each image. Labels, or answers, help where its ink was changed."""
        for paper in (rows[:, :1], rows.min(axis=0)):  # the pixel in its corner, or each its own
            numbers = [self.numbers.get(ink, NOTHING) for ink in where_ink_is(rows, paper)]
            numbers = np.array(numbers)
            if np.mean(numbers != NOTHING) > 0.5:
                break
        in_order = np.arange(len(rows)) + int(np.median(numbers - np.arange(len(rows))))
        if np.mean(numbers == in_order) > 0.99:  # A few share their ink with another one.
            return np.where(numbers == NOTHING, NOTHING, in_order)
        if np.mean(numbers != NOTHING) > 0.99 or len(rows) <= 200:
            return numbers
        # The ink itself was changed. Are they all in their usual order, a whole part or its end?
        for start in (0, self.training, self.training - len(rows)):
            in_order = np.arange(start, start + len(rows))
            if start < 0 or in_order[-1] >= len(self.labels):
                continue
            fits = labels == self.labels[in_order]
            if fits.mean() > 0.5 or greys(self.images[in_order[::50]], rows[::50]).any():
                return in_order
        return numbers


def where_ink_is(rows, paper):
    """Return for each image which pixels are not like paper."""
    return [row.tobytes() for row in np.packbits(rows != paper, axis=1)]


def greys(originals, rows):
    """Return what each grey from 0 to 255 has become. Empty: not the same everywhere."""
    if originals.shape != rows.shape or not rows.size:
        return np.array([])
    became = np.full(256, np.nan)
    became[originals.ravel()] = rows.ravel()
    alike = np.allclose(became[originals], rows, rtol=0, atol=1e-4 * np.ptp(rows))
    return became[~np.isnan(became)] if alike else np.array([])


def as_digits(labels):
    """Return labels as whole numbers, from whatever they are, or nothing if they are no digits."""
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 10:  # one column for each digit
        return labels.argmax(axis=1)
    try:
        return labels.ravel().astype(float).astype(int)
    except (TypeError, ValueError):
        return np.full(len(labels), NOTHING)


def described(kept):
    """Return the range of the pixels in some images, and the mean and deviation of a typical one.

    Typical is the median, because a scaler makes pixels huge that hardly ever have ink.
    """
    rows = np.concatenate(kept or [np.zeros((1, 1))])
    return {
        "least": rows.min(),
        "most": rows.max(),
        "mean": np.median(rows.mean(axis=1)),
        "deviation": np.median(rows.std(axis=1)),
    }


def keep_some(kept, rows):
    """Add some rows to those that were kept: a thousand are enough to describe them all."""
    if sum(map(len, kept)) < 1000:
        kept.append(rows[:: len(rows) // 1000 + 1].astype(float))


class Network:
    """What is known of one MLPClassifier since it was last fitted from the start."""

    def __init__(self, network, digits):
        self.digits = digits
        self.settings = network.get_params()
        self.marks = set()  # what was noticed on the way
        self.learned = np.zeros(len(digits.labels), bool)
        self.shown = self.passes = 0  # images, all passes together; and passes
        self.strangers = self.unknown = 0  # images not identified, in lessons and in exams
        self.moves = collections.Counter([0])  # by how much labels differ from the true ones
        self.pixels = []  # some images of the lessons
        self.exams = []
        self.begin_exam()

    def begin_exam(self):
        """An exam is what a network answers between two lessons: the newest for each digit."""
        self.answers = np.full(len(self.digits.labels), NOTHING - 1)
        self.votes = np.zeros((len(self.answers), 10), np.float32)
        self.asked = {True: [], False: []}  # some images of the test, and some others

    def moved(self):
        """Return by how much most labels are moved: by 1 if they are counted from 1."""
        return self.moves.most_common(1)[0][0]

    def look(self, rows, labels):
        """Return the numbers of some images, and notice what has become of their greys."""
        numbers = self.digits.identify(rows, labels)
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
        if labels.dtype.kind in "USO":
            self.marks.add("strings")
        keep_some(self.pixels, rows)
        given = as_digits(labels)
        numbers = self.look(rows, given)
        known = numbers != NOTHING
        self.learned[numbers[known]] = True
        self.strangers += int((~known).sum())
        if known.sum() >= 100:
            self.moves.update(given[known] - self.digits.labels[numbers[known]])

    def answer(self, images, answers):
        """Note answers, and return which are to images that are known, and to which ones."""
        rows, answers = np.asarray(images), as_digits(answers) - self.moved()
        numbers = self.look(rows, answers)
        known = numbers != NOTHING
        is_test = not known.any() or np.mean(numbers[known] >= self.digits.training) > 0.5
        keep_some(self.asked[bool(is_test)], rows)
        self.unknown += int((~known).sum())
        self.answers[numbers[known]] = answers[known]
        return known, numbers[known]

    def vote(self, images, probabilities):
        """Note probabilities. Several readings of an image, moved perhaps, count together."""
        known, numbers = self.answer(images, probabilities.argmax(axis=1) + self.moved())
        self.votes[numbers] += probabilities[known]
        self.answers[numbers] = self.votes[numbers].argmax(axis=1)

    def end_exam(self):
        """Note how it went on the test, on unseen and on learned images."""
        if not any(self.asked.values()):
            return
        parts = np.where(self.learned, "training", "validation")
        parts[self.digits.training :] = "test"
        for part in ("test", "validation", "training"):
            asked = (parts == part) & (self.answers >= NOTHING)
            if asked.sum() >= 100 and "other classes" not in self.marks:
                right = (self.answers == self.digits.labels)[asked]
                scored = {"rows": len(right), "right": right.sum(), "score": right.mean()}
                pixels = described(self.asked[part == "test"])
                self.exams.append({"part": part, **scored, "exam_pixels": pixels})
        self.begin_exam()

    def told(self):
        """Return all that is known, and its exams, each with what is known of its network."""
        self.end_exam()
        learned = int(self.learned[: self.digits.training].sum())
        images = learned + self.strangers
        facts = {
            "training": self.digits.training,
            "test": self.digits.test,
            "settings": self.settings,
            "marks": sorted(self.marks),
            "images": images,
            "test_images": int(self.learned.sum()) - learned,
            "passes": self.passes or self.shown / max(images, 1),
            "unknown": self.unknown,
            "moved": self.moved(),
            "wrong_labels": 1 - self.moves[self.moved()] / self.moves.total(),
            "pixels": described(self.pixels),
        }
        return {**facts, "exams": [{**facts, **exam} for exam in self.exams]}


class Watcher:
    """Watches all networks of a script while it runs."""

    def __init__(self, digits):
        self.digits = digits
        self.networks = []
        self.of = weakref.WeakKeyDictionary()

    def note(self, name, estimator, result, images, y=None, classes=None):
        """Note what a method was given, and what it returned: nothing if it failed."""
        if estimator not in self.of or (name == "fit" and not estimator.warm_start):
            self.of[estimator] = Network(estimator, self.digits)
            self.networks.append(self.of[estimator])
        network = self.of[estimator]
        if name in ("fit", "partial_fit"):
            network.learn(images, y)
            network.passes = estimator.n_iter_ if name == "fit" else 0
            if len(estimator.classes_) != 10:
                network.marks.add("other classes")
        elif name == "predict" and result is not None:
            network.answer(images, result)
        elif result is not None:
            network.vote(images, result)

    def wrapped(self, name):
        """Return a method of MLPClassifier that does what it always did, and is watched."""
        method = getattr(MLPClassifier, name)

        @functools.wraps(method)
        def watched(estimator, X, *values, **named):  # noqa: N803
            result = None
            try:
                result = method(estimator, X, *values, **named)
                return result
            finally:
                # What the watcher cannot follow is no reason to stop a script.
                with contextlib.suppress(Exception), np.errstate(all="ignore"):
                    self.note(name, estimator, result, X, *values, **named)

        return watched

    def watch(self, script):
        """Run a script and return all that was noticed."""
        methods = ("fit", "partial_fit", "predict", "predict_proba")
        watched = {name: self.wrapped(name) for name in methods}
        del sys.modules["mnist"]  # The script imports its own.
        error = None
        try:
            with mock.patch.multiple(MLPClassifier, **watched):
                runpy.run_path(str(script), run_name="__main__")
        except BaseException as problem:  # SystemExit and Ctrl-C are such ones.
            if not isinstance(problem, SystemExit) or problem.code not in (None, 0):
                error = error_in_words(problem, script)
        return {
            "error": error,
            "uses mnist": "mnist" in sys.modules,
            "networks": [network.told() for network in self.networks],
            "training": self.digits.training,
        }


def error_in_words(error, script):
    """Return an error in words, with the last line of the participant's own code that it met."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).parent == script.parent]
    line = lines[-1] if lines else getattr(error, "lineno", None)
    return {"words": f"{type(error).__name__}: {error}", "line": line}


def plain(value):
    """Return what JSON knows instead of NumPy's numbers and arrays."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


if __name__ == "__main__":
    record, stack, seconds, script = sys.argv[1:]
    sys.argv = [script]
    digits = Digits()
    sys.path[0] = str(Path(script).parent)
    with open(stack, "w") as lines:
        faulthandler.dump_traceback_later(float(seconds), exit=True, file=lines)
        told = Watcher(digits).watch(Path(script))
    Path(record).write_text(json.dumps(told, default=plain), encoding="utf-8")
    sys.exit(1 if told["error"] else 0)
