"""Protects what the map, the presenter's guide and the answers to questions tell people to do."""

import gzip
import re
import subprocess
import sys

import pytest

from helpers import run
from pages import PAGES

SERVE = "python -m http.server 8000 --directory mnist_data"
# Commands that the pages show and that these tests, test_growing_script.py or the presenter run.
COMMANDS = [
    SERVE,
    "python mnist.py",
    "python -m pytest --full --mnist",
    'pip install -e ".[tests]"',
    "mkdir my_project",
    "cp examples/01_downloading_the_mnist_database/starter.py my_project/process_digits.py",
    "python my_project/process_digits.py",
    "python -i my_project/process_digits.py",
    "python tests/check.py my_project",
    "python tests/check.py my_project --hint",
    "python examples/08_recognising_your_own_handwriting/main.py my_network.npz",
    # test_handwriting.py
    "python examples/08_recognising_your_own_handwriting/read_photo.py --draw "
    "examples/08_recognising_your_own_handwriting/sheet.jpg",
    "python my_project/read_again.py",
]


def test_a_participant_downloads_from_the_presenter(real, clone, data_folder, tmp_path):
    if not real:
        pytest.skip("needs the real data: run with --mnist")
    command = SERVE.replace("8000", "0 --bind 127.0.0.1").replace("mnist_data", str(data_folder))
    server = subprocess.Popen(
        [sys.executable, "-u", *command.split()[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    try:
        address = re.search(r"http://[\d.:]+", server.stdout.readline())[0]
        command = [sys.executable, "mnist.py", "--mirror", address]
        result = run(command, clone, tmp_path / "data", no_proxy="127.0.0.1")
    finally:
        server.terminate()
    (shown,) = PAGES["README.md"].blocks_in("text", "output of python mnist.py")
    assert result.stdout == shown.text


def test_the_answers_to_questions(real, data_folder, tmp_path):
    """What people ask next: other pictures of the same shape, and the library's own settings."""
    page = PAGES["presentation/questions.md"]
    (fashion,) = page.blocks_in("python", "fashion")
    (tmp_path / "fashion").mkdir()
    for part, count in (("train", 3), ("t10k", 2)):
        for kind, content in (
            ("images-idx3", bytes(16 + 784 * count)),
            ("labels-idx1", bytes(8 + count)),
        ):
            path = tmp_path / "fashion" / f"{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(content))
    shapes = (
        "print(training_images.shape, training_labels.shape, test_images.shape, test_labels.shape)"
    )
    result = run([sys.executable, "-c", fashion.text + shapes], tmp_path, data_folder)
    assert result.stdout == "(3, 784) (3,) (2, 784) (2,)\n", result.stderr
    (defaults,) = page.blocks_in("python", "at the prompt")
    result = run([sys.executable, "-c", defaults.text], tmp_path, data_folder)
    (shown,) = page.blocks_in("text")
    assert not real or result.stdout == shown.text
    assert result.stdout.startswith("The library's own settings: 0."), result.stderr
