"""What the tests share: the data, and the examples, each of which runs once."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

import mnist
from helpers import skip_or_fail

# Started in the background, a program ignores Ctrl-C, and so do all programs that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/main.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def fresh_copy(folder):
    """Copy this project as git would clone it."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").replace("/\n", "\n").split()
    ignored = [".git", *(Path(name).name for name in ignored)]
    return shutil.copytree(ROOT, folder / "clone", ignore=shutil.ignore_patterns(*ignored))


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
    """The solutions of a step's exercises in the README: the code, and what it prints on MNIST."""
    section = re.search(rf"^### Step {step}:.*?(?=^##)", README + "\n## ", re.DOTALL | re.MULTILINE)
    folded = re.findall(r"<details>.*?</details>", section[0] if section else "", re.DOTALL)
    found = []
    for text in folded:
        blocks = dict(re.findall(r" *```(python|text)\n(.*?) *```", text, re.DOTALL))
        if "python" in blocks:  # Otherwise it is the answer to "Check yourself".
            found.append((dedent(blocks["python"]), dedent(blocks.get("text", ""))))
    return found


def pytest_collection_modifyitems(items):
    """Tests that wait for an example go last: until then the examples run beside the others."""
    items.sort(key=lambda item: "examples" in item.fixturenames)


# Step 08's page is compared with what its network says of these test images.
ADDED = {
    "08": """
np.savez(
    place.with_name("expected.npz"),
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

    They run in a fresh copy of this project, with the README's command. A participant adds the
    solutions of the exercises at the end of main.py. So does this run; `solved` is what they print.
    """
    if not any("examples" in item.fixturenames for item in request.session.items):
        yield None
        return
    clone = fresh_copy(tmp_path_factory.mktemp("the examples é"))
    # The other tests wait for one another, the examples for nobody: let the others go first.
    nice = ["nice", "-n", "19"] if shutil.which("nice") else []

    def start(main):
        step, main = main.parent.name[:2], clone / main.relative_to(ROOT)
        with open(main, "a", encoding="utf-8") as script:
            script.write(ADDED.get(step, ""))
            for code, _ in solutions(step):
                script.write(f'\nprint("-- exercise")\n{code}')
        # Step 01 tries to download, and the others must not see its beginnings.
        data = main.parent / "data" if step == "01" and not real else data_folder
        command = [*nice, sys.executable, main.relative_to(clone)]
        result = run(command, clone, data, BROWSER=BROWSER)
        result.folder = main.parent
        result.output, *result.solved = result.stdout.split("-- exercise\n")
        return result

    pool = ThreadPoolExecutor(2)
    # The last ones take longest: they start first.
    futures = {main.parent.name[:2]: pool.submit(start, main) for main in reversed(EXAMPLES)}
    yield SimpleNamespace(get=lambda step: futures[step].result())
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def examples(running_examples):
    """Every example's run, by its number: examples.get("02").output, and so on."""
    return running_examples


@pytest.fixture(scope="session")
def preparation():
    """Step 08's preparation.py, as a module."""
    path = EXAMPLES[7].with_name("preparation.py")
    specification = importlib.util.spec_from_file_location("preparation_of_step_08", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def score_in(text):
    """The score of a text's last line of this form."""
    return float(re.findall(r"We have a score of (\d\.\d+)", text)[-1])


def first_on_path(*names):
    return next((place for name in names if (place := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A headless Chromium, driven by Selenium. It logs its requests and its console."""
    chromium = first_on_path(
        "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
    )
    chromedriver = first_on_path("chromedriver")
    if not (chromium and chromedriver and importlib.util.find_spec("selenium")):
        skip_or_fail(
            "needs Selenium, Chromium and chromedriver (Debian: chromium, chromium-driver)"
        )
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,1000",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()
