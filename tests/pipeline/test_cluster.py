"""The workers of a Dask cluster: the same results as one process, whatever dies."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from labour import make, work
from structlog.testing import capture_logs

from kb.model import Reading, Report
from kb.registry import load
from pipeline.reading import readers
from pipeline.workers import WorkerDied, WorkersUnavailable, check, workers
from samples.reports import reports
from tests.servers.certificates import certificates_of_loopback
from tests.servers.dask import REPOSITORY, Cluster, running_cluster, running_scheduler

pytestmark = pytest.mark.xdist_group("dask")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


def sample_reports() -> list[Report]:
    return [
        Report(
            id=each.slug,
            url=f"https://news.example/{each.slug}",
            outlet="o",
            title=each.title,
            text="\n".join(each.paragraphs),
            published=each.published,
            crawled=each.published,
        )
        for each in reports()
    ]


def test_results_keep_their_order_and_errors_their_place(cluster: Cluster) -> None:
    texts = [f"slow {n}" for n in range(30)] + ["fail", "last"]
    with workers(make, 1, cluster.address) as crew:
        done = list(crew.map(texts))
    assert [text for text, _ in done] == texts
    assert [outcome for _, outcome in done[:30]] == [work(text) for text in texts[:30]]
    assert isinstance(done[30][1], ValueError)
    assert done[31] == ("last", "LAST")


def test_no_more_is_under_way_than_there_is_room_for(cluster: Cluster) -> None:
    taken = 0

    def texts() -> Iterator[str]:
        nonlocal taken
        for n in range(200):
            taken += 1
            yield f"slow {n}"

    with workers(make, 1, cluster.address) as crew:
        for done, _ in enumerate(crew.map(texts())):
            assert taken - done <= 9


def test_what_kills_every_worker_is_named_and_everything_else_is_done(cluster: Cluster) -> None:
    texts = ["a", "b", "die", *"cdefghijklm"]
    with workers(make, 1, cluster.address) as crew:
        done = list(crew.map(texts))
    assert [text for text, _ in done] == texts
    assert [type(outcome) for text, outcome in done if text == "die"] == [WorkerDied]
    assert [outcome for text, outcome in done if text != "die"] == [text.upper() for text in texts if text != "die"]


def test_readings_are_those_of_one_process_though_a_worker_is_killed_meanwhile(cluster: Cluster) -> None:
    registry, given = load(), sample_reports() * 2
    with readers(registry, 1) as alone:
        expected = [outcome for _, outcome in alone.map(given)]
    assert all(isinstance(outcome, Reading) for outcome in expected)
    cluster.wait_for_workers(2)
    with readers(registry, 1, cluster.address) as crew:
        outcomes = []
        for n, (_, outcome) in enumerate(crew.map(given)):
            outcomes.append(outcome)
            if n == 5:
                cluster.kill_a_worker()
    assert outcomes == expected


def test_without_workers_it_waits_and_says_so(tmp_path: Path) -> None:
    with capture_logs() as logged, running_scheduler(tmp_path) as empty, workers(make, 1, empty.address) as crew:
        threading.Timer(3, empty.add_worker).start()
        assert list(crew.map(["a", "b"])) == [("a", "A"), ("b", "B")]
        told = " ".join(str(entry) for entry in logged)
        assert "waiting for one" in told
        assert f"dask worker {empty.address} --nthreads 1" in told


def test_who_waits_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise InterruptedError

    with (
        running_scheduler(tmp_path) as empty,
        workers(make, 1, empty.address) as crew,
        pytest.raises(InterruptedError),
    ):
        list(crew.map(["a"], stop))


def test_a_scheduler_that_is_not_there_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(WorkersUnavailable, match=r"tcp://127.0.0.1:9 cannot be reached.*Start it"):
        check("tcp://127.0.0.1:9")
    with pytest.raises(WorkersUnavailable, match="no-such-kind"):
        check("no-such-kind://127.0.0.1:9")


def test_a_scheduler_that_goes_away_ends_the_work_with_what_to_do(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with running_scheduler(tmp_path) as short, workers(make, 1, short.address) as crew:
        short.add_worker()
        done = crew.map(f"slow {n}" for n in range(100_000))
        assert next(done) == ("slow 0", "SLOW 0")
        short.kill_scheduler()
        with pytest.raises(WorkersUnavailable, match=r"is lost.*run this again"):
            list(done)
    assert "Traceback" not in capfd.readouterr().err


def test_workers_of_another_version_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for room in ("crawler", "kb", "nlp", "pipeline"):
        shutil.copytree(REPOSITORY / room, other / room, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "nlp" / "reader.py").open("a") as code:
        code.write("\n# another version\n")
    with running_scheduler(tmp_path) as scheduler:
        scheduler.add_worker(other)
        with (
            readers(load(), 1, scheduler.address) as crew,
            pytest.raises(WorkersUnavailable, match="its reader is .*; asked for is .*same version"),
        ):
            list(crew.map(sample_reports()[:3]))


def certified(folder: Path) -> dict[str, str]:
    """Dask's settings for TLS, with a new authority's certificates."""
    made = certificates_of_loopback()
    files = {"CA_FILE": made.authority, "CERT": made.certificate, "KEY": made.key}
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    setting = "DASK_DISTRIBUTED__COMM__{}".format
    own = {
        setting(f"TLS__{role}__{name}"): str(folder / name)
        for role in ("CLIENT", "SCHEDULER", "WORKER")
        for name in ("CERT", "KEY")
    }
    return {setting("REQUIRE_ENCRYPTION"): "true", setting("TLS__CA_FILE"): str(folder / "CA_FILE"), **own}


def test_a_cluster_is_spoken_to_with_tls_by_those_with_a_certificate_of_its_authority(tmp_path: Path) -> None:
    one = sample_reports()[0]
    (tmp_path / "report.jsonl").write_text(json.dumps({"id": one.id, "title": one.title, "text": one.text}))
    command = ("read", str(tmp_path / "report.jsonl"), "--jsonl")
    ours, others = certified(tmp_path / "ours"), certified(tmp_path / "others")
    with running_scheduler(tmp_path, "tls", **ours) as cluster:
        cluster.add_worker()
        address = {"DISPUTED_SCHEDULER": cluster.address}
        there = disputed(*command, **ours, **address)
        assert (there.returncode, there.stdout) == (0, disputed(*command).stdout), there.stderr
        for settings, told in (({}, "none is named here: set DASK_"), (others, "certificate does not match")):
            refused = disputed(*command, **settings, **address)
            assert (refused.returncode, refused.stdout, "Traceback" in refused.stderr) == (1, "", False)
            assert told in refused.stderr


def disputed(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "commands", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, env={**os.environ, **environment}
    )


def test_the_setting_chooses_who_reads(cluster: Cluster, tmp_path: Path) -> None:
    lines = [json.dumps({"id": each.id, "title": each.title, "text": each.text}) for each in sample_reports()[:3]]
    (tmp_path / "reports.jsonl").write_text("\n".join(lines))
    command = ("read", str(tmp_path / "reports.jsonl"), "--jsonl")
    here, there = disputed(*command), disputed(*command, DISPUTED_SCHEDULER=cluster.address)
    assert (there.returncode, there.stdout.count("\n")) == (0, 3), there.stderr
    assert there.stdout == here.stdout
    refused = disputed(*command, DISPUTED_SCHEDULER="tcp://127.0.0.1:9")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: the Dask scheduler tcp://127.0.0.1:9 cannot be reached")
    assert "Traceback" not in refused.stderr
