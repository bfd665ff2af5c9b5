"""Shows what step 12 has learned: a page to play on, and a picture in the folder drawn/."""

import json
import os
import re
import sys
import webbrowser
from pathlib import Path

import numpy as np

import cart

FOLDER = Path(__file__).resolve().parent
TEMPLATE = FOLDER / "pole_page.html"
if not TEMPLATE.is_file():  # Nobody should wait for ten seconds to hear of it.
    sys.exit("There is no pole_page.html beside main.py. Copy it there, too.")
CONSTANTS = ("gravity", "cart_mass", "pole_mass", "half_length", "motor_force")


def write_page(usual, history, network):
    """Put every round's network into a copy of the page, as lists of numbers, and open it.

    usual: what the four inputs are divided by.
    history: the records of learn(); network: what came of them.
    """
    networks = [record["network"] for record in history] + [network]
    contents = {
        "physics": {name: getattr(cart, name) for name in CONSTANTS},
        "usual": usual.tolist(),
        "steps": [record["steps"] for record in history],
        "weights": [[np.round(w, 5).tolist() for w in one.coefs_] for one in networks],
        "biases": [[np.round(b, 5).tolist() for b in one.intercepts_] for one in networks],
    }
    # The numbers of another network stand in the page. Ours take their place.
    page = TEMPLATE.read_text(encoding="utf-8")
    numbers = r'(<script type="application/json" id="[\w-]+">).*?(</script>)'
    page = re.sub(
        numbers, lambda found: found[1] + json.dumps(contents) + found[2], page, flags=re.S
    )
    place = FOLDER / "pole_page_with_network.html"
    try:
        place.write_text(page, encoding="utf-8")
    except OSError as problem:
        sys.exit(f"The page could not be written: {problem}")
    print("Play against your network in the browser. If none opens, open this address:")
    print(place.as_uri())  # plain ASCII, whatever the folder is called
    webbrowser.open(place.as_uri())


def draw(history):
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
    print(f"The picture is in {os.path.relpath(drawn / 'learning.svg')}")
