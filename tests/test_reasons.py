"""Every "because" on the pages has an experiment: with its cause a number moves, without it it does not.

Each test is named after its page, and quotes the words that it holds.
"""

import numpy as np
import pytest

import mnist
from helpers import example
from pages import STEP_PAGES


@pytest.fixture(scope="module")
def digits(real):
    """Return what mnist.load() returns, on MNIST only."""
    if not real:
        pytest.skip("the reasons are tried on the real data: run with --mnist")
    return mnist.load()


def says(step, words):
    """Whether the page of a step says these words, wherever its lines are broken."""
    text = STEP_PAGES[example(step).name].text
    return " ".join(words.split()) in " ".join(text.split())


# 02


# 03


# 04


# 05


# 06


# 07


# 08


# 09


# 10


# 11


# 12
