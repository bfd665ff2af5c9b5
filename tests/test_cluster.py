"""Step 10 on a Dask cluster: a real scheduler, and real workers in processes of their own."""

import re
import sys
from contextlib import ExitStack

import pytest

from helpers import example, run

distributed = pytest.importorskip(
    "distributed", reason='needs Dask: pip install "dask[distributed]"'
)
pytestmark = pytest.mark.full
EXAMPLE = example("searching_for_better_settings")


@pytest.fixture
def cluster():
    """Return a function that starts a scheduler and some workers."""
    with ExitStack() as started:

        def start(workers):
            settings = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
            return started.enter_context(distributed.LocalCluster(n_workers=workers, **settings))

        yield start


def search(address, data_folder, tmp_path):
    return run([sys.executable, EXAMPLE / "main.py"], tmp_path, data_folder, DASK_SCHEDULER=address)


def test_a_cluster_finds_the_same_settings(examples, cluster, data_folder, tmp_path, capfd):
    both = cluster(2)
    result = search(both.scheduler_address, data_folder, tmp_path)
    assert result.returncode == 0, result.stderr
    best = re.search("^Best settings: .*", result.stdout, re.MULTILINE)[0]
    assert best in examples(EXAMPLE.name).output.splitlines()
    with distributed.Client(both) as client:
        tried = client.run(lambda dask_worker: dask_worker.state.executed_count).values()
    assert capfd.readouterr().out.count("[CV 1/1] END") == 24
    assert min(tried) > 0, "one worker did all the work"


@pytest.mark.parametrize("workers", [None, 0, 1])
def test_too_few_computers_are_told_in_a_sentence(cluster, workers, data_folder, tmp_path):
    """No scheduler, none that helps it, and one alone, which would do all the work."""
    address = "tcp://127.0.0.1:9" if workers is None else cluster(workers).scheduler_address
    result = search(address, data_folder, tmp_path)
    assert result.returncode == 1
    assert f"The search needs two workers at {address}: " in result.stderr
    assert "Traceback" not in result.stderr
