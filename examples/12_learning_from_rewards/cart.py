"""The world of step 12: a cart on a track, with a pole on it that falls over.

The physics is that of Barto, Sutton and Anderson (1983), without friction, as in CartPole-v1.
A state is position (m), velocity (m/s), angle (rad) and angular velocity (rad/s).
"""

import numpy as np

gravity = 9.8  # metres per second squared
cart_mass = 1.0  # kilograms
pole_mass = 0.1
half_length = 0.5  # metres from the foot of the pole to its middle
motor_force = 10.0  # newtons


def push(states, actions):
    """Return the states a fiftieth of a second later.

    states has the shape (n, 4), actions (n,): 1 pushes the cart to the right, 0 to the left.
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
