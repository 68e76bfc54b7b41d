"""A small newsroom whose pages form a tree: front page, listings, articles; it notes every hit."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = "treesite"
LISTINGS = 19  # at most: a crawl pages back through 20

_PLACES = [
    "Ménaka",
    "Gossi",
    "Ansongo",
    "Djibo",
    "Dori",
    "Tillabéri",
    "Ayorou",
    "Diffa",
    "Bosso",
    "Mora",
    "Kolofata",
    "Bunia",
]
_ACTORS = [
    "éleveurs",
    "commerçants",
    "pêcheurs",
    "instituteurs",
    "transporteurs",
    "maraîchers",
    "infirmiers",
]
_EVENTS = (
    "Une colonne de véhicules a quitté {place} avant l'aube, selon {n} {actors} joints par téléphone.",
    "Les autorités locales affirment que {n} familles ont trouvé refuge dans une école de {place}.",
    "« Nous avons entendu des tirs pendant {n} minutes », raconte un témoin qui vit près de {place}.",
    "Le marché de {place} est resté fermé et {n} {actors} ont perdu leur étal, dit le maire.",
    "Un poste de santé soigne depuis lundi {n} blessés, dont plusieurs {actors} venus de {place}.",
    "La route de {place} n'est praticable que sous escorte, et {n} camions y attendent encore.",
    "D'après un rapport de {n} pages, les {actors} de {place} réclament une patrouille de nuit.",
    "Aucun groupe n'avait revendiqué l'attaque de {place} {n} heures plus tard, note un chercheur.",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that the server answered."""

    path: str
    at: float


def article_path(number: int) -> str:
    """The address of an article, of a shape that articles have."""
    place = _PLACES[number % len(_PLACES)].lower().replace("é", "e")
    return f"/2026/03/{number % 28 + 1:02}/les-habitants-de-{place}-racontent-la-nuit-{number}.html"


def title_of(number: int) -> str:
    """No two articles have the same."""
    return f"Les habitants de {_PLACES[number % len(_PLACES)]} racontent leur nuit numéro {number}"


def paragraphs_of(number: int) -> list[str]:
    """Six, in French, of an invented event; no two articles share one."""
    chance = random.Random(number)
    events = chance.sample(_EVENTS, 6)
    return [
        " ".join(
            event.format(
                place=chance.choice(_PLACES),
                actors=chance.choice(_ACTORS),
                n=chance.randint(3, 97) + 100 * number,
            )
            for event in (first, chance.choice(_EVENTS))
        )
        for first in events
    ]


class TreeSite:
    """What the server says; ``padding`` bytes that do not compress make each article page larger."""

    def __init__(
        self, articles: int, *, delay: float = 0.004, padding: int = 0, host: str = "127.0.0.1"
    ) -> None:
        self.articles, self.delay, self._padding, self.host = articles, delay, padding, host
        self._a_listing = max(15, -(-articles // LISTINGS))
        self._pages = dict(self._make_pages())
        self.hits: list[Hit] = []
        self.base = ""
        self.robots = self._pages["/robots.txt"]
        self.overlaps = 0  # requests that came while another was being answered
        self._answering = 0

    @property
    def article_urls(self) -> set[str]:
        """Every article's."""
        return {self.base + article_path(number) for number in range(self.articles)}

    @property
    def urls(self) -> set[str]:
        """Every page's, robots.txt too."""
        return {self.base + path for path in self._pages}

    def write_site_file(self, data_dir: Path, name: str = SITE, delay: float = 0) -> None:
        """So that ``djeli crawl treesite`` crawls it, ordinarily without delay."""
        (data_dir / "sites").mkdir(parents=True, exist_ok=True)
        (data_dir / "sites" / f"{name}.toml").write_text(
            f'name = "Tree"\nurl = "{self.base}/"\ncountry = "ML"\nlanguages = ["fr"]\ndelay = {delay}\n'
        )

    def answer(self, path: str) -> bytes | None:
        """The page, after a moment; the hit is noted."""
        self.hits.append(Hit(path, time.monotonic()))
        self.overlaps += self._answering > 0
        self._answering += 1
        try:
            time.sleep(self.delay)
        finally:
            self._answering -= 1
        return self.robots if path == "/robots.txt" else self._pages.get(path)

    def _make_pages(self) -> Iterator[tuple[str, bytes]]:
        yield "/robots.txt", b"User-agent: *\nAllow: /\n"
        last = -(-self.articles // self._a_listing)
        for page in range(1, last + 1):
            yield self._listing_path(page), self._listing(page, last).encode()
        for number in range(self.articles):
            yield article_path(number), self._article(number).encode()

    def _listing_path(self, page: int) -> str:
        return "/" if page == 1 else f"/page/{page}/"

    def _listing(self, page: int, last: int) -> str:
        numbers = range((page - 1) * self._a_listing, min(page * self._a_listing, self.articles))
        items = "".join(
            f'<article><h2 class="entry-title"><a href="{article_path(n)}">{title_of(n)}</a></h2></article>'
            for n in numbers
        )
        following = f'<a class="next" href="{self._listing_path(page + 1)}">Page suivante</a>'
        return _page("Tree", f"<main>{items}{following if page < last else ''}</main>")

    def _article(self, number: int) -> str:
        body = "".join(f"<p>{text}</p>" for text in paragraphs_of(number))
        noise = random.Random(-number).randbytes(self._padding // 2).hex()
        return _page(
            title_of(number),
            f'<main><article><h1 class="entry-title">{title_of(number)}</h1>'
            f'<div class="entry-content">{body}</div></article></main><!-- {noise} -->',
        )


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"></head><body>{body}</body></html>'
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        body = self.server.site.answer(self.path)
        self.send_response(404 if body is None else 200)
        kind = "text/plain" if self.path.endswith(".txt") else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: Any) -> None:
        """The hits are the log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: TreeSite

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what this server is for."""


@contextmanager
def serving(site: TreeSite) -> Iterator[TreeSite]:
    """The site on a loopback port of its own."""
    server = _Server((site.host, 0), _Handler)
    server.site = site
    site.base = f"http://{site.host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
