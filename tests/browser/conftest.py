"""Debian's Chromium before `djeli serve` over the newsroom's crawl, and a trap for whatever would leave for elsewhere."""

from __future__ import annotations

import re
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.intruders import add_intruders
from tests.browser.sights import ROOM_HOST, Sight
from tests.conftest import ROOT, Crawled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCREENSHOTS = ROOT / ".screenshots"
_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
)  # fmt: skip


class _Door(socketserver.ThreadingTCPServer):
    """Notes how everybody begins who knocks, and lets nobody in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((ROOM_HOST, 0), _Knock)
        self.knocks: list[str] = []


class _Knock(socketserver.BaseRequestHandler):
    server: _Door

    def handle(self) -> None:
        said = self.request.recv(500).decode("latin-1")
        self.server.knocks.append(" ".join(said.split())[:120] or "a connection and nothing said")


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[_Door]:
    """Stands for the hosts of archived pages: the browser's resolver leads them all here."""
    with _Door() as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        yield door
        door.shutdown()


@pytest.fixture(scope="session")
def room(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the room over the newsroom's crawl and what intruders left in it."""
    _browser_library()
    data_dir = tmp_path_factory.mktemp("room") / "data"
    shutil.copytree(crawled.data_dir, data_dir)
    add_intruders(data_dir)
    command = [sys.executable, "-m", "crawler", "serve", "--port", "0", "--data-dir", str(data_dir)]
    command += ["--replayweb", str(data_dir / "none")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            address = re.search(r"http://[^/\s]+", process.stdout.readline())
            assert address
            yield address[0]
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def browser(elsewhere: _Door) -> Iterator[Browser]:
    """For one module only: while Playwright runs, no other test of this thread can run a loop of its own."""
    sync_playwright = _browser_library()
    door = f"{ROOM_HOST}:{elsewhere.server_address[1]}"
    # What the browser asks its makers for by itself is found nowhere, and says nothing of the room.
    led = [f"MAP {hosts} {door}" for hosts in ("*.example", "127.*", "169.254.*", "203.0.113.*")]
    rules = ", ".join([*led, "MAP * ~NOTFOUND", f"EXCLUDE {ROOM_HOST}"])
    with sync_playwright() as playwright:
        chromium: Browser = playwright.chromium.launch(
            executable_path=_CHROMIUM, args=[*_ARGUMENTS, f"--host-resolver-rules={rules}"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def sight(browser: Browser, room: str, elsewhere: _Door) -> Iterator[Sight]:
    """A new window of 1280 by 900; whatever a test does in it, nothing leaves the room and no stranger's script runs."""
    elsewhere.knocks.clear()
    sight = Sight(browser, room, SCREENSHOTS)
    yield sight
    sight.close()
    assert not sight.strangers, "scripts of others ran"
    assert not elsewhere.knocks
    assert not [url for url in sight.asked if not url.startswith((room, "data:", "about:"))]


def _browser_library() -> Any:
    """Playwright's beginning; without it or without Chromium the test is skipped, and says so."""
    if not Path(_CHROMIUM).exists():
        pytest.skip(
            f"NOT TESTED IN A BROWSER: no {_CHROMIUM} here; `make test-browser` installs it"
        )
    why = "NOT TESTED IN A BROWSER: no playwright here; `make test-browser` installs it"
    return pytest.importorskip("playwright.sync_api", reason=why).sync_playwright
