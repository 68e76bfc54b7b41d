"""The filters that ``search`` and ``export`` share, from their options."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.wanted import Wanted

ACCESS = ("free", "partial", "paywalled")
FILTERS = (
    "country", "mentions", "language", "site", "since", "until", "wire", "actor", "relevance", "access",
)  # fmt: skip


def add_filters(parser: ArgumentParser) -> None:
    """One option for each thing that is known of an article."""
    asked = parser.add_argument_group("filters")
    asked.add_argument(
        "--country", type=_countries, default=(), metavar="CODE[,CODE]", help="about this country"
    )
    asked.add_argument(
        "--mentions", type=_countries, default=(), metavar="CODE[,CODE]", help="naming this country"
    )
    asked.add_argument(
        "--language", type=_languages, default=(), metavar="CODE[,CODE]", help="in this language"
    )
    asked.add_argument("--site", type=_several, default=(), metavar="ID[,ID]", help="of this site")
    asked.add_argument("--since", metavar="DATE", help="from this day or time on")
    asked.add_argument("--until", metavar="DATE", help="up to this day or time")
    asked.add_argument(
        "--wire", type=_several, default=(), metavar="AGENCY", help="credited to this agency (AFP)"
    )
    asked.add_argument(
        "--actor", type=_several, default=(), metavar="NAME", help="naming this actor (JNIM)"
    )
    asked.add_argument(
        "--relevance", type=_score, metavar="MIN", help="at least so much about security, 0 to 1"
    )
    asked.add_argument("--access", type=_access, default=(), metavar="KIND", help=", ".join(ACCESS))


def wanted_by(options: Namespace, words: str) -> Wanted:
    """What the options ask for."""
    from archive.wanted import Wanted

    since = moment(options.since, "--since", timedelta())
    before = moment(options.until, "--until", timedelta(days=1))
    return Wanted(
        words=words.strip(),
        countries=options.country,
        mentions=options.mentions,
        languages=options.language,
        sites=options.site,
        wires=options.wire,
        actors=options.actor,
        access=options.access,
        relevance=options.relevance,
        since=_bound(since),
        before=_bound(before),
    )


def moment(text: str | None, option: str, whole_day: timedelta) -> datetime | None:
    """The time; of a bare day its beginning, and ``whole_day`` later."""
    from archive.errors import UsageError

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as e:
        raise UsageError(f"{option} {text}: no day like 2026-03-14, and no time") from e
    if len(text) <= len("2026-03-14"):
        return found.replace(tzinfo=UTC) + whole_day
    if found.tzinfo is None:
        raise UsageError(f"{option} {text}: a time needs its zone, as in 2026-03-14T06:00:00Z")
    return found


def _bound(limit: datetime | None) -> str | None:
    """As the catalogue sorts: midnight is the bare day, which comes before all times of it."""
    if limit is None:
        return None
    text = limit.astimezone(UTC).isoformat()
    return text.removesuffix("T00:00:00+00:00")


def _several(text: str) -> tuple[str, ...]:
    values = tuple(value.strip() for value in text.split(",") if value.strip())
    if not values:
        raise ArgumentTypeError("names nothing")
    return values


def _countries(text: str) -> tuple[str, ...]:
    return _codes(text.upper(), "a country's two letters, such as ML", lambda n: n == 2)


def _languages(text: str) -> tuple[str, ...]:
    return _codes(
        text.lower(), "a language's two or three letters, such as fr", lambda n: n in (2, 3)
    )


def _codes(text: str, what: str, has_length: Callable[[int], bool]) -> tuple[str, ...]:
    codes = _several(text)
    for code in codes:
        if not (code.isascii() and code.isalpha() and has_length(len(code))):
            raise ArgumentTypeError(f"{code!r} is not {what}")
    return codes


def _access(text: str) -> tuple[str, ...]:
    kinds = _several(text.lower())
    for kind in kinds:
        if kind not in ACCESS:
            raise ArgumentTypeError(f"{kind!r} is not one of {', '.join(ACCESS)}")
    return kinds


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = -1
    if not 0 <= score <= 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return score
