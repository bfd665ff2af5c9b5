"""How soon our networks pass 0.98 and 0.99. Looks are counted, not seconds: three make a pass."""

from dataclasses import replace

import pytest

import mnist
from time_to_a_score import CONTESTANTS, seconds_to_scores


# On MNIST, the worst of five seeds needed 2 looks to 0.98 with "edges", and 5 to 0.99 with "bent".
@pytest.mark.parametrize(("name", "score", "looks"), [("edges", 0.98, 4), ("bent", 0.99, 10)])
def test_a_score_is_reached_soon(real, name, score, looks):
    if not real:
        pytest.skip("the sample has no such scores: run with --mnist")
    (contestant,) = (one for one in CONTESTANTS if one.name == name)
    contestant = replace(contestant, looks=looks, goal=score)
    assert score in seconds_to_scores(contestant, seed=0, data=mnist.load())
