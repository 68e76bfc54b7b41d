"""Every exchange with the hostile server is in the archive, byte for byte, and other readers agree."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastWarcIterator
from hostile import crawl as runner
from hostile.cases import CASES
from hostile.judge import is_wanted, judge, report
from hostile.script import Case
from hostile.server import Exchange, HostileServer, Target
from hostile.strict import Record, read
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

ROOT = Path(__file__).parent.parent
DEADLINE = 120  # seconds; the crawl takes a tenth of that


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """What one crawl of all cases left behind."""

    files: list[Path]
    records: list[Record]
    log: list[Exchange]
    outcomes: dict[str, list[str]]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """All cases on all their routes, crawled once with the project's own settings."""
    folder = tmp_path_factory.mktemp("exactness")
    with HostileServer(CASES) as server:
        jobs = [job_of(target) for target in server.targets()]
        (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
        (folder / "authority.pem").write_text(server.authority)
        _run(folder)
    files = sorted(folder.glob("warc/*.warc.gz"))
    return Crawl(
        files=files,
        records=[record for path in files for record in read(path)],
        log=server.log,
        outcomes=_outcomes(folder / "outcomes.jsonl"),
    )


def job_of(target: Target) -> dict[str, object]:
    case = target.case
    return {
        "label": _label(case, target.route),
        "url": target.url,
        "proxy": target.proxy,
        "method": case.method,
        "body": case.body.hex(),
        "requests": case.requests,
        "retry": case.retry,
        "timeout": case.timeout,
        "maxsize": case.maxsize,
    }


def _label(case: Case, route: str) -> str:
    return f"{case.name}/{route}"


def _run(folder: Path) -> None:
    command = [sys.executable, runner.__file__, "jobs.json", str(folder), "outcomes.jsonl"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SSL_CERT_FILE": str(folder / "authority.pem"),
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, timeout=DEADLINE, capture_output=True, check=False
    )
    (folder / "crawl.log").write_bytes(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr.decode()[-3000:]


def _outcomes(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        label, outcome = json.loads(line)
        found.setdefault(label, []).append(outcome)
    return found


def test_the_server_was_asked_for_everything(crawl: Crawl) -> None:
    asked = {(exchange.case.name, exchange.route) for exchange in crawl.log}
    wanted = {(case.name, route) for case in CASES for route in case.routes}
    assert wanted - asked == set()
    assert len(CASES) >= 80


def test_every_exchange_is_archived_as_the_server_saw_it(crawl: Crawl) -> None:
    faults = judge(crawl.records, crawl.log)
    lines = report(crawl.log, faults).splitlines()
    wrong = [line for line in lines if not line.startswith(("exact", "none wanted"))]
    assert not faults, "\n" + "\n".join(wrong)


def test_every_answer_of_a_case_was_given(crawl: Crawl) -> None:
    """Redirects were followed, retries made, and a stale connection was tried again."""
    given = {(exchange.case.name, exchange.route): exchange.number + 1 for exchange in crawl.log}
    short = {
        case.name: given[case.name, route]
        for case in CASES
        for route in case.routes
        if given[case.name, route] < max(len(case.answers), case.requests)
    }
    assert not short


def test_kept_connections_were_used_again(crawl: Crawl) -> None:
    """Otherwise the cases of stale and surplus bytes would prove nothing."""
    kept = [exchange.connection for exchange in crawl.log if exchange.case.name == "kept"]
    stale = [exchange.connection for exchange in crawl.log if exchange.case.name == "stale-close"]
    assert kept == [kept[0]] * 6
    assert stale[0] == stale[1] != stale[2]


def test_a_connection_with_surplus_bytes_is_not_used_again(crawl: Crawl) -> None:
    """They would answer the next request."""
    for name in ("surplus", "surplus-response"):
        used = [exchange.connection for exchange in crawl.log if exchange.case.name == name]
        assert len(set(used)) == len(used) == 2


def test_what_a_browser_takes_reaches_the_spider(crawl: Crawl) -> None:
    lost = {
        label: outcome
        for case in CASES
        for route in case.routes
        for label in [_label(case, route)]
        for outcome in crawl.outcomes.get(label, ["nothing"])
        if case.delivered and not outcome.isdigit()
    }
    assert not lost


def test_nothing_reaches_the_spider_without_a_record(crawl: Crawl) -> None:
    recorded = {_label(e.case, e.route) for e in crawl.log if is_wanted(e)}
    answered = {label for label, seen in crawl.outcomes.items() if any(o.isdigit() for o in seen)}
    assert answered <= recorded


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as another reader sees it; ``sound`` unless it disputes the block's digest."""

    id: str
    type: str
    block: bytes
    sound: bool


def _fastwarc(path: Path) -> Iterator[Seen]:
    for record in FastWarcIterator(io.BytesIO(path.read_bytes()), parse_http=False):
        sound = record.verify_block_digest()
        id_ = record.headers["WARC-Record-ID"].strip("<>")
        yield Seen(id_, record.headers["WARC-Type"], record.reader.read(), sound)


def _warcio(path: Path) -> Iterator[Seen]:
    with path.open("rb") as stream:
        for record in WarcioIterator(stream, no_record_parse=True, check_digests=True):
            block = record.raw_stream.read()
            headers = record.rec_headers
            id_ = headers.get_header("WARC-Record-ID").strip("<>")
            sound = headers.get_header("WARC-Block-Digest") is not None and not any(
                "block digest failed" in problem for problem in record.digest_checker.problems
            )
            yield Seen(id_, headers.get_header("WARC-Type"), block, sound)


def _payloads_that_warcio_disputes(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        for record in WarcioIterator(stream, check_digests=True):
            record.raw_stream.read()  # as `warcio check` does: what follows the HTTP head
            if record.digest_checker.passed is False:
                yield record.rec_headers.get_header("WARC-Target-URI")


@pytest.mark.parametrize("reader", [_fastwarc, _warcio])
def test_other_readers_see_the_same_blocks(
    crawl: Crawl, reader: Callable[[Path], Iterator[Seen]]
) -> None:
    """FastWARC and warcio agree with the strict reader, whom the judge has believed."""
    ours = [Seen(r.id.strip("<>"), r.type, r.block, sound=True) for r in crawl.records]
    theirs = [seen for path in crawl.files for seen in reader(path)]
    assert len(theirs) == len(ours)
    assert [(t.id, t.type) for t in theirs if not t.sound] == []
    assert [o.id for o, t in zip(ours, theirs, strict=True) if o != t] == []


def test_warcio_disputes_only_payloads_that_it_reads_wrong(crawl: Crawl) -> None:
    """It digests the chunks of a chunked response (webrecorder/warcio#74), and takes a continuation
    line of a tab alone for the end of the head."""
    wrong = {url for path in crawl.files for url in _payloads_that_warcio_disputes(path)}
    known = {
        exchange.url
        for exchange in crawl.log
        if b"chunked" in exchange.response.lower() or exchange.case.name == "fields-folded-tab"
    }
    assert wrong
    assert wrong <= known
