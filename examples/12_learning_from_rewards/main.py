"""Learning from rewards
=====================

A pole stands on a cart and falls over if nobody does anything. Fifty times a second the network
pushes the cart to the left or to the right. Nobody tells it which is better. It is only told how
long the pole stood. (How the cart and the pole move is in cart.py.)

Notice how little happens in the first rounds: the network plays at random, the pole stays up for
less than half a second, and the best of these poor games are all that it can learn from. Then it
takes off.

It needs no data, and takes about ten seconds. Its output ends like this:

    round  36: mean 497.9 steps, best 500
    We have a score of 500.0
"""

from copy import deepcopy

import numpy as np
from sklearn.neural_network import MLPClassifier

import pictures
from cart import is_lost, push

# A state is position, velocity, angle and angular velocity. The angle is small: without this 0.1,
# learning took about twice as many rounds.
usual = np.array([1, 1, 0.1, 1])  # The network sees states / usual.

random = np.random.RandomState(1)
network = MLPClassifier(
    hidden_layer_sizes=(16,),
    activation="logistic",  # the sigmoid function
    solver="sgd",
    learning_rate_init=0.1,
    random_state=random,  # where to start; the games take their chance from it, too
)


def play(decide, count=100):
    """Play games of at most 500 steps, all at once. A game that is lost stands still.

    Returns three arrays with a row for each step and a column for each game: the states (of four
    numbers each), the actions that decide(states) chose, and whether the game was still going on.
    """
    states = random.uniform(-0.05, 0.05, (count, 4))  # the pole is nearly upright
    going_on = np.full(count, True)
    steps = []
    while going_on.any() and len(steps) < 500:
        actions = decide(states)
        steps.append((states, actions, going_on))
        states = np.where(going_on[:, None], push(states, actions), states)
        going_on = going_on & ~is_lost(states)
    return [np.array(column) for column in zip(*steps)]


def reward(going_on):
    """Return what each game earns: a point for every step until it is lost."""
    return going_on.sum(axis=0)


def decide(states):
    """Return for each state the action that the network prefers: 1 (right) or 0 (left)."""
    return network.predict(states / usual)


def explore(states):
    """Return mostly what the network prefers, sometimes the other: only by trying does it learn."""
    chance_of_right = network.predict_proba(states / usual)[:, 1]
    return (random.random_sample(len(states)) < chance_of_right).astype(int)


def learn():
    """Let the network learn from its own games until it hardly loses one.

    Returns a record for each round, so that one can look back.
    """
    # It has to see something before it can be asked: a state in which both actions are right.
    network.partial_fit(np.zeros((2, 4)), [0, 1], classes=[0, 1])
    history = []
    for number in range(1, 151):
        before = deepcopy(network)
        states, actions, going_on = play(explore)
        # Keep the fifth of the games that earned most, and imitate what was done in them.
        best = np.argsort(reward(going_on))[-20:]
        kept = going_on[:, best]
        for _ in range(2):
            network.partial_fit(states[:, best][kept] / usual, actions[:, best][kept])
        lengths = going_on.sum(axis=0)
        print(f"round {number:3}: mean {lengths.mean():5.1f} steps, best {lengths.max():3}")
        angles = np.degrees(states[: lengths[0], 0, 2])
        history.append({"network": before, "steps": lengths.mean(), "angles": angles})
        if lengths.mean() >= 495:
            break
    return history


history = learn()
states, actions, going_on = play(decide)  # a hundred fresh games, without chance
print(f"We have a score of {going_on.sum(axis=0).mean():.1f}")

pictures.write_page(usual, history, network)
pictures.draw(history)
