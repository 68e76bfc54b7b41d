"""Extractors as processes, asked in turns: every page goes to all of them before the next page does."""

from __future__ import annotations

import base64
import json
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from bench.extraction_pages import Page, Truth
from bench.extraction_scores import Answer
from judges.install import ROOT as JUDGES
from judges.install import JudgeError, installed_venv

PEERS = Path(__file__).with_name("extraction-peers.txt")
PATIENCE = 60.0  # seconds for a page; an extractor that takes more has found nothing on it
LEARNED = "ours-learned"  # ours, after it has seen other pages of the site
SEEN = 10  # other pages at most
OWN = ("ours", "trafilatura")  # names that begin so run where this runs


class MissingError(Exception):
    """An extractor that cannot be run, and why; one line."""


@dataclass(slots=True)
class Extractor:
    """One extractor's process, started when first asked and again when a page has ended it."""

    name: str
    python: str
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)
    _words: IO[bytes] | None = field(default=None, repr=False)

    def answer(self, page: Page, before: Sequence[Page] = ()) -> Answer:
        """What it finds on a page; ``before`` are pages of the site that it may learn from."""
        process = self._running()
        assert process.stdin
        assert process.stdout
        try:
            told = {**_told(page), "before": [_told(other) for other in before]}
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            return Answer(error=self._ended())
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        if not ready:
            self.close()
            return Answer(seconds=PATIENCE, error="no answer")
        said = process.stdout.readline()
        return _answer(json.loads(said)) if said else Answer(error=self._ended())

    def start(self) -> None:
        """Ask it for a page that everyone can read; ``MissingError`` if it does not run."""
        tried = self.answer(_TRIAL)
        if tried.error:
            self.close()
            raise MissingError(f"{self.name} does not run: {tried.error}")

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in filter(None, (self._process.stdin, self._process.stdout)):
                with suppress(BrokenPipeError):  # what it was told and never read
                    pipe.close()
            self._process = None
        if self._words:
            self._words.close()
            self._words = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._words = TemporaryFile()  # noqa: SIM115  closed with the process
            self._process = subprocess.Popen(
                [self.python, "-m", "bench.peers.runner", self.name],
                cwd=Path(__file__).parent.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                text=True,
            )
        return self._process

    def _ended(self) -> str:
        """Close it, with its last words."""
        words: list[str] = []
        if self._process and self._words:
            self._process.wait()
            self._words.seek(0)
            words = self._words.read().decode("utf-8", "replace").strip().splitlines()
        self.close()
        return f"the process ended: {words[-1][:200] if words else 'it said nothing'}"


def _told(page: Page) -> dict[str, str]:
    html = base64.b64encode(page.html).decode()
    return {"url": page.url, "type": page.content_type, "html": html}


def _answer(said: dict[str, Any]) -> Answer:
    return Answer(
        text=said.get("text") or "",
        title=said.get("title"),
        authors=tuple(_flat(said.get("authors") or ())),
        date=said.get("date"),
        seconds=said["seconds"],
        error=said.get("error"),
    )


def _flat(names: Any) -> Iterator[str]:
    """Names out of what extractors call authors: a text, a list, lists in it."""
    if isinstance(names, list | tuple):
        for name in names:
            yield from _flat(name)
    else:
        yield str(names)


def extractor(name: str) -> Extractor:
    """An extractor that runs; its environment is made if it has none.  ``MissingError`` says why it does not."""
    one = Extractor(name, _python(name))
    one.start()
    return one


def _python(name: str) -> str:
    if name.startswith(OWN):
        return sys.executable
    wanted = next((line for line in peers() if line.split("==")[0] == name), None)
    if wanted is None:
        raise MissingError(f"{name} is not listed in {PEERS.name}")
    requirements = JUDGES / f"extraction-{name}.txt"
    JUDGES.mkdir(exist_ok=True)
    requirements.write_text("\n".join(wanted.split()) + "\n", "utf-8")
    try:
        return str(installed_venv(f"extraction-{name}", requirements) / "python")
    except JudgeError as e:
        raise MissingError(" ".join(str(e).splitlines()[:1] + str(e).splitlines()[-1:])) from e


def peers() -> list[str]:
    """The lines of the list of peers, without comments."""
    lines = (line.partition("#")[0].strip() for line in PEERS.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def answers(extractors: Sequence[Extractor], pages: Sequence[Page]) -> dict[str, list[Answer]]:
    """Every extractor's answers, page after page; the first one in turn changes, so that none is favoured."""
    found: dict[str, list[Answer]] = {one.name: [] for one in extractors}
    for turn, page in enumerate(pages):
        first = turn % len(extractors)
        for one in (*extractors[first:], *extractors[:first]):
            before = _others(page, pages) if one.name == LEARNED else []
            found[one.name].append(one.answer(page, before))
    return found


def _others(page: Page, pages: Sequence[Page]) -> list[Page]:
    """Other pages of the same site; never the page itself under another id."""
    others = (
        other
        for other in pages
        if (other.group, other.site) == (page.group, page.site) and other.url != page.url
    )
    return list(islice(others, SEEN))


_TRIAL = Page(
    id="trial",
    group="",
    site="",
    url="http://kibaru.example/pont",
    content_type="text/html; charset=utf-8",
    html=(
        "<html><head><title>Le pont</title></head><body><h1>Le pont</h1>"
        + "<p>Le pont de Ngala est rouvert depuis mardi, neuf jours après sa fermeture.</p>" * 9
        + "</body></html>"
    ).encode(),
    truth=Truth(),
)
