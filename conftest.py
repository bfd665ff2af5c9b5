"""The options of the tests, and what --folder changes.

They stand here and not in tests/conftest.py: pytest takes the my_project of "--folder my_project"
for a place of tests, and at first loads only what lies above it.
"""

from pathlib import Path

import pytest

import mnist


def pytest_addoption(parser):
    parser.addoption("--mnist", action="store_true", help="run the examples on the real MNIST")
    parser.addoption("--folder", metavar="FOLDER", help="check a participant's own project")
    parser.addoption("--seconds", type=float, default=300, help="how long a script may take there")


def pytest_configure(config):
    """Stop where --mnist or --folder has nothing to look at.

    With --folder, only what the checker says is shown: no dots, no report of failures.
    """
    folder = config.getoption("--folder")
    if config.getoption("--mnist"):
        data = mnist._data_folder()
        if not all((data / name).is_file() for name in mnist.FILES):
            raise pytest.UsageError(f'There is no MNIST in {data}. First run "python mnist.py".')
    if folder:
        if not Path(folder).is_dir():
            raise pytest.UsageError(f"There is no folder {folder}. Is the name right?")
        config.option.verbose = -1
        config.option.tbstyle = "no"
        config.option.no_summary = True


def pytest_report_teststatus(report, config):
    if not config.getoption("--folder"):
        return None
    return report.outcome if report.when == "call" or not report.passed else "", "", ""


def pytest_ignore_collect(collection_path, config):
    """With --folder the checker is all that runs. Without, it has nothing to check."""
    is_checker = collection_path.name == "test_folder.py"
    if collection_path.suffix == ".py" and is_checker != bool(config.getoption("--folder")):
        return True
    return None
