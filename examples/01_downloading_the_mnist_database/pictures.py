"""The picture of step 01."""

import os
from pathlib import Path

import numpy as np


def draw_fifty_digits(images, labels):
    """Draw five images of each digit: ten columns, side by side."""
    try:
        from matplotlib.colors import LinearSegmentedColormap
        from matplotlib.image import imsave
    except ImportError:
        print("For the pictures, run: pip install matplotlib")
        return
    columns = []
    for digit in range(10):
        five_images = images[labels == digit][:5]
        columns.append(five_images.reshape(5 * 28, 28))
    picture = np.hstack(columns)
    picture = picture.repeat(3, axis=0).repeat(3, axis=1)  # each pixel becomes three by three

    path = Path(__file__).with_name("drawn") / "fifty_digits.png"
    path.parent.mkdir(exist_ok=True)
    ink_on_paper = LinearSegmentedColormap.from_list("ink on paper", ["#faf8f4", "#1d2a44"])
    imsave(path, picture, cmap=ink_on_paper)
    print(f"The picture is in {os.path.relpath(path)}")
