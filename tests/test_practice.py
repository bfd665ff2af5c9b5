"""Protects what the map, the presenter's guide and the answers to questions tell people to do."""

import gzip
import re
import subprocess
import sys

import pytest

from helpers import run, start
from pages import PAGES


def test_a_participant_downloads_from_the_presenter(real, clone, data_folder, tmp_path):
    if not real:
        pytest.skip("needs the real data: run with --mnist")
    commands = [block.text for block in PAGES["presentation/README.md"].blocks_in("bash")]
    (serve,) = [command for command in commands if "http.server" in command]
    command = serve.replace("8000", "0 --bind 127.0.0.1").replace("mnist_data", str(data_folder))
    command = [sys.executable, "-u", *command.split()[1:]]
    server = start(command, tmp_path, data_folder, stderr=subprocess.DEVNULL)
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
        contents = {"images-idx3": bytes(16 + 784 * count), "labels-idx1": bytes(8 + count)}
        for kind, content in contents.items():
            path = tmp_path / "fashion" / f"{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(content))
    arrays = "training_images, training_labels, test_images, test_labels"
    code = f"{fashion.text}\nprint(*(array.shape for array in ({arrays})))"
    result = run([sys.executable, "-c", code], tmp_path, data_folder)
    assert result.stdout == "(3, 784) (3,) (2, 784) (2,)\n", result.stderr
    (defaults,) = page.blocks_in("python", "at the prompt")
    result = run([sys.executable, "-c", defaults.text], tmp_path, data_folder)
    (shown,) = page.blocks_in("text")
    assert not real or result.stdout == shown.text
    assert result.stdout.startswith("The library's own settings: 0."), result.stderr
