"""What several tests share: where things are, and how a participant runs them."""

import os
import re
import subprocess
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parent.parent
# The names of the steps' folders, in the order of their numbers.
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/main.py"))
# axe-core looks for barriers in a web page: npm install --prefix .venv axe-core
AXE = ROOT / ".venv" / "node_modules" / "axe-core" / "axe.min.js"


def data(name):
    """Return the tables of a data file that stands beside the tests."""
    return tomllib.loads((ROOT / "tests" / name).read_text(encoding="utf-8"))


LOWEST_SCORES, CASES = data("lowest_scores.toml"), data("cases.toml")


def example(name):
    """Return the folder of an example by its name without the number."""
    (folder,) = (ROOT / "examples").glob(f"[0-9][0-9]_{name}")
    return folder


def environment(data_folder, **more):
    """Return the environment of a participant's terminal, without network, threads or a window."""
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


def start(command, folder, data_folder, **options):
    """Start a command as a participant does, and return its process."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    options |= {"cwd": folder, "env": environment(data_folder), "encoding": "utf-8"}
    return subprocess.Popen(command, **options)


def run(command, folder, data_folder, typed="", timeout=3600, **more):
    """Run a command as a participant does, and return what it printed and how long it took."""
    started = time.monotonic()
    options = {"cwd": folder, "env": environment(data_folder, **more), "encoding": "utf-8"}
    options |= {"input": typed, "timeout": timeout}
    result = subprocess.run(command, capture_output=True, **options)
    seconds = time.monotonic() - started
    return SimpleNamespace(**vars(result), seconds=seconds, folder=folder)


def score_in(text):
    """Return the score of a text's last line of the form "We have a score of 0.8795"."""
    return float(re.findall(r"We have a score of (\d+\.\d+)", text)[-1])


def functions_of_step_04(right="", wrong=""):
    """Return what step 04's script imports and defines, with a mistake if one is given."""
    script = (example("building_the_network_from_scratch") / "main.py").read_text(encoding="utf-8")
    assert right in script
    names = {}
    exec(script.split("threadpool_limits(1)")[0].replace(right, wrong), names)
    return SimpleNamespace(**names)


def ten_points():
    """Return the x and the y of the ten points of step 03, as its script writes them."""
    script = (example("training_a_single_neuron") / "main.py").read_text(encoding="utf-8")
    return [found.split(", ") for found in re.findall(r"np.array\(\[(.*)\]\)", script)]


def skip_without_data(name, real):
    """Skip a test of step 01, which downloads MNIST, where there is only the sample."""
    if name.startswith("01") and not real:
        pytest.skip("step 01 needs the data: run with --mnist")


def skip_or_fail(reason):
    """Skip a test for want of something, unless REQUIRE_BROWSER is set, as it is in .ci/run."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


def barriers(browser):
    """Return what axe-core finds wrong with the page that the browser shows, one line for each."""
    if not AXE.is_file():
        skip_or_fail("needs axe-core: npm install --prefix .venv axe-core")
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    result = browser.execute_async_script("axe.run().then(arguments[0])")
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
