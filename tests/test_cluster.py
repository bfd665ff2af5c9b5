"""Step 10 on a Dask cluster: a real scheduler and two real workers, each a process of its own."""

import re
import socket
import subprocess
import sys
import time

import pytest

from helpers import environment, example, run

pytest.importorskip("distributed", reason='needs Dask: pip install "dask[distributed]"')
EXAMPLE = example("searching_for_better_settings")
MAIN = EXAMPLE / "main.py"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def scheduler(request, data_folder, tmp_path):
    """The address of a scheduler to which two workers have come, or as many as a test asks for."""
    workers = getattr(request, "param", 2)
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = [sys.executable, "-m", "dask"]
    commands = [[*dask, "scheduler", "--host", address, "--no-dashboard", "--no-show"]]
    worker = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    commands += workers * [worker]
    logs = [tmp_path / f"{number}.log" for number in range(1 + workers)]
    processes = []
    try:
        for command, log in zip(commands, logs):
            with open(log, "wb") as output:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=tmp_path,
                        env=environment(data_folder),
                        stdout=output,
                        stderr=subprocess.STDOUT,
                    )
                )
        deadline = time.monotonic() + 60
        while logs[0].read_text(encoding="utf-8").count("Register worker") < workers:
            assert time.monotonic() < deadline, "the workers did not come"
            time.sleep(0.2)
        yield address, logs[1:]
    finally:
        for process in reversed(processes):
            process.kill()
        for process in processes:
            process.wait(30)


def test_a_cluster_finds_the_same_settings(examples, scheduler, data_folder, tmp_path):
    address, worker_logs = scheduler
    copy = tmp_path / "main.py"
    copy.write_text(MAIN.read_text(encoding="utf-8"), encoding="utf-8")
    result = run([sys.executable, copy], tmp_path, data_folder, DASK_SCHEDULER=address)
    assert result.returncode == 0, result.stderr
    best = re.search("^Best settings: .*", result.stdout, re.MULTILINE)[0]
    assert best in examples(EXAMPLE.name).output.splitlines()
    lines = [log.read_text(encoding="utf-8").count("[CV 1/1] END") for log in worker_logs]
    assert sum(lines) == 24
    assert min(lines) > 0, "one worker did all the work"


@pytest.mark.parametrize(("scheduler", "workers"), [(0, 0), (1, 1)], indirect=["scheduler"])
def test_a_scheduler_with_too_few_workers(scheduler, workers, data_folder, tmp_path):
    address, _ = scheduler
    result = run([sys.executable, MAIN], tmp_path, data_folder, DASK_SCHEDULER=address)
    assert result.returncode == 1
    assert result.seconds < 30
    assert f"The search needs two workers, and {address} has {workers}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_scheduler_that_cannot_be_reached(data_folder, tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    result = run([sys.executable, MAIN], tmp_path, data_folder, DASK_SCHEDULER=address)
    assert result.returncode == 1
    assert result.seconds < 30
    assert f"The scheduler {address} cannot be reached" in result.stderr
    assert "Traceback" not in result.stderr
