"""What the tests share: the data, a fresh clone in which each example runs once, and a browser."""

import importlib.util
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import mnist
from helpers import EXAMPLES, ROOT, environment, run, skip_or_fail
from pages import STEP_PAGES

# Started in the background, a program ignores Ctrl-C, and so do all programs that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption("--mnist", action="store_true", help="what depends on digits, on MNIST")
    parser.addoption("--full", action="store_true", help="run what is slow, too")


def pytest_configure(config):
    if config.getoption("--mnist"):
        try:
            is_small = len(mnist.load()[0]) < 60000
        except OSError:
            is_small = True
        if is_small:
            raise pytest.UsageError('There is no MNIST here. First run "python mnist.py".')


def pytest_collection_modifyitems(config, items):
    # The examples run beside the tests. Those that look at the outcome come last.
    items.sort(key=lambda item: "examples" in item.fixturenames)
    if not config.getoption("--full"):
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="slow: run with --full"))
    if config.getoption("--mnist"):
        # What never asks for the data is the same as on the sample.
        config.hook.pytest_deselected(items=[i for i in items if "real" not in i.fixturenames])
        items[:] = [item for item in items if "real" in item.fixturenames]


@pytest.fixture(scope="session", autouse=True)
def begin_with_the_examples(request):
    """Start them at once, if a test will need them."""
    if any("examples" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("examples")


@pytest.fixture(scope="session")
def real(request):
    """Whether the examples run on the real MNIST, and not on the sample."""
    return request.config.getoption("--mnist")


@pytest.fixture(scope="session")
def data_folder(real, tmp_path_factory):
    """An empty folder, so that mnist.load() takes the sample, or a copy of the real data."""
    folder = tmp_path_factory.mktemp("data")
    if real:
        source = mnist.data_folder()
        command = [sys.executable, ROOT / "mnist.py", "--mirror", source]
        subprocess.run(command, env=environment(folder), check=True)
    return folder


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """This project as git would clone it, with all that is not committed yet."""
    folder = tmp_path_factory.mktemp("a fresh clone é") / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for name in listed.stdout.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def examples(request, clone, real, data_folder):
    """Return a function that gives an example's run by its folder's name.

    Each example runs once, in the clone. They run beside the tests, the slow last steps first: one
    at a time, or two on MNIST, where the tests would mostly wait for them. A test that needs one
    which has not begun runs it itself.
    """

    def run_example(name):
        # Step 01 tries to download, and the others must not see its beginnings.
        begins_empty = "01" in name and not real
        data = clone / "nothing yet" if begins_empty else data_folder
        with_exercises = real or request.config.getoption("--full")
        return run_main(clone / "examples" / name, clone, data, with_exercises)

    finished = {}
    with ThreadPoolExecutor(2 if real else 1) as pool:
        futures = {name: pool.submit(run_example, name) for name in reversed(EXAMPLES)}

        def result_of(name):
            if name not in finished:
                is_mine = futures[name].cancel()
                finished[name] = run_example(name) if is_mine else futures[name].result()
            return finished[name]

        yield result_of
        pool.shutdown(cancel_futures=True)


def run_main(folder, clone, data_folder, with_exercises):
    """Run python -i main.py, and type the solutions of the page's exercises at its prompt.

    The result has the example's own output and errors, and those of each exercise; and, except on
    Windows, the memory in use at the example's peak, in kB on Linux.
    """
    mark = "-- the next exercise --\n"
    say_mark = f"import sys; print({mark!r}, end=''); print({mark!r}, end='', file=sys.stderr)\n"
    solutions = STEP_PAGES[folder.name].solutions() if with_exercises else []
    say_memory = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    typed = say_mark + say_memory + "".join(f"{say_mark}{code}\n" for code, _ in solutions)
    command = [sys.executable, "-i", (folder / "main.py").relative_to(clone)]
    # Step 08 opens a browser. Here it is a command that notes the address which it was to open.
    note = clone.parent / "opened.txt"
    browser = f"open({note.as_posix()!r}, 'w').write(__import__('sys').argv[1])"
    browser = f'"{Path(sys.executable).as_posix()}" -c "{browser}" %s'
    result = run(command, clone, data_folder, typed=typed, BROWSER=browser)
    result.folder = folder
    result.output, result.peak_memory, *result.exercise_outputs = result.stdout.split(mark)
    result.errors, _, *result.exercise_errors = result.stderr.replace(">>> ", "").split(mark)
    return result


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A headless Chromium, driven by Selenium. It logs its requests and its console."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = [place for place in map(shutil.which, names) if place]
    chromedriver = shutil.which("chromedriver")
    if not (found and chromedriver and importlib.util.find_spec("selenium")):
        skip_or_fail("needs Selenium, Chromium and chromedriver (Debian: chromium-driver)")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
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
