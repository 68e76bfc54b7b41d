"""Time travel over HTTP as RFC 7089 has it: headers of a memento, a time gate's answer, a time map; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from archive.index import Capture
from archive.replay import stamp_of

_SAFE = "!#$%&'()*+,/:;=?@[]|~"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one archive; ``root`` is where they begin, such as ``http://127.0.0.1:8080``."""

    root: str
    replay: str = "/replay/"

    def memento(self, stamp: str, url: str) -> str:
        """A capture."""
        return f"{self.root}{self.replay}{stamp}/{spelled(url)}"

    def gate(self, url: str) -> str:
        """Where a moment is asked for."""
        return f"{self.root}/timegate/{spelled(url)}"

    def map(self, url: str) -> str:
        """The list of all captures."""
        return f"{self.root}/timemap/link/{spelled(url)}"


def spelled(url: str) -> str:
    """A URL without what would break out of a header or an address."""
    return quote(url, safe=_SAFE)


def http_date(capture: Capture) -> str:
    """The time of a capture as HTTP writes it."""
    return format_datetime(datetime.fromisoformat(capture.date).astimezone(UTC), usegmt=True)


def moment_asked(header: str | None) -> datetime | None:
    """The time of an ``Accept-Datetime``; None without one, ``ValueError`` for one that is none."""
    if header is None:
        return None
    moment = parsedate_to_datetime(header)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def link_header(addresses: Addresses, url: str, captures: Sequence[Capture] = ()) -> str:
    """Where the original, the time gate and the time map are, and the first and last memento."""
    links = [
        f'<{spelled(url)}>; rel="original"',
        f'<{addresses.gate(url)}>; rel="timegate"',
        f'<{addresses.map(url)}>; rel="timemap"; type="application/link-format"',
    ]
    ends = {id(capture): capture for capture in (*captures[:1], *captures[-1:])}
    mementos = [_memento(addresses, capture, captures) for capture in ends.values()]
    return ", ".join(links + mementos)


def time_map(addresses: Addresses, url: str, captures: Sequence[Capture]) -> Iterator[str]:
    """The list in application/link-format, a line a link."""
    yield f'<{spelled(url)}>; rel="original",\n'
    yield f'<{addresses.gate(url)}>; rel="timegate",\n'
    first, last = http_date(captures[0]), http_date(captures[-1])
    kind = 'type="application/link-format"'
    own = f'<{addresses.map(url)}>; rel="self"; {kind}; from="{first}"; until="{last}"'
    yield ",\n".join([own, *(_memento(addresses, c, captures) for c in captures)]) + "\n"


def time_map_json(addresses: Addresses, url: str, captures: Iterable[Capture]) -> str:
    """The same list as JSON, with what the index knows of each capture."""
    mementos = [
        {
            "datetime": capture.date,
            "uri": addresses.memento(stamp_of(capture), capture.url),
            "status": capture.status,
            "type": capture.type,
            "mime": capture.mime,
            "digest": capture.digest,
        }
        for capture in captures
    ]
    whole = {
        "original_uri": url,
        "timegate_uri": addresses.gate(url),
        "timemap_uri": {"link_format": addresses.map(url)},
        "mementos": {"list": mementos},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _memento(addresses: Addresses, capture: Capture, captures: Sequence[Capture]) -> str:
    ends = [
        name for name, end in (("first", captures[0]), ("last", captures[-1])) if end is capture
    ]
    relation = " ".join([*ends, "memento"])
    where = addresses.memento(stamp_of(capture), capture.url)
    return f'<{where}>; rel="{relation}"; datetime="{http_date(capture)}"'
