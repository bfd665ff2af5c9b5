"""Setting up as the map says, and the presenter's mirror and printable file."""

import re
import subprocess
import sys

import pytest

from helpers import ROOT, run
from pages import PAGES

SERVE = "python -m http.server 8000 --directory mnist_data"
# Commands that the pages show and that these tests, test_growing_script.py or the presenter run.
COMMANDS = [
    SERVE,
    "python mnist.py",
    "python -m pytest --mnist",
    "mkdir my_project",
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


def test_the_printable_file_has_every_page_unfolded(clone, data_folder):
    pytest.importorskip("latex2mathml", reason='needs: pip install -e ".[print]"')
    pytest.importorskip("mdit_py_plugins")
    result = run([sys.executable, "presentation/make_printable.py"], clone, data_folder)
    assert result.returncode == 0, result.stderr
    printable = (clone / "workshop.html").read_text(encoding="utf-8")
    pages = [name for name in PAGES if name == "README.md" or name.startswith("examples/")]
    assert printable.count("<article>") == len(pages)
    folded = sum(PAGES[name].text.count("<details>") for name in pages)
    assert printable.count("<details open>") == folded > 20
    assert "$" not in re.sub(r"<(pre|code).*?</\1>", "", printable, flags=re.DOTALL)
    assert printable.count('src="data:image/') == sum(len(PAGES[name].pictures) for name in pages)


def test_a_kit_does_not_overwrite_other_things(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    result = run([sys.executable, "presentation/make_kit.py", tmp_path], ROOT, tmp_path / "data")
    assert result.returncode == 1
    assert "holds something else" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]
