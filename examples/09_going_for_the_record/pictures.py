"""Draws the picture of step 09 into the folder drawn/ beside this file."""

import os
from pathlib import Path

import numpy as np

DRAWN = Path(__file__).resolve().with_name("drawn")


def draw(images):
    """Draw nine images of 784 pixels in rows of three, as ink on paper."""
    try:
        from matplotlib.colors import LinearSegmentedColormap
        from matplotlib.image import imsave
    except ImportError:
        print("For the picture, run: pip install matplotlib")
        return
    table = np.reshape(images, (3, 3, 28, 28))[:, :, 2:-2, 2:-2].swapaxes(1, 2).reshape(72, 72)
    table = table.repeat(8, axis=0).repeat(8, axis=1)  # Each pixel becomes eight by eight.
    ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", ["#faf8f4", "#1d2a44"])
    DRAWN.mkdir(exist_ok=True)
    path = DRAWN / "one_digit_bent_nine_ways.png"
    imsave(path, table, cmap=ink_on_paper)
    print(f"The picture is in {os.path.relpath(path)}", flush=True)
