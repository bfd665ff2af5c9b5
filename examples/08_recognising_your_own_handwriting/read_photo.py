"""Reading digits from photographs
===============================

Write a few digits on paper, photograph them, and let a network read them:

    python read_photo.py photo.jpg
    python read_photo.py one.jpg two.png *.webp
    python read_photo.py --draw photo.jpg                draws a box round each digit, into drawn/
    python read_photo.py my_network.npz photo.jpg        reads with your own network

It needs scikit-image:

    pip install -e ".[photos]"

The network is the one in drawing_page.html, which learned from MNIST in main.py. A line for each
picture says what it reads, row by row, and how sure it is of each digit; or why there is nothing:

    photo.jpg: 561 (0.99 1.00 0.97), 247 (1.00 0.93 1.00)

Each digit is read five times, as in step 09: as it is, and moved by one pixel to each side.

Notice how much has to be done before the network sees anything. It has never met paper, shadows or
a ballpoint: machinery/photo.py finds the ink, and brings it into MNIST's form.
"""

import glob
import os
import sys
from pathlib import Path

import numpy as np

from machinery import drawing_page, networks

try:
    from PIL import Image, ImageDraw

    from machinery import opening, photo
except ModuleNotFoundError as missing:
    sys.exit(f'There is no {missing.name} here. For photographs, run: pip install -e ".[photos]"')


def place(row, column, picture):
    """Say in which third of a picture something is, down and across."""
    down, across = int(3 * row / picture.shape[0]), int(3 * column / picture.shape[1])
    return f"{('top ', '', 'bottom ')[down]}{('left', 'middle', 'right')[across]}"


# A name may have letters in it that the terminal does not know: they become \xfc and the like.
sys.stdout.reconfigure(errors="backslashreplace")
network_files = [name for name in sys.argv[1:] if name.endswith(".npz")]
names = [name for name in sys.argv[1:] if not name.endswith(".npz") and name != "--draw"]
if not names or len(network_files) > 1:
    sys.exit("Give the names of one or more pictures: python read_photo.py photo.jpg")
try:
    if network_files:
        network = networks.load(network_files[0])
    else:
        network = drawing_page.last_network(drawing_page.read())
except networks.NetworkError as problem:
    sys.exit(str(problem))

file_names = []
for name in names:  # some terminals leave a pattern such as *.jpg as it is
    file_names += [name] if os.path.exists(name) else sorted(glob.glob(name)) or [name]

problems = 0
for file_name in file_names:
    try:
        picture, rows, left_out = photo.read(file_name)
        left_out = [f"{words} ({place(*middle, picture)})" for words, middle in left_out]
        left_out = list(dict.fromkeys(left_out))
        if not rows:
            only = f"There is no digit to be seen, only: {'; '.join(left_out)}."
            raise opening.PhotoError(only if left_out else "There is no ink to be seen.")
    except opening.PhotoError as problem:
        print(f"{file_name}: {problem}", flush=True)
        problems += 1
        continue
    numbers, wide = [], []
    drawing = Image.fromarray(np.uint8(255 * picture))
    draw = ImageDraw.Draw(drawing)
    for row in rows:
        images = np.array([pixels for _, pixels in row])
        probabilities = networks.read_five_times(network, images)
        digits = "".join(str(guess) for guess in probabilities.argmax(axis=1))
        numbers.append(f"{digits} ({' '.join(f'{p:.2f}' for p in probabilities.max(axis=1))})")
        for ((top, left, bottom, right), _), guess in zip(row, digits):
            if right - left > 1.35 * (bottom - top):
                wide.append(guess)
            box = (left - 3, top - 3, right + 3, bottom + 3)
            draw.rectangle(box, outline="red", width=2)
            draw.text(
                (box[0], box[1] - 2), guess, "red", font_size=max(drawing.size) / 25, anchor="ld"
            )
    print(f"{file_name}: {', '.join(numbers)}", flush=True)
    for words in left_out:
        print(f"    left out: {words}")
    for guess in wide:
        print(f"    The {guess} is wide. Do two digits touch? Leave a gap between them.")
    if "--draw" in sys.argv:
        drawn = Path(__file__).resolve().with_name("drawn") / f"{Path(file_name).stem}_read.jpg"
        drawn.parent.mkdir(exist_ok=True)
        drawing.save(drawn, quality=80)
        print(f"    The boxes are in {os.path.relpath(drawn)}.")
if len(file_names) == 1 and not problems and sum(map(len, rows)) == 1:
    print("\nThis is what the network sees:\n")
    for line in rows[0][0][1].reshape(28, 28):  # each pixel twice: letters are narrow
        print("".join(2 * " .:-=+*#%@"[level // 26] for level in line).rstrip())
    for digit, probability in enumerate(probabilities[0]):
        print(f"{digit} {probability:7.1%} {'#' * round(40 * probability)}".rstrip())
sys.exit(1 if problems else 0)
