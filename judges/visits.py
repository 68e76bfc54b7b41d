"""Pages of an archive opened in ReplayWeb.page by a browser that reaches nothing but our own server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from judges.captures import Capture
from judges.install import ROOT, JudgeError
from judges.loopback import Files, dead_end, serving_files
from judges.sight import Sight

PACKAGES = Path(__file__).parent / "replayweb" / "package.json"
VISITOR = PACKAGES.with_name("visit.mjs")
SCREENS = ROOT / "screens"
TIME_LIMIT = 1800  # seconds for all visits
# Chromium asks them for updates and the time, whatever its options; the newsroom names none of them.
BROWSERS_OWN = (
    "accounts.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "update.googleapis.com",
    "optimizationguide-pa.googleapis.com",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A browser, the folder of the packages that it needs, and a folder for its profile."""

    chromium: str
    modules: Path
    profile: Path


@dataclass(frozen=True, slots=True)
class Visit:
    """A capture to look at, and the name of the screenshot."""

    capture: Capture
    screen: str

    @property
    def path(self) -> str:
        """The path of the page that embeds it."""
        return f"/{self.capture.timestamp}/{quote(self.capture.url, safe='')}"


@dataclass(frozen=True, slots=True)
class Sightseeing:
    """What was seen, a sight a visit; what was asked for that is not ours; and how much of the browser's own."""

    sights: Sequence[Sight]
    asked_elsewhere: Sequence[str]
    browsers_own: int


def seen_by(reader: Reader, file: Path, visits: Sequence[Visit]) -> Sightseeing:
    """Every visit's sight in a WACZ or WARC file, which is served on loopback meanwhile."""
    with serving_files(_site(reader.modules, file, visits)) as files, dead_end() as proxy:
        job = _job(reader, files, proxy.port, visits)
        seen = _visited(reader.modules, job)
        sights = [seen[files.url(visit.path)] for visit in visits]
    elsewhere = [line for line in proxy.asked if not is_browsers_own(line)]
    return Sightseeing(sights, elsewhere, len(proxy.asked) - len(elsewhere))


def is_browsers_own(request_line: str) -> bool:
    """Whether a request that went to the proxy is none of a page's."""
    address = request_line.split(" ")[1] if " " in request_line else ""
    return urlsplit(address if "://" in address else f"//{address}").hostname in BROWSERS_OWN


def _site(modules: Path, file: Path, visits: Sequence[Visit]) -> Mapping[str, Path | str]:
    player = modules / "replaywebpage"
    return {
        **{visit.path: _embedding(file.name, visit.capture) for visit in visits},
        f"/{file.name}": file,
        "/ui.js": player / "ui.js",
        # The service worker answers these from the second page on; the first may come before it is ready.
        "/replay/": player / "index.html",
        "/replay/ui.js": player / "ui.js",
        "/replay/sw.js": player / "sw.js",
    }


def _embedding(file: str, capture: Capture) -> str:
    return f"""<!DOCTYPE html><meta charset="utf-8"><title>judge</title>
<style>html, body, replay-web-page {{ display: block; height: 100%; margin: 0 }}</style>
<script src="/ui.js"></script>
<replay-web-page source="/{file}" url="{escape(capture.url)}" ts="{capture.timestamp}"
  replayBase="/replay/" embed="replayonly"></replay-web-page>
"""


def _job(reader: Reader, files: Files, proxy: int, visits: Sequence[Visit]) -> str:
    SCREENS.mkdir(parents=True, exist_ok=True)
    job = {
        "chromium": reader.chromium,
        "profile": str(reader.profile),
        "proxy": f"http://127.0.0.1:{proxy}",
        "direct": f"127.0.0.1:{files.port}",
        "visits": [
            {
                "page": files.url(visit.path),
                "url": visit.capture.url,
                "screenshot": str(SCREENS / f"{visit.screen}.png"),
            }
            for visit in visits
        ],
    }
    return json.dumps(job)


def _visited(modules: Path, job: str) -> dict[str, Sight]:
    command = ["node", str(VISITOR), str(modules)]
    try:
        done = subprocess.run(
            command, input=job, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
    except FileNotFoundError as e:
        raise JudgeError("no node on the PATH: apt-get install nodejs npm") from e
    except subprocess.TimeoutExpired as e:
        raise JudgeError(f"the visits took longer than {TIME_LIMIT} seconds") from e
    if done.returncode:
        raise JudgeError(f"{VISITOR.name} fails: {done.stderr.strip()[-2000:]}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["page"]: Sight.of(row) for row in rows}
