"""One process, the pool, Dask, portions of files: the same articles, byte for byte, whoever dies in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from archive import storage
from tests.conftest import ROOT, Crawled, Djeli
from tests.manyfiles import write

_PATIENCE = 300.0  # seconds, on a machine that does other things as well


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("many") / "warcs")


@pytest.fixture(scope="module")
def wanted(files: list[Path], djeli: Djeli) -> subprocess.CompletedProcess[str]:
    """What one process gives."""
    one = {**os.environ, "DJELI_PROCESSES": "1"}
    return djeli("extract", *files, "--data-dir", files[0].parent, env=one)


def _all_of(out: str) -> str:
    """What the files of a run hold, in their order."""
    texts = []
    for entry in json.loads(_read(f"{out}/run.json"))["files"]:
        texts.append(_read(f"{out}/{entry['file']}"))
        assert len(texts[-1].splitlines()) == entry["articles"]
    return "".join(texts)


def _read(place: str) -> str:
    with storage.opened(place) as file:
        return file.read().decode()


def test_articles_hang_together_across_files(wanted: subprocess.CompletedProcess[str]) -> None:
    assert wanted.returncode == 0, wanted.stderr
    articles = [json.loads(line) for line in wanted.stdout.splitlines()]
    (long,) = (one for one in articles if one["url"].endswith("la-longue-route.html"))
    assert len(long["provenance"]["parts"]) == 2
    assert not [one["url"] for one in articles if "/amp/" in one["url"] and "950" not in one["url"]]
    assert {one["provenance"]["learned"] for one in articles} != {None}
    assert any(one["provenance"]["opt_outs"] for one in articles)


def test_portions_and_files_give_the_same(
    files: list[Path], wanted: subprocess.CompletedProcess[str], tmp_path: Path, djeli: Djeli
) -> None:
    options = ("--data-dir", files[0].parent, "--portion", 1)
    made = djeli("extract", f"{files[0].parent}/*.warc.gz", "--out", tmp_path / "out", *options)
    assert made.returncode == 0, made.stderr
    assert _all_of(f"{tmp_path}/out") == wanted.stdout
    assert made.stderr.splitlines()[-1] == wanted.stderr.splitlines()[-1]
    names = {path.name for path in (tmp_path / "out").glob("*.jsonl")}
    assert {"00.warc.gz.0000000000000.jsonl", "05.warc.gz.jsonl"} < names
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.*z")}
    again = djeli("extract", *files, "--out", tmp_path / "out", *options)
    assert again.stderr.splitlines()[-1] == made.stderr.splitlines()[-1]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    whole = djeli("extract", *files, "--out", tmp_path / "out", "--data-dir", files[0].parent)
    assert whole.returncode == 0
    assert _all_of(f"{tmp_path}/out") == wanted.stdout
    assert "00.warc.gz.0000000000000.jsonl" not in {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_what_is_not_done_is_done_when_run_again(
    files: list[Path], tmp_path: Path, djeli: Djeli
) -> None:
    out, home = tmp_path / "out", files[0].parent
    work = out / "work"
    djeli("extract", *files[1:4], "--out", out, "--data-dir", home)
    (work / "02.warc.gz.pages.json").unlink()
    (work / "03.warc.gz.articles.json").unlink()
    kept, redone = work / "01.warc.gz.pages.gz", work / "02.warc.gz.pages.gz"
    before = (kept.stat().st_mtime_ns, redone.stat().st_mtime_ns, _all_of(str(out)))
    again = djeli("extract", *files[1:4], "--out", out, "--data-dir", home)
    assert again.returncode == 0, again.stderr
    assert kept.stat().st_mtime_ns == before[0]
    assert redone.stat().st_mtime_ns > before[1]
    assert _all_of(str(out)) == before[2]
    more = djeli("extract", *files[1:5], "--out", out, "--data-dir", home)
    assert more.returncode == 0
    one = djeli("extract", *files[1:5], "--data-dir", home)
    assert _all_of(str(out)) == one.stdout


def test_dask_gives_the_same(
    files: list[Path], wanted: subprocess.CompletedProcess[str], djeli: Djeli
) -> None:
    options = ("--data-dir", files[0].parent, "--portion", 1, "--engine", "dask")
    made = djeli("extract", *files, *options)
    assert made.returncode == 0, made.stderr
    assert made.stdout == wanted.stdout
    assert made.stderr.splitlines()[-1] == wanted.stderr.splitlines()[-1]


def test_our_own_archive_is_read_with_what_the_crawl_knew(
    crawled: Crawled, tmp_path: Path, djeli: Djeli
) -> None:
    warcs = list((crawled.data_dir / "warc").glob("*.warc.gz"))
    made = djeli(
        "extract", *warcs, "--engine", "dask", "--out", tmp_path, "--data-dir", crawled.data_dir
    )
    assert made.returncode == 0, made.stderr
    written = [p.read_text().splitlines() for p in (crawled.data_dir / "articles").glob("*.jsonl")]
    assert sorted(_all_of(str(tmp_path)).splitlines()) == sorted(written[0])


@contextmanager
def _running(*arguments: object, processes: int = 2) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "crawler", *map(str, arguments)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "DJELI_PROCESSES": str(processes)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _await_file(pattern: str, folder: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + _PATIENCE
    while not list(folder.glob(pattern)):
        assert time.monotonic() < until
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.005)


def _workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The Dask workers under a command: those that have a pool under them."""
    below = psutil.Process(process.pid).children(recursive=True)
    return [one for one in below if "spawn_main" in " ".join(one.cmdline())]


@pytest.mark.parametrize("moment", ["*.lesson.gz", "*.pages.gz"])
def test_a_worker_that_is_killed_changes_nothing(tmp_path: Path, djeli: Djeli, moment: str) -> None:
    paths = write(tmp_path / "warcs", 16)
    wanted = djeli("extract", *paths, "--data-dir", tmp_path)
    out = tmp_path / "out"
    options = ("--engine", "dask", "--out", out, "--data-dir", tmp_path)
    with _running("extract", *paths, *options) as process:
        _await_file(moment, out / "work", process)
        workers = _workers(process)
        assert workers
        workers[0].send_signal(signal.SIGKILL)
        _, told = process.communicate(timeout=_PATIENCE)
        assert process.returncode == 0, told
    assert _all_of(str(out)) == wanted.stdout


def test_an_interrupted_run_goes_on(tmp_path: Path, djeli: Djeli) -> None:
    paths = write(tmp_path / "warcs", 20)
    out = tmp_path / "out"
    options = ("--out", out, "--data-dir", tmp_path)
    with _running("extract", *paths, *options, processes=1) as process:
        _await_file("*.pages.json", out / "work", process)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 130, told
    assert "run again to go on" in told
    done = {path: path.stat().st_mtime_ns for path in (out / "work").glob("*.pages.json")}
    assert 0 < len(done) < 20
    again = djeli("extract", *paths, *options)
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert _all_of(str(out)) == djeli("extract", *paths, "--data-dir", tmp_path).stdout


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """A scheduler and two workers, as one starts them on real machines."""
    told = folder / "scheduler.json"
    run = [sys.executable, "-m", "distributed.cli"]
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(  # type: ignore[call-overload]
            [*run[:2], "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common],
            env=environment, **quiet,
        )
    ]  # fmt: skip
    try:
        while not (told.exists() and told.read_text().strip()):
            time.sleep(0.1)
        worker = [*run[:2], "distributed.cli.dask_worker", "--nthreads", "1", *common]
        started += [subprocess.Popen(worker, env=environment, **quiet) for _ in range(2)]  # type: ignore[call-overload]
        yield json.loads(told.read_text())["address"]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(_PATIENCE)


def test_a_cluster_reads_from_a_bucket_and_writes_to_it(
    files: list[Path],
    wanted: subprocess.CompletedProcess[str],
    bucket: str,
    tmp_path: Path,
    djeli: Djeli,
) -> None:
    for path in files:
        storage.put(path, f"{bucket}/in/{path.name}")
    pattern, out = f"{bucket}/in/*.warc.gz", f"{bucket}/out"
    streamed = djeli("extract", pattern, "--data-dir", tmp_path)
    assert streamed.stdout == wanted.stdout, streamed.stderr
    with _cluster(tmp_path) as address:
        options = ("--engine", "dask", "--scheduler", address, "--portion", 1)
        made = djeli("extract", pattern, *options, "--out", out, "--data-dir", tmp_path)
        assert made.returncode == 0, made.stderr
        again = djeli("extract", pattern, *options, "--out", out, "--data-dir", tmp_path)
        assert again.returncode == 0, again.stderr
        assert again.stderr.splitlines()[-1] == made.stderr.splitlines()[-1]
    assert _all_of(out) == wanted.stdout
    room = djeli("rebuild", "--from", out, f"{bucket}/in", "--data-dir", tmp_path / "room")
    assert room.returncode == 0, room.stderr
    count = len(wanted.stdout.splitlines())
    assert f" {count} articles of " in room.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(
    files: list[Path], tmp_path: Path, djeli: Djeli
) -> None:
    foreign = tmp_path / "notes.warc.gz"
    foreign.write_bytes(b"not a WARC file, whatever its name")
    gone, out = tmp_path / "gone.warc.gz", tmp_path / "out"
    paths = (files[1], gone, foreign, files[2])
    made = djeli("extract", *paths, "--out", out, "--data-dir", tmp_path)
    assert made.returncode == 1
    assert f"djeli: {gone}: no such file\n" in made.stderr
    assert f"djeli: {foreign}: not a WARC or ARC file" in made.stderr
    one = djeli("extract", *paths, "--data-dir", tmp_path)
    assert one.returncode == 1
    assert _all_of(str(out)) == one.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("a*.gz",), 1, "a*.gz: there is no such file"),
        (("s3://nobodys-bucket/*.warc.gz",), 1, "s3://nobodys-bucket/*.warc.gz"),
        (("x.gz", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"), 1, "tcp://127.0.0.1:9"),
        (("x.gz", "--scheduler", "tcp://127.0.0.1:9"), 2, "--engine dask"),
        (("-", "--out", "x"), 2, "stdin"),
        (("x.gz", "--out", "x", "-o", "y"), 2, "--out"),
        (("--diff", "--out", "x"), 2, "--diff"),
    ],
)
def test_what_cannot_be_is_one_line(
    bucket: str, tmp_path: Path, djeli: Djeli, arguments: tuple[str, ...], status: int, words: str
) -> None:
    outcome = djeli("extract", *arguments, "--data-dir", tmp_path)
    assert outcome.returncode == status
    assert words in outcome.stderr.splitlines()[-1]
    assert "Traceback" not in outcome.stderr


def test_without_dask_the_line_says_what_to_install(tmp_path: Path, files: list[Path]) -> None:
    program = (
        "import sys; sys.modules['distributed'] = None\n"
        "from crawler.__main__ import main\n"
        f"sys.exit(main(['extract', {str(files[1])!r}, '--engine', 'dask', '--data-dir', {str(tmp_path)!r}]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert "pip install -r requirements-cluster.txt" in line
