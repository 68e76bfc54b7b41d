"""What a publisher says of machines that learn from its texts: reservations in headers, pages and robots.txt; pure.

Djeli keeps the articles all the same, for reading; what is said travels with them, so that nobody who
uses them later can say it was not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement
from protego import Protego

from archive import http1
from archive.reader import Record
from crawler import coding

# User agents that gather texts for models, as their operators name them.
AGENTS = (
    "GPTBot",
    "ChatGPT-User",
    "CCBot",
    "ClaudeBot",
    "anthropic-ai",
    "Google-Extended",
    "Applebot-Extended",
    "Bytespider",
    "PerplexityBot",
    "Amazonbot",
    "meta-externalagent",
    "cohere-ai",
    "Diffbot",
    "omgili",
)
_SIGNAL = re.compile(r"^\s*content-signal\s*:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_NO = re.compile(r"\bno(?:ai|imageai|ml|archive-ai)\b", re.IGNORECASE)
ROBOTS = "robots.txt"  # how what it says begins
_LONGEST = 500_000  # bytes of a robots.txt that are read (RFC 9309, 2.5)


def in_headers(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[str]:
    """``tdm-reservation`` (W3C TDMRep), ``Content-Signal`` and X-Robots-Tag of an answer."""
    for name, value in headers:
        field, text = name.lower().decode("latin-1"), value.decode("latin-1").strip()
        if field in ("tdm-reservation", "tdm-policy", "content-signal"):
            yield f"{field}: {text}"
        elif field == "x-robots-tag" and _NO.search(text):
            yield f"x-robots-tag: {text}"


def in_page(tree: HtmlElement) -> Iterator[str]:
    """The same in a page's meta elements."""
    for meta in tree.iter("meta"):
        name, text = (meta.get("name") or "").lower(), (meta.get("content") or "").strip()
        if name in ("tdm-reservation", "tdm-policy") or (name == "robots" and _NO.search(text)):
            yield f"meta {name}: {text}"


def reserved_in(record: Record) -> tuple[str, ...] | None:
    """What a record of robots.txt says; None for any other record, and for an answer that is an error."""
    if not (record.url or "").endswith("/robots.txt"):
        return None
    head, body = http1.split(http1.skip_interim(record.block))
    if http1.status(head) != 200:
        return ()
    coded = (http1.header(head, b"content-encoding") or b"").decode("latin-1")
    decoded, _ = coding.decoded(http1.payload(head, body), coded)
    return tuple(in_robots(decoded))


def in_robots(body: bytes) -> Iterator[str]:
    """``Content-Signal`` lines, and the agents of model makers that may not fetch the site's pages."""
    text = body[:_LONGEST].decode("utf-8", "replace")
    for signal in dict.fromkeys(_SIGNAL.findall(text)):
        yield f"robots.txt content-signal: {signal}"
    rules = Protego.parse(text)
    page = "https://site.example/2026/03/14/an-article"
    if not rules.can_fetch(page, "Djeli"):
        return  # it is closed to all, not to model makers
    for agent in AGENTS:
        if not rules.can_fetch(page, agent):
            yield f"robots.txt disallows {agent}"
