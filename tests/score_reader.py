"""The score that a script has printed, in whatever words.

"We have a score of 0.8795" is what the workshop prints, and is never doubted. All other lines are
read word by word: a line that speaks of a score and holds one number that can be a score gives it.
Where two could be meant, the reading is not sure, and the participant is asked.
"""

import re
from dataclasses import dataclass

SCORE_WORDS = {"score", "accuracy", "acc", "correct", "correctly", "right", "hits"}
# The number that follows one of these is something else.
OTHER_WORDS = re.compile(
    "train|valid|val$|loss|cost|err|wrong|time|second|rate$|init$|momentum|alpha|tol$|best$|seed"
)
OUR_WORDS = re.compile(r"We have a score of\W*(?=\d)", re.IGNORECASE)
# Not the 64 of float64, not a version such as 1.9.1, and not how far a number may be off (+- 0.01).
NUMBER = (
    r"(?<![\w.])(?<!\+-)(?<!\+- )(?<!\+/-)(?<!\+/- )"
    r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+[.,]\d+|\.?\d+)(?:e[+-]?\d+)?"
    r"(?![.,]?\d)"
)
TOKEN = re.compile(
    rf"(?P<part>{NUMBER})\s*(?:\w+\s+)?(?:/|of|out of)\s*(?P<total>{NUMBER})"
    rf"|(?P<number>{NUMBER})\s*(?P<unit>%|per ?cent|s\b|sec|min|ms\b)?"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<end>[,;|]|\.\s)",
    re.IGNORECASE,
)
# What scikit-learn prints in a search: "[CV 1/5] END ...;, score=0.939 total time= 0.4s".
SEARCH = "[CV"


@dataclass(frozen=True)
class Reading:
    """A line of output, and the score in it: None where no score could be made out."""

    line: str
    score: float | None
    sure: bool


def read_score(output):
    """Return the Reading of the last line that gives a score, or None if there is no such line."""
    lines = [line.strip() for line in output.splitlines()]
    lines = [line for line in lines if line and not line.startswith(SEARCH)]
    for line in reversed(lines):
        if words := OUR_WORDS.search(line):
            number, *_ = numbers_in(line[words.end() :])
            return Reading(line, number.value, sure=True)
    readings = [read_line(line) for line in lines if speaks_of_a_score(line)]
    readings = [reading for reading in readings if reading]
    if readings:
        return readings[-1]
    # Nothing speaks of a score. A number alone, such as print(score) prints it, may be one.
    alone = [line for line in lines if any(n.plausible and not n.other for n in numbers_in(line))]
    if alone:
        return Reading(alone[-1], None, sure=False)
    return None


def speaks_of_a_score(line):
    words = set(re.findall("[a-z]+", line.lower()))
    return bool(words & SCORE_WORDS)


def read_line(line):
    """Return the Reading of a line that speaks of a score, or None if its numbers are others."""
    numbers = [number for number in numbers_in(line) if not number.other]
    plausible = [number for number in numbers if number.plausible]
    if not plausible and len(numbers) == 1:
        return Reading(line, numbers[0].value, sure=True)  # 8795: judged, and found impossible
    if len({round(number.value, 3) for number in plausible}) > 1:
        plausible = [number for number in plausible if number.after_score] or plausible
    values = [number.value for number in plausible]
    if len({round(value, 3) for value in values}) == 1:
        return Reading(line, values[0], sure=True)
    return Reading(line, None, sure=False) if numbers else None


@dataclass
class Number:
    value: float
    plausible: bool  # as a score: with a decimal point, in per cent, or as "8795 of 10000"
    other: bool  # It follows a word such as "training" or "loss".
    after_score: bool  # It follows the word "score" or the like, with no other word between.


def numbers_in(line):
    """Return the Numbers of a line. Times, such as "3.2 s", are left out."""
    numbers = []
    other = after_score = False
    for token in TOKEN.finditer(line):
        if token["word"]:
            word = token["word"].lower()
            other = other or bool(OTHER_WORDS.match(word))
            after_score = word in SCORE_WORDS
        elif token["end"]:
            other = after_score = False
        elif (token["unit"] or "%").lower() in ("%", "percent", "per cent"):
            value, plausible = value_of(token)
            numbers.append(Number(value, plausible, other, after_score))
            if plausible:  # "Training score after 10 passes: 0.99": the 10 is not what was meant.
                other = after_score = False
    return numbers


def value_of(token):
    """Return the value of a number or of a ratio, and whether it can be a score."""
    if token["part"]:
        part, total = as_float(token["part"]), as_float(token["total"])
        return (part / total, part <= total) if total else (0, False)
    value = as_float(token["number"])
    if token["unit"]:
        return value / 100, value <= 100
    return value, value <= 1 and bool(re.search("[.,e]", token["number"], re.IGNORECASE))


def as_float(text):
    """Return a number that may be written as 10,000 or, with a decimal comma, as 0,8795."""
    decimal_comma = re.fullmatch(r"0,\d+", text)
    return float(text.replace(",", "." if decimal_comma else ""))
