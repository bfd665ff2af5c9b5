"""Draw the map's moving picture: a 4 is drawn, and read while it is drawn

    python presentation/moving_picture.py

It trains a network on the real MNIST, lets it read the drawing after each piece of a stroke, and
writes a moving picture and a still, its last frame, into presentation/drawn. To publish them, copy
them into presentation/pictures. It takes half a minute, and needs: pip install matplotlib
"""

from pathlib import Path

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure
from sklearn.neural_network import MLPClassifier

import mnist

PAPER, INK, RUST, SOFT, LINE = "#faf8f4", "#1d2a44", "#b4512f", "#55524b", "#e4dfd5"
DRAWN = Path(__file__).parent / "drawn"
# The corners of two strokes, in pixels of a 28 by 28 image: to the right, and down.
STROKES = [
    [(12, 4.5), (9.6, 9), (7.6, 13), (6.4, 16.6), (10, 16.4), (15, 16), (21, 15.8)],
    [(17, 9.5), (16.6, 14), (15.8, 19), (15, 23.5)],
]


def places_along(corners):
    """Return places along a stroke, a fifth of a pixel apart."""
    pieces = [
        np.linspace(begin, end, max(2, round(5 * np.hypot(*np.subtract(end, begin)))))
        for begin, end in zip(corners, corners[1:])
    ]
    return np.concatenate(pieces)


def in_pixels(places):
    """Return the image of a drawing: the nearer a pixel is to the pen's path, the darker."""
    rows, columns = np.mgrid[0:28, 0:28]
    if len(places) == 0:
        return np.zeros((28, 28))
    distances = np.hypot(columns[..., None] - places[:, 0], rows[..., None] - places[:, 1])
    return np.clip(1.9 - distances.min(axis=2), 0, 1)


training_images, training_labels, test_images, test_labels = mnist.load()
print("Training a network ...")
network = MLPClassifier(
    solver="sgd",
    activation="logistic",
    hidden_layer_sizes=(64,),
    learning_rate_init=0.5,
    max_iter=8,
    n_iter_no_change=8,
    random_state=1,
)
network.fit(training_images / np.float32(255), training_labels)
print(f"We have a score of {network.score(test_images / np.float32(255), test_labels):.4f}")

strokes = [places_along(corners) for corners in STROKES]
pen = np.concatenate(strokes)
shown = [*range(0, len(pen), 3), *[len(pen)] * 30]  # how much is drawn, in each frame

figure = Figure(figsize=(8, 3.2), dpi=80, facecolor=PAPER)
paper = figure.add_axes((0.02, 0.05, 0.30, 0.80))
pixels = figure.add_axes((0.35, 0.05, 0.30, 0.80))
answer = figure.add_axes((0.72, 0.05, 0.26, 0.80))
for axes, title in ((paper, "You draw"), (pixels, "It sees"), (answer, "It reads")):
    axes.set_title(title, color=SOFT, fontsize=15, loc="left")
for axes in (paper, pixels):
    axes.set(xlim=(-0.5, 27.5), ylim=(27.5, -0.5), xticks=[], yticks=[], facecolor="white")
    axes.spines[:].set_color(LINE)
    axes.set_aspect("equal")
lines = [
    paper.plot([], [], color=INK, linewidth=11, solid_capstyle="round", solid_joinstyle="round")[0]
    for _ in strokes
]
image = pixels.imshow(np.zeros((28, 28)), cmap="gray_r", vmin=0, vmax=1)
bars = answer.barh(range(10), np.zeros(10), height=0.62)
answer.set(xlim=(0, 1.02), ylim=(9.6, -0.6), xticks=[], facecolor=PAPER)
answer.set_yticks(range(10), range(10), fontsize=14)
answer.tick_params(length=0)
answer.spines[:].set_visible(False)
answer.spines["left"].set(visible=True, color=LINE)


def draw_frame(count):
    begin = 0
    for line, stroke in zip(lines, strokes):
        drawn = stroke[: max(0, count - begin)]
        line.set_data(drawn[:, 0], drawn[:, 1])
        begin += len(stroke)
    seen = in_pixels(pen[:count])
    image.set_data(seen)
    probabilities = network.predict_proba(seen.reshape(1, 784))[0]
    for digit, bar in enumerate(bars):
        is_guess = count > 0 and digit == probabilities.argmax()
        bar.set(
            width=probabilities[digit] if count > 0 else 0, color=RUST if is_guess else "#c9c2b4"
        )
        answer.get_yticklabels()[digit].set_color(RUST if is_guess else SOFT)
    return probabilities


DRAWN.mkdir(exist_ok=True)
film = FuncAnimation(figure, draw_frame, frames=shown)
film.save(DRAWN / "a_digit_is_read.gif", PillowWriter(fps=15))
probabilities = draw_frame(len(pen))
figure.savefig(DRAWN / "a_digit_is_read.png", facecolor=PAPER)
print(f"It reads a {probabilities.argmax()}, and gives it {probabilities.max():.3f}.")
