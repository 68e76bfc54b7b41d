"""The download handler as Scrapy's components see it: signals, limits, proxies, connections."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hostile import signalled
from hostile.script import CLOSE, STALL, Answer, Case, Pause, answer, head, page, silent, whole
from hostile.server import HostileServer

from crawler import connections
from crawler.connections import Connection, Connections
from crawler.requesthead import Place
from tests.test_exactness import DEADLINE, ROOT

LONG = head(b"Content-Length: 5000") + page("long")


def _case(name: str, *answers: Answer, **other: Any) -> Case:
    return Case(name=name, answers=answers, **other)


CASES = (
    _case("heard", answer(whole(b"abc"))),
    _case("until-close", answer(head() + b"abc", CLOSE)),
    _case("stopped", answer(LONG, STALL), own_port=True),
    _case("cut", answer(LONG, Pause(), CLOSE), own_port=True),
    _case("slow", answer(LONG, STALL), own_port=True),
    _case("large", answer(whole(b"x" * 2000)), own_port=True),
    _case("stale", answer(whole(b"1")), silent(CLOSE), answer(whole(b"2")), own_port=True),
    _case("kept", answer(whole(b"1")), answer(whole(b"2")), own_port=True),
    _case("told", answer(whole(b"told"))),
    _case("mute-proxy", silent(CLOSE), own_port=True),
    _case("stern-proxy", answer(whole(b"no", status=b"HTTP/1.1 403 Forbidden")), own_port=True),
    _case("tunnelled", answer(whole(b"through")), routes=("connect", "absolute")),
)


def _job(label: str, url: str, **other: Any) -> dict[str, Any]:
    job = {"label": label, "url": url, "method": "GET", "body": "", "headers": {}, "meta": {}}
    return {**job, **other}


def _jobs(server: HostileServer) -> list[dict[str, Any]]:
    cases = server.cases
    at = {name: server.target(case).url for name, case in cases.items()}
    mute, stern = at["mute-proxy"], at["stern-proxy"]
    secret = server.target(cases["tunnelled"], "connect").proxy
    keyless = str(secret).replace("user:secret@", "")
    loss = {"download_fail_on_dataloss": True}
    return [
        _job("heard", at["heard"]),
        _job("until close", at["until-close"]),
        _job("head stopped", at["stopped"], meta={"stop": "head"}),
        _job("bytes stopped", at["stopped"], meta={"stop": "bytes"}),
        _job("head stopped, failing", at["stopped"], meta={"stop": "head, failing"}),
        _job("bytes stopped, failing", at["stopped"], meta={"stop": "bytes, failing"}),
        _job("cut", at["cut"]),
        _job("cut, failing", at["cut"], meta=loss),
        _job("slow", at["slow"], meta={"download_timeout": 0.3}),
        _job("large", at["large"], meta={"download_maxsize": 1999}),
        _job("not too large", at["large"], meta={"download_maxsize": 2000}),
        _job("first", at["stale"]),
        _job("stale, with a body", at["stale"], method="POST", body="61"),
        _job("bound", at["kept"], meta={"bindaddress": "127.0.0.9"}),
        _job("unbound", at["kept"]),
        _job("told", at["told"], headers={"X-Odd": "a\r\nX-Smuggled: b", "TE": "x"}),
        _job("odd name", at["told"], headers={"X Odd": "a"}),
        _job("through", "https://connect.test/tunnelled", meta={"proxy": secret}),
        _job("through again", "https://connect.test/tunnelled", meta={"proxy": secret}),
        _job("by a proxy", "http://absolute.test/tunnelled", meta={"proxy": secret}),
        _job("without a key", "https://connect.test/tunnelled", meta={"proxy": keyless}),
        _job("mute proxy", "https://connect.test/tunnelled", meta={"proxy": mute}),
        _job("stern proxy", "https://connect.test/tunnelled", meta={"proxy": stern}),
        _job("encrypted proxy", "https://connect.test/", meta={"proxy": "https://127.0.0.1:1"}),
        _job("no such port", "http://127.0.0.1:1/"),
        _job("no such host", "http://a_b.invalid/"),
        _job("no name", "https://a..b/"),
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[HostileServer, dict[str, Any]]:
    """The server, and what came of each job."""
    folder = tmp_path_factory.mktemp("wire")
    with HostileServer(CASES) as server:
        (folder / "jobs.json").write_text(json.dumps(_jobs(server)), "utf-8")
        (folder / "authority.pem").write_text(server.authority)
        paths = f"{ROOT}:{ROOT / 'tests'}"
        environment = {"PYTHONPATH": paths, "SSL_CERT_FILE": str(folder / "authority.pem")}
        done = subprocess.run(
            [sys.executable, signalled.__file__, "jobs.json", "outcomes.jsonl"],
            cwd=folder,
            env={**os.environ, **environment},
            timeout=DEADLINE,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    lines = Path(folder, "outcomes.jsonl").read_text("utf-8").splitlines()
    return server, {**dict(map(json.loads, lines)), "log": done.stderr.decode()}


Ran = tuple[HostileServer, dict[str, Any]]


def test_signals_tell_of_heads_and_bodies(ran: Ran) -> None:
    heard, until_close = ran[1]["heard"], ran[1]["until close"]
    assert heard["head"] == [["Content-Length", "Content-Type"], 3]
    assert (heard["bytes"], heard["body"], heard["flags"]) == ("abc", "abc", [])
    assert 0 < heard["latency"] < 10
    assert until_close["head"] == [[], "twisted.web.iweb.UNKNOWN_LENGTH"]
    assert (until_close["bytes"], until_close["flags"]) == ("abc", ["partial"])
    assert until_close["kept"][0] is None


@pytest.mark.parametrize("when", ["head", "bytes"])
@pytest.mark.parametrize("how", ["", ", failing"])
def test_a_signal_stops_a_download(ran: Ran, when: str, how: str) -> None:
    seen = ran[1][f"{when} stopped{how}"]
    assert seen["error"] == ("StopDownload" if how else None)
    assert seen["flags"] == ["download_stopped"]
    assert seen["body"] == ("" if when == "head" else page("long").decode())
    assert seen["kept"][:2] == ["unspecified", LONG.decode()]


def test_what_breaks_off(ran: Ran) -> None:
    cut, failing = ran[1]["cut"], ran[1]["cut, failing"]
    assert (cut["error"], cut["flags"], cut["body"]) == (None, ["dataloss"], page("long").decode())
    assert failing["error"] == "ResponseDataLossError"
    assert cut["kept"][:2] == failing["kept"][:2] == ["disconnect", LONG.decode()]


def test_limits(ran: Ran) -> None:
    slow, large = ran[1]["slow"], ran[1]["large"]
    assert (slow["error"], slow["kept"][:2]) == ("DownloadTimeoutError", ["time", LONG.decode()])
    assert "took longer than 0.3 seconds" in slow["words"]
    assert (large["error"], large["kept"][0]) == ("DownloadCancelledError", "length")
    assert "larger than download max size (1999)" in large["words"]
    assert ran[1]["not too large"]["error"] is None


def test_a_body_is_not_sent_twice(ran: Ran) -> None:
    assert ran[1]["stale, with a body"]["error"] == "DownloadFailedError"
    assert [e.method for e in ran[0].log if e.case.name == "stale"] == ["GET", "POST"]


def test_a_connection_is_used_again_only_from_the_same_address(ran: Ran) -> None:
    numbers = [e.connection for e in ran[0].log if e.case.name == "kept"]
    assert numbers == [1, 2]
    assert [ran[1][label]["body"] for label in ("bound", "unbound")] == ["1", "2"]


def test_requests_as_they_are_written(ran: Ran) -> None:
    asked = ran[1]["told"]["kept"][3]
    assert asked.startswith("GET /told HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "\r\nX-Odd: a X-Smuggled: b\r\n" in asked
    assert "\r\nTE: x\r\n" in asked
    assert ran[1]["odd name"]["error"] == "ValueError"


def test_tls_is_told_of_where_that_is_wanted(ran: Ran) -> None:
    (line, _) = [line for line in ran[1]["log"].splitlines() if "certificate of" in line]
    assert "<GET https://connect.test/tunnelled>: tls/1.3, cipher TLS_AES" in line


def test_proxies(ran: Ran) -> None:
    through, again, by = (ran[1][name] for name in ("through", "through again", "by a proxy"))
    assert [seen["body"] for seen in (through, again, by)] == ["through"] * 3
    assert by["kept"][3].startswith("GET http://absolute.test/tunnelled HTTP/1.1\r\n")
    assert "Proxy-Authorization" not in through["kept"][3] + by["kept"][3]
    assert through["kept"][2] is by["kept"][2] is None
    tunnels = {e.connection for e in ran[0].log if e.route == "connect"}
    assert len(tunnels) == 1


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("without a key", "407 Proxy Authentication Required"),
        ("mute proxy", "Connection"),
        ("stern proxy", "403 Forbidden"),
    ],
)
def test_proxies_that_dig_no_tunnel(ran: Ran, label: str, words: str) -> None:
    seen = ran[1][label]
    assert seen["error"] == "TunnelError"
    assert words in seen["words"]
    assert "kept" not in seen


@pytest.mark.parametrize(
    ("label", "error"),
    [
        ("encrypted proxy", "NotImplementedError"),
        ("no such port", "DownloadConnectionRefusedError"),
        ("no such host", "CannotResolveHostError"),
        ("no name", "CannotResolveHostError"),
    ],
)
def test_what_cannot_be_reached(ran: Ran, label: str, error: str) -> None:
    assert ran[1][label]["error"] == error


class _Idle(Connection):
    """Notes that it is closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True
        self._pool.forget(self)


PLACE = Place("http", "a.test", 80)


def test_idle_connections_are_few_and_close_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "KEPT_SECONDS", 0.2)

    async def idle() -> tuple[list[bool], list[bool]]:
        pool = Connections(None, None, 2)
        kept = [_Idle(PLACE, pool) for _ in range(3)]
        for connection in kept:
            pool.keep(connection)
        at_once = [connection.is_closed for connection in kept]
        await asyncio.sleep(0.6)
        return at_once, [connection.is_closed for connection in kept]

    assert asyncio.run(idle()) == ([True, False, False], [True, True, True])


def test_a_pool_closes_what_is_idle() -> None:
    async def closed() -> tuple[bool, float]:
        pool, began = Connections(None, None, 2), time.monotonic()
        await pool.close()
        pool.keep(connection := _Idle(PLACE, pool))
        await pool.close()
        return connection.is_closed, time.monotonic() - began

    is_closed, seconds = asyncio.run(closed())
    assert is_closed
    assert seconds < 0.9
