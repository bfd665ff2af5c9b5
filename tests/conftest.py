"""What the tests share: the options, the data, and the examples, each of which runs once."""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

import mnist

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/main.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def pytest_addoption(parser):
    parser.addoption("--mnist", action="store_true", help="run the examples on the real MNIST")
    parser.addoption("--folder", metavar="FOLDER", help="check a participant's own project")


@pytest.fixture(scope="session")
def real(request):
    """Whether the examples run on the real MNIST, and not on the sample."""
    return request.config.getoption("--mnist")


@pytest.fixture(scope="session")
def data_folder(real, tmp_path_factory):
    """An empty folder, so that mnist.load() takes the sample, or a copy of the real data."""
    folder = tmp_path_factory.mktemp("data")
    if real:
        source = mnist._data_folder()
        for name in mnist.FILES:
            shutil.copy(source / name, folder)
        subprocess.run([sys.executable, ROOT / "mnist.py"], env=environment(folder), check=True)
    return folder


def environment(data_folder, **more):
    """The environment of a participant's terminal, without network, BLAS threads or a window."""
    nowhere = "http://127.0.0.1:9"
    return {
        **os.environ,
        "MNIST_DIR": str(data_folder),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "BROWSER": "true",
        # A Windows terminal may know nothing but ASCII: whatever else is printed fails the test.
        "PYTHONIOENCODING": "ascii:strict",
        **more,
    }


def run(command, folder, data_folder, timeout=1200, **more):
    """Run a command as a participant does, and return what it printed."""
    started = time.monotonic()
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment(data_folder, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
    )
    seconds = time.monotonic() - started
    return SimpleNamespace(**vars(result), seconds=seconds, folder=folder)


def solutions(step):
    """The solutions of a step's exercises in the README: Python blocks behind <details>."""
    section = re.search(rf"^### Step {step}:.*?(?=^##)", README + "\n## ", re.DOTALL | re.MULTILINE)
    folded = re.findall(r"<details>.*?</details>", section[0] if section else "", re.DOTALL)
    return [dedent(re.search(r" *```python\n(.*?) *```", text, re.DOTALL)[1]) for text in folded]


def pytest_collection_modifyitems(items):
    """Tests that wait for an example go last: until then the examples run beside the others."""
    items.sort(key=lambda item: "examples" in item.fixturenames)


# Step 08's page is compared with what its network says of these test images.
ADDED = {
    "08": """
np.savez(
    "expected.npz",
    images=test_images[:2000],
    labels=test_labels[:2000],
    probabilities=network.predict_proba(test_images[:200]),
)
"""
}
# Step 08 opens a browser. Here it is a command that notes the address which it was to open.
NOTE = "open('opened.txt', 'w').write(__import__('sys').argv[1])"
BROWSER = f'"{Path(sys.executable).as_posix()}" -c "{NOTE}" %s'


@pytest.fixture(scope="session", autouse=True)
def running_examples(request, real, data_folder, tmp_path_factory):
    """Start every example, two at a time, if any of the collected tests looks at them.

    Each runs in a copy of its folder beside a copy of mnist.py. A participant adds the solutions
    of the exercises at the end of main.py. So does this run; `solved` is what they print.
    """
    if not any("examples" in item.fixturenames for item in request.session.items):
        yield None
        return

    def start(main):
        step = main.parent.name[:2]
        folder = shutil.copytree(
            main.parent,
            tmp_path_factory.mktemp("my project é") / "step",
            ignore=shutil.ignore_patterns("*_with_network*", "__pycache__"),
        )
        shutil.copy(ROOT / "mnist.py", folder)
        with open(folder / "main.py", "a", encoding="utf-8") as script:
            script.write(ADDED.get(step, ""))
            for code in solutions(step):
                script.write(f'\nprint("-- exercise")\n{code}')
        # Step 01 tries to download, and the others must not see its beginnings.
        data = folder / "data" if step == "01" and not real else data_folder
        result = run([*nice, sys.executable, "main.py"], folder, data, BROWSER=BROWSER)
        result.output, *result.solved = result.stdout.split("-- exercise\n")
        return result

    # The other tests wait for one another, the examples for nobody: let the others go first.
    nice = ["nice"] if shutil.which("nice") else []
    pool = ThreadPoolExecutor(2)
    # The last ones take longest: they start first.
    futures = {main.parent.name[:2]: pool.submit(start, main) for main in reversed(EXAMPLES)}
    yield SimpleNamespace(get=lambda step: futures[step].result())
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def examples(running_examples):
    """Every example's run, by its number: examples.get("02").output, and so on."""
    return running_examples


def score_in(text):
    """The score of a text's last line of this form."""
    return float(re.findall(r"We have a score of (\d\.\d+)", text)[-1])
