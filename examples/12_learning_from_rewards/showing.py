"""How step 12 shows what it has learned: a page to play on, and a picture."""

import json
import sys
import webbrowser
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent


def read_page():
    """Return the template of the page, or end the program with a sentence."""
    try:
        return (FOLDER / "pole_page.html").read_text(encoding="utf-8")
    except OSError:
        sys.exit("There is no pole_page.html beside main.py. Copy it there, too.")


def write_page(page, physics, usual, history, network):
    """Put every round's network into the page, each no more than a list of numbers, and open it.

    physics: the constants by their names; usual: what the four inputs are divided by.
    history: the records of learn(); network: what came of them.
    """
    networks = [record["network"] for record in history] + [network]
    contents = {
        "physics": physics,
        "usual": usual.tolist(),
        "steps": [record["steps"] for record in history],
        "weights": [[np.round(w, 5).tolist() for w in one.coefs_] for one in networks],
        "biases": [[np.round(b, 5).tolist() for b in one.intercepts_] for one in networks],
    }
    page = page.replace(">null</script>", f">{json.dumps(contents)}</script>")
    place = FOLDER / "pole_page_with_network.html"
    try:
        place.write_text(page, encoding="utf-8")
    except OSError as problem:
        sys.exit(f"The page could not be written: {problem}")
    print(f"Play against the network in {place.name}. If no browser opens, open it yourself:")
    print(place.as_uri())  # an address, because it is plain ASCII whatever the folder is called
    webbrowser.open(place.as_uri())


def draw_picture(history):
    """Draw the steps of each round, and the angle of the pole in an early and in a late game."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        print("For the picture, run: pip install matplotlib")
        return
    matplotlib.rcParams["svg.hashsalt"] = "12"  # the same picture in every run, byte for byte
    paper, ink, line, accent, cool = "#faf8f4", "#24262b", "#d8d2c5", "#b4512f", "#2c6a99"
    matplotlib.rcParams.update({"font.size": 13, "text.color": ink, "axes.labelcolor": ink})
    matplotlib.rcParams.update({"xtick.color": ink, "ytick.color": ink, "axes.edgecolor": line})
    figure = Figure(figsize=(10, 4.2), layout="constrained", facecolor=paper)
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        axes.set_facecolor(paper)
        axes.spines[["top", "right"]].set_visible(False)
    left.plot(
        range(1, len(history) + 1), [record["steps"] for record in history], color=accent, lw=2.5
    )
    left.set(title="How long the pole stood", xlabel="round", ylabel="steps, mean of 100 games")
    left.set_ylim(0, 520)
    right.axhspan(-12, 12, color="#efebe3")
    right.plot(history[0]["angles"], color=cool, lw=2.5, label="a game of the first round")
    right.plot(history[-1]["angles"], color=accent, lw=1.5, label="a game of the last round")
    right.set(title="The angle of the pole", xlabel="step", ylabel="degrees", xlim=(0, 500))
    right.set_ylim(-15, 19)
    right.legend(frameon=False, loc="upper right")
    drawn = FOLDER / "drawn"
    drawn.mkdir(exist_ok=True)
    figure.savefig(drawn / "learning.svg", metadata={"Date": None})
    print("The picture is in drawn/learning.svg")
