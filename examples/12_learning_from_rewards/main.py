"""Learning from rewards
=====================

A pole stands on a cart and falls over if nobody does anything. Fifty times a second the network
pushes the cart to the left or to the right. Nobody tells it which is better. It only learns how
long the pole stood.

Notice how little happens in the first rounds: the network plays at random, the pole stays up for
half a second, and the best of these poor games are all that it can learn from. Then it takes off.

It needs no data, and takes five to ten seconds. Its output ends like this:

    round  36: mean 497.9 steps, best 500, 10.4 s
    We have a score of 500.0
"""

import time
from copy import deepcopy

import numpy as np
from sklearn.neural_network import MLPClassifier

import showing

page = showing.read_page()  # now: nobody should wait to hear that it is missing

gravity = 9.8  # metres per second squared
cart_mass = 1.0  # kilograms
pole_mass = 0.1
half_length = 0.5  # metres from the foot of the pole to its middle
motor_force = 10.0  # newtons
# The network learns best from inputs of a similar size, so each is divided by what is usual.
usual = np.array([1, 1, 0.1, 1])


def push(states, actions):
    """Return the states a fiftieth of a second later.

    A state is position (m), velocity (m/s), angle (rad) and angular velocity (rad/s): states has
    the shape (n, 4). actions has the shape (n,): 1 pushes the cart to the right, 0 to the left.
    The physics is that of Barto, Sutton and Anderson (1983), the numbers are those of CartPole-v1.
    """
    _, velocity, angle, angular_velocity = states.T
    force = np.where(actions == 1, motor_force, -motor_force)
    sine, cosine = np.sin(angle), np.cos(angle)
    mass = cart_mass + pole_mass
    swing = pole_mass * half_length * angular_velocity**2 * sine
    pull = (force + swing) / mass
    inertia = half_length * (4 / 3 - pole_mass * cosine**2 / mass)
    angular_acceleration = (gravity * sine - cosine * pull) / inertia
    acceleration = pull - pole_mass * half_length * angular_acceleration * cosine / mass
    changes = [velocity, acceleration, angular_velocity, angular_acceleration]
    return states + 0.02 * np.column_stack(changes)


def is_lost(states):
    """Say for each state whether the cart has left its track, or the pole leans too far."""
    return (abs(states[:, 0]) > 2.4) | (abs(states[:, 2]) > np.radians(12))


def play(decide, count=100):
    """Play games of at most 500 steps, all at once. A game that is lost stands still.

    Returns three arrays with a row for each step and a column for each game: the states, the
    actions that decide(states) chose in them, and whether the game was still going on.
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


def reward(states, going_on):
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
    started = time.perf_counter()
    for number in range(1, 151):
        before = deepcopy(network)
        states, actions, going_on = play(explore)
        # Keep the fifth of the games that earned most, and imitate what was done in them.
        best = np.argsort(reward(states, going_on))[-20:]
        kept = going_on[:, best]
        for _ in range(2):
            network.partial_fit(states[:, best][kept] / usual, actions[:, best][kept])
        lengths = going_on.sum(axis=0)
        seconds = time.perf_counter() - started
        figures = f"mean {lengths.mean():5.1f} steps, best {lengths.max():3}, {seconds:.1f} s"
        print(f"round {number:3}: {figures}", flush=True)
        angles = np.degrees(states[: lengths[0], 0, 2])
        history.append({"network": before, "steps": lengths.mean(), "angles": angles})
        if lengths.mean() >= 495:
            break
    return history


random = np.random.RandomState(1)
network = MLPClassifier(
    hidden_layer_sizes=(16,),
    activation="logistic",  # the sigmoid function
    solver="sgd",
    learning_rate_init=0.1,
    random_state=random,  # where to start; the games take their chance from it, too
)
history = learn()
states, actions, going_on = play(decide)  # a hundred fresh games, without chance
print(f"We have a score of {going_on.sum(axis=0).mean():.1f}")

physics = {
    "gravity": gravity,
    "cart_mass": cart_mass,
    "pole_mass": pole_mass,
    "half_length": half_length,
    "motor_force": motor_force,
}
showing.write_page(page, physics, usual, history, network)
showing.draw_picture(history)
