"""WARC files of several invented sites, made so that their articles hang together across files and portions."""

from __future__ import annotations

import gzip
import random
import uuid
from pathlib import Path

from tests.madewarc import Made, info, members, response, valid
from tests.treesite import paragraphs_of, title_of

HOSTS = ("kibaru.example", "delta.example", "nil.example")
_FURNITURE = (
    "Abonnez-vous à notre lettre du matin pour ne rien manquer de l’actualité de la région.",
    "Toute reproduction de cet article, même partielle, est soumise à l’accord de la rédaction.",
)


def html(number: int, paragraphs: list[str], head: str = "", links: str = "") -> bytes:
    """A page with the furniture that all of its site's pages have."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    ends = "".join(f"<p>{line}</p>" for line in _FURNITURE)
    return (
        f"<html lang=fr><head><meta charset=utf-8><title>{title_of(number)}</title>{head}</head><body>"
        f"<div class=top><p>{_FURNITURE[0]}</p></div><article><h1>{title_of(number)}</h1>{text}"
        f"<div class=pages>{links}</div>{ends}</article></body></html>"
    ).encode()


def record(url: str, body: bytes, kind: str = "text/html; charset=utf-8") -> Made:
    """An answer with its own id."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    id_ = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{url} {len(body)}')}>"
    return response(id_, head.encode() + body, body, **{"WARC-Target-URI": url})


def picture(number: int, size: int) -> Made:
    """Bytes that do not compress."""
    data = random.Random(number).randbytes(size)
    return record(f"http://{HOSTS[0]}/p{number}.png", data, "image/png")


def trap() -> bytes:
    """A record, not compressed, that holds a WARC file: whoever looks for a member finds its members."""
    data = random.Random(7).randbytes(1_300_000) + members(valid()) + bytes(1000)
    made = record(f"http://{HOSTS[0]}/all.warc.gz", data, "application/gzip")
    return gzip.compress(made.plain(), 0, mtime=0)


def _article(number: int) -> Made:
    url = f"http://{HOSTS[number % 3]}/2026/article-{number}.html"
    return record(url, html(number, paragraphs_of(number)))


def _parts() -> list[Made]:
    """An article of three pages."""
    first = f"http://{HOSTS[0]}/reportage/la-longue-route.html"
    urls = [first, f"{first}?page=2", f"{first}?page=3"]
    made = []
    for place, url in enumerate(urls):
        links = "".join(
            f"<b>{n}</b> " if n == place + 1 else f'<a href="{there}">{n}</a> '
            for n, there in enumerate(urls, 1)
        )
        if place < 2:
            links += f'<a rel=next href="{urls[place + 1]}">Page suivante</a>'
        made.append(record(url, html(301, paragraphs_of(301 + place), links=links)))
    return made


def _amp(number: int) -> Made:
    url = f"http://{HOSTS[number % 3]}/2026/article-{number}.html"
    head = f'<link rel=canonical href="{url}">'
    there = f"http://{HOSTS[number % 3]}/amp/2026/article-{number}.html"
    return record(there, html(number, paragraphs_of(number)[:3], head))


def write(folder: Path, count: int = 6) -> list[Path]:
    """Files in the order of their names; the first is large enough to be cut at each megabyte."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = _parts()
    paths = []
    for place in range(count):
        numbers = range(place * 5, place * 5 + 5)
        data = members([info(), *map(_article, numbers)])
        if place == 0:
            more = [parts[0], picture(1, 900_000), _amp(0), _amp(7), picture(2, 700_000)]
            data += trap() + members([*more, parts[1], _article(901), picture(3, 1_500_000)])
        if place == count - 1:
            robots = b"User-agent: GPTBot\nDisallow: /\n"
            data += members([parts[2], _amp(3), _amp(950)])
            data += record(f"http://{HOSTS[1]}/robots.txt", robots, "text/plain").member()
        paths.append(folder / f"{place:02}.warc.gz")
        paths[-1].write_bytes(data)
    return paths
