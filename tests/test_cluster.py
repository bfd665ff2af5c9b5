"""Step 10 on a Dask cluster: a real scheduler and two real workers, each a process of its own."""

import re
import socket
import sys
import time

import pytest

import helpers
from helpers import example, run

pytest.importorskip("distributed", reason='needs Dask: pip install "dask[distributed]"')
pytestmark = pytest.mark.full
EXAMPLE = example("searching_for_better_settings")


@pytest.fixture
def cluster(data_folder, tmp_path):
    """Return a function that starts a scheduler and some workers, and gives its address."""
    processes = []

    def start(workers):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        dask = [sys.executable, "-m", "dask"]
        commands = [[*dask, "scheduler", "--host", address, "--no-dashboard", "--no-show"]]
        worker = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        for number, command in enumerate(commands + workers * [worker]):
            with open(tmp_path / f"{number}.log", "wb") as log:
                logs = {"stdout": log, "stderr": log}
                processes.append(helpers.start(command, tmp_path, data_folder, **logs))
        coming = {"Scheduler at": 1, "Register worker": workers}
        log = tmp_path / "0.log"
        while any(log.read_text(encoding="utf-8").count(x) < n for x, n in coming.items()):
            assert processes[0].poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        return address

    yield start
    for process in reversed(processes):
        process.kill()
        process.wait()


def search(address, data_folder, tmp_path):
    return run([sys.executable, EXAMPLE / "main.py"], tmp_path, data_folder, DASK_SCHEDULER=address)


def test_a_cluster_finds_the_same_settings(examples, cluster, data_folder, tmp_path):
    result = search(cluster(2), data_folder, tmp_path)
    assert result.returncode == 0, result.stderr
    best = re.search("^Best settings: .*", result.stdout, re.MULTILINE)[0]
    assert best in examples(EXAMPLE.name).output.splitlines()
    logs = [(tmp_path / f"{number}.log").read_text(encoding="utf-8") for number in (1, 2)]
    tried = [log.count("[CV 1/1] END") for log in logs]
    assert sum(tried) == 24
    assert min(tried) > 0, "one worker did all the work"


@pytest.mark.parametrize("workers", [None, 0, 1])
def test_too_few_computers_are_told_in_a_sentence(cluster, workers, data_folder, tmp_path):
    """No scheduler, none that helps it, and one alone, which would do all the work."""
    address = "tcp://127.0.0.1:9" if workers is None else cluster(workers)
    result = search(address, data_folder, tmp_path)
    assert result.returncode == 1
    assert f"The search needs two workers at {address}: " in result.stderr
    assert "Traceback" not in result.stderr
