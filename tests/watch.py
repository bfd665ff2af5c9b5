"""Run a script, and write down what its networks were given and what they answered.

    python watch.py RECORD SCRIPT

The script runs as it is. Every MLPClassifier is watched, whether it stands alone, in a pipeline, a
function, a class or a search. Whose images it is given shows in where their ink is: no scaling
moves it. Its answers are compared with the labels of mnist.load(), so nothing that the script
prints can change its score. RECORD grows by a line of JSON each second, and ends with everything.
"""

import contextlib
import functools
import inspect
import io
import json
import os
import runpy
import sys
import threading
import time
import traceback
import weakref
from collections import defaultdict
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
        self.numbers, self.twins = {}, {}
        for number, ink in enumerate(where_ink_is(self.images)):
            first = self.numbers.setdefault(ink, number)
            if first != number:
                self.twins.setdefault(first, [first]).append(number)

    def identify(self, rows, paper=None):
        """Return the number of each image. `paper`: what white paper has become, if it is known."""
        some = slice(None, None, len(rows) // 300 + 1)
        for white in (None, paper, rows.min(axis=0)):
            numbers = self.look_up(rows[some], white)
            if np.mean(numbers != NOTHING) > 0.5:
                numbers = self.look_up(rows, white)
                break
        for in_order in self.orders(len(rows)):
            if np.mean(numbers[: len(rows)] == in_order[: len(numbers)]) > 0.9:
                return in_order
            if (numbers == NOTHING).all() and greys(self.images[in_order[some]], rows[some]).any():
                return in_order
        return numbers if len(numbers) == len(rows) else np.full(len(rows), NOTHING)

    def look_up(self, rows, paper):
        """Return the number of the image that has ink in the same places. A few have twins."""
        numbers = [self.numbers.get(ink, NOTHING) for ink in where_ink_is(rows, paper)]
        for place in [place for place, number in enumerate(numbers) if number in self.twins]:
            row, twins = rows[place : place + 1], self.twins[numbers[place]]
            same = [twin for twin in twins if len(greys(self.images[[twin]], row))]
            numbers[place] = (same or twins)[0]
        return np.array(numbers)

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


class Pixels:
    """The range of what a network is given, and what is typical of an image."""

    def __init__(self):
        self.least, self.most, self.count, self.means, self.deviations = np.inf, -np.inf, 0, [], []

    def add(self, rows):
        some = rows[:: len(rows) // 1000 + 1].astype(float)
        self.least, self.most = min(self.least, some.min()), max(self.most, some.max())
        if self.count < 20_000:
            self.count += len(some)
            self.means.append(some.mean(axis=1))
            self.deviations.append(some.std(axis=1))

    def told(self):
        """Medians, because of pixels that hardly ever have ink: a scaler makes them huge."""
        typical = {"mean": self.means, "deviation": self.deviations}
        typical = {name: np.median(np.concatenate(of or [[0]])) for name, of in typical.items()}
        return {"least": self.least, "most": self.most, **typical}


class Exam:
    """What a network answers between two lessons: the newest answer for each digit."""

    def __init__(self, digits):
        self.answers = np.full(len(digits.labels), NOTHING - 1, np.int16)
        self.votes = np.zeros((digits.test, 10), np.float32)
        self.pixels = defaultdict(Pixels)
        self.stream = []  # answers for images that were changed too much to be identified


class Network:
    """What is known of one MLPClassifier since it was last fitted from the start."""

    def __init__(self, network, digits):
        self.digits = digits
        self.settings = {name: network.get_params()[name] for name in SETTINGS}
        self.marks = set()  # what was noticed on the way
        self.learned = np.zeros(len(digits.labels), bool)
        self.shown = self.looked_at = self.passes = 0  # images, all passes together; and passes
        self.strangers = self.unknown = 0  # images not identified, in lessons and in exams
        self.compared = self.wrong = self.moved = 0  # labels; and by how much all of them are moved
        self.pixels = Pixels()
        self.paper = None
        self.exam = self.votes = None
        self.exams = []
        self.seen = {}

    def look(self, rows):
        """Return the numbers of some images. The same array is not looked at twice."""
        place = rows.__array_interface__["data"][0], rows.shape, rows.strides, rows.dtype.str
        probe = hash(rows[:: len(rows) // 100 + 1].tobytes())
        if self.seen.get(place, (None,))[0] != probe:
            if len(self.seen) > 9:
                self.seen.clear()
            numbers = self.digits.identify(rows, self.paper)
            self.seen[place] = probe, numbers
            known = np.flatnonzero(numbers != NOTHING)[:300]
            steps = np.diff(greys(self.digits.images[numbers[known]], rows[known]))
            if (steps > 0).any() and (steps < 0).any():
                self.marks.add("wrapped")
            elif len(steps) > 9 and not steps[:-1].any() and steps[-1]:
                self.marks.add("rounded")
        return self.seen[place][1]

    def learn(self, images, labels):
        """Note a lesson that begins: whose images and whose labels are these?"""
        self.close()
        rows, labels = np.asarray(images), np.asarray(labels)
        if rows.ndim == 1 or labels.shape[1:] == (784,):
            self.marks.add("swapped")
        if rows.ndim != 2 or len(rows) != len(labels):
            return
        self.shown += len(rows)
        self.pixels.add(rows)
        if self.paper is None and len(rows) >= 100:
            self.paper = rows.min(axis=0)
        if self.looked_at > ENOUGH:
            return
        self.looked_at += len(rows)
        given = as_digits(labels)
        numbers = self.look(rows)
        if (numbers == NOTHING).mean() > 0.5 and given is not None and len(given) > 200:
            for in_order in self.digits.orders(len(rows)):  # Their labels tell, too.
                if np.array_equal(given, self.digits.labels[in_order]):
                    numbers = in_order
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

    def answer(self, images, answers, probabilities):
        """Note answers: for whose images, and what?"""
        rows = np.asarray(images)
        answers = as_digits(answers)
        if answers is None or rows.ndim != 2:
            return
        answers = answers - self.moved
        self.exam = exam = self.exam or Exam(self.digits)
        first, numbers = self.digits.training, self.look(rows)
        known = numbers != NOTHING
        exam.answers[numbers[known]] = answers[known]
        if not known.any():
            self.unknown += len(rows)
            exam.stream += [
                *zip(answers, [None] * len(rows) if probabilities is None else probabilities)
            ]
        of_test = numbers >= first
        if probabilities is not None and probabilities.shape[1:] == (10,):
            exam.votes[numbers[of_test] - first] += probabilities[of_test]
        part = "test" if of_test.any() else "training" if known.any() else "stream"
        exam.pixels[part].add(rows)
        if len(exam.stream) >= self.digits.test:
            self.align()

    def align(self):
        """Images that were changed are those in their order whose labels the answers fit."""
        exam, first = self.exam, self.digits.training
        answers = np.array([answer for answer, _ in exam.stream])
        for in_order in self.digits.orders(len(answers)):
            if np.mean(answers == self.digits.labels[in_order]) > 0.5:
                unanswered = exam.answers[in_order] < NOTHING
                exam.answers[in_order[unanswered]] = answers[unanswered]
                part = "test" if in_order[0] >= first else "training"
                exam.pixels[part] = exam.pixels["stream"]
                if part == "test" and exam.stream[0][1] is not None:
                    exam.votes += np.array([votes for _, votes in exam.stream])
        exam.stream.clear()
        exam.pixels.pop("stream", None)

    def close(self):
        """An exam is over. Note how it went on the test, on unseen and on learned images."""
        exam, self.exam = self.exam, None
        if exam is None or "other classes" in self.marks:
            return
        is_test = np.arange(len(self.learned)) >= self.digits.training
        parts = {
            "test": is_test,
            "validation": ~is_test & ~self.learned,
            "training": ~is_test & self.learned,
        }
        for part, belongs in parts.items():
            asked = belongs & (exam.answers >= NOTHING)
            if asked.any():
                answers = exam.answers[asked]
                result = {"part": part, "rows": len(answers), "kinds": len(set(answers))}
                result["right"] = int((answers == self.digits.labels[asked]).sum())
                result["pixels"] = exam.pixels["test" if part == "test" else "training"].told()
                result["time"] = time.monotonic()
                self.exams.append(result)
        if (exam.votes.sum(axis=1) > 0).mean() > 0.99:
            self.votes = exam.votes if self.votes is None else self.votes + exam.votes

    def told(self):
        self.close()
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
            "pixels": self.pixels.told(),
            "exams": self.exams,
        }


class Watcher:
    """Watches all networks of a script while it runs."""

    def __init__(self, digits):
        self.digits = digits
        self.networks, self.troubles = [], []
        self.of = weakref.WeakKeyDictionary()

    def network(self, estimator, afresh=False):
        if afresh or estimator not in self.of:
            self.of[estimator] = Network(estimator, self.digits)
            self.networks.append(self.of[estimator])
        return self.of[estimator]

    @contextlib.contextmanager
    def quietly(self):
        """What the watcher cannot follow is no reason to stop a script."""
        try:
            with np.errstate(all="ignore"):
                yield
        except Exception:
            self.troubles.append(traceback.format_exc())

    def wrapped(self, name):
        """Return a method of MLPClassifier that does what it always did, and is watched."""
        method = getattr(MLPClassifier, name)

        @functools.wraps(method)
        def watched(estimator, *values, **named):
            given = inspect.signature(method).bind_partial(estimator, *values, **named).arguments
            images, labels = given.get("X"), given.get("y")
            if name in ("fit", "partial_fit"):
                with self.quietly():
                    afresh = name == "fit" and not estimator.warm_start
                    self.network(estimator, afresh).learn(images, labels)
                result = method(estimator, *values, **named)
                with self.quietly():
                    self.network(estimator).passes = estimator.n_iter_ if name == "fit" else 0
                    if len(estimator.classes_) != 10:
                        self.network(estimator).marks.add("other classes")
                return result
            result = method(estimator, *values, **named)
            with self.quietly():
                votes = result if name == "predict_proba" else None
                answers = result if votes is None else estimator.classes_[votes.argmax(axis=1)]
                self.network(estimator).answer(images, answers, votes)
            return result

        return watched

    def watch(self, script):
        """Run a script and return all that was noticed."""
        methods = ("fit", "partial_fit", "predict", "predict_proba")
        ours = sys.modules.pop("mnist")  # The script imports its own.
        error = None
        try:
            with mock.patch.multiple(
                MLPClassifier, **{name: self.wrapped(name) for name in methods}
            ):
                runpy.run_path(str(script), run_name="__main__")
        except BaseException as problem:  # SystemExit and Ctrl-C are such ones.
            if not isinstance(problem, SystemExit) or problem.code not in (None, 0):
                error = described(problem, script)
        uses_mnist = "mnist" in sys.modules
        sys.modules["mnist"] = ours
        networks = [network.told() for network in self.networks]
        votes = [network.votes for network in self.networks if network.votes is not None]
        labels = self.digits.labels[self.digits.training :]
        vote = np.mean(sum(votes).argmax(axis=1) == labels) if votes else None
        return {
            "error": error,
            "uses mnist": uses_mnist,
            "networks": networks,
            "vote": vote,
            "training": self.digits.training,
            "test": self.digits.test,
            "troubles": self.troubles[:9],
        }


def described(error, script):
    """Return an error in words, with the last line of the participant's own code that it met."""
    lines = [(error.lineno, error.filename)] if isinstance(error, SyntaxError) else []
    for frame, line in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).parent == script.parent:
            lines.append((line, frame.f_code.co_filename))
    line, path = lines[-1] if lines else (None, script)
    return {
        "words": f"{type(error).__name__}: {error}",
        "line": line,
        "file": Path(path).name,
    }


def live(record, script, thread):
    """Give a sign of life each second: the processor time so far, and the script's line."""
    begun = time.process_time()
    while True:
        frame = sys._current_frames().get(thread)
        while frame and frame.f_code.co_filename != str(script):
            frame = frame.f_back
        write(record, {"seconds": time.process_time() - begun, "line": frame and frame.f_lineno})
        time.sleep(1)


def plain(value):
    """Return what JSON knows instead of NumPy's numbers and arrays."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def write(record, what):
    with open(record, "a", encoding="utf-8") as file:
        file.write(json.dumps(what, default=plain) + "\n")


if __name__ == "__main__":
    record, script = (Path(argument).absolute() for argument in sys.argv[1:])
    sys.argv = [str(script)]
    digits = Digits()
    sys.path[0] = os.fspath(script.parent)
    thread = threading.main_thread().ident
    threading.Thread(target=live, args=(record, script, thread), daemon=True).start()
    told = Watcher(digits).watch(script)
    write(record, told)
    sys.exit(1 if told["error"] else 0)
