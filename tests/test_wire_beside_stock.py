"""What a spider is given by our download handler is what Scrapy's own gives, or better, case by case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile import compare
from hostile.cases import CASES
from hostile.server import HostileServer

from tests.test_exactness import DEADLINE, ROOT, job_of

# What differs, by the names of cases; all else is equal.
OURS_ALONE_READ = {
    "fields-blank-before-colon": "a blank before a colon; browsers leave it out",
    "fields-empty": "a line that begins with a colon; browsers leave the line out",
    "fields-latin1-name": "a name that is no token; browsers leave the line out",
    "fields-long": "a line of 198,000 bytes; Twisted takes 16,384",
    "fields-many-colons": "a line that begins with a colon",
    "fields-nul": "a NUL in a name",
    "fields-odd-names": "names that are no tokens",
    "length-blank-before-colon": "a blank before a colon",
    "lf-chunks": "chunk lines that end in LF alone; Twisted waits for more",
}
STOCK_ALONE_READS = {
    "rtsp": "not HTTP",
    "status-long": "1000 is no status of HTTP: there would be no record of it",
    "status-plus": "+200 is none",
    "status-short": "20 is none",
    "status-zeros": "0200 is none",
    "version-zeros": "HTTP/1.01 is no version",
}
BY_CHANCE = {
    "retry-after-silence"
}  # with a kept connection at hand it is asked again, without one it is not
OTHER_BLANKS = {"fields-folded", "fields-folded-tab", "lf-folded"}  # where a folded line goes on


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Any]]]:
    """Of both handlers, by label, in the order in which they came."""
    runs = {which: _begun(which, tmp_path_factory.mktemp(which)) for which in ("stock", "ours")}
    return {which: _ended(*run) for which, run in runs.items()}


def _begun(which: str, folder: Path) -> tuple[HostileServer, subprocess.Popen[bytes], Path]:
    server = HostileServer(CASES)
    server.__enter__()
    jobs = [job_of(target) for target in server.targets()]
    (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    (folder / "authority.pem").write_text(server.authority)
    process = subprocess.Popen(
        [sys.executable, compare.__file__, which, "jobs.json", "outcomes.jsonl"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "SSL_CERT_FILE": str(folder / "authority.pem"),
        },
        stderr=subprocess.PIPE,
    )
    return server, process, folder


def _ended(
    server: HostileServer, process: subprocess.Popen[bytes], folder: Path
) -> dict[str, list[Any]]:
    _, said = process.communicate(timeout=DEADLINE)
    server.__exit__(None, None, None)
    assert process.returncode == 0, said.decode()[-3000:]
    found: dict[str, list[Any]] = {}
    for line in (folder / "outcomes.jsonl").read_text("utf-8").splitlines():
        label, outcome = json.loads(line)
        found.setdefault(label, []).append(json.loads(outcome))
    return found


def _names(outcomes: dict[str, dict[str, list[Any]]]) -> set[str]:
    stock, ours = outcomes["stock"], outcomes["ours"]
    return {label.partition("/")[0] for label in stock if stock[label] != ours.get(label)}


def test_all_was_asked_of_both(outcomes: dict[str, dict[str, list[Any]]]) -> None:
    wanted = {f"{case.name}/{route}" for case in CASES for route in case.routes}
    assert outcomes["stock"].keys() == outcomes["ours"].keys() == wanted


def test_what_differs_is_known(outcomes: dict[str, dict[str, list[Any]]]) -> None:
    """Status, headers, body, flags, version, address, certificate, class; or the exception's class."""
    known = OURS_ALONE_READ.keys() | STOCK_ALONE_READS.keys() | OTHER_BLANKS
    assert _names(outcomes) - BY_CHANCE == known


def test_it_differs_as_is_said(outcomes: dict[str, dict[str, list[Any]]]) -> None:
    for name in OURS_ALONE_READ:
        assert all("error" in seen for seen in outcomes["stock"][f"{name}/plain"])
        assert all(seen["status"] == 200 for seen in outcomes["ours"][f"{name}/plain"])
    for name in STOCK_ALONE_READS:
        assert outcomes["ours"][f"{name}/plain"] == [{"error": "DownloadFailedError"}]
    for name in OTHER_BLANKS:
        stock, ours = (
            json.dumps(outcomes[which][f"{name}/plain"]).replace("\\t", " ").split()
            for which in ("stock", "ours")
        )
        assert stock == ours
