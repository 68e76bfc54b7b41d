"""Was anything lost, fetched twice or told wrongly?  Judged by what the made-up world knows and has logged."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bench.world import BEGIN, Outlet, Story
from bench.worldserver import Hit, World
from crawler.ledger import CHECKS, ledger_of
from crawler.rhythm import FARTHEST

REACH = FARTHEST + timedelta(hours=2)  # between two runs: the longest wait and some tick's
_STEP = timedelta(hours=1)
_WHOLE_DAY = {
    "refused": {"unreachable"},
    "down": {"unreachable"},
    "blocked": {"blocked"},
    "throttled": {"blocked"},
    "feed_html": {"partial"},
    "feed_error": {"partial"},
}


@dataclass(slots=True)
class Findings:
    """What is wrong, by kind, a line each; and what is only to be known."""

    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    known: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Missing:
    """The addresses that the ledgers call missing: still to be tried, and given up."""

    waiting: set[str]
    given_up: set[str]


def judge(world: World, data_dir: Path, until: datetime) -> Findings:
    """Of articles, versions and fetches, after the world's clock has come to ``until``."""
    findings = Findings()
    kept = _kept(world, data_dir, findings)
    served = _served(world.hits)
    missing = missing_in(data_dir)
    for outlet in world.outlets:
        for story in outlet.stories:
            if times := served.get(story.number):
                _judge_versions(outlet, story, times, kept, findings)
            elif story.number in world.named:
                _judge_unserved(world, outlet, story, missing, findings)
            elif _was_in_reach(outlet, story, until):
                findings.wrong["never seen"].append(f"{outlet.id}{story.path}")
            elif story.published > outlet.joins:
                findings.known["never in reach of a run"] += 1
    return findings


def missing_in(data_dir: Path) -> Missing:
    """Of all sites."""
    found = Missing(set(), set())
    for path in sorted(data_dir.glob("state/*.sqlite")):
        with ledger_of(path) as ledger:
            for page in ledger.missing():
                (found.waiting if page.due else found.given_up).add(page.url)
    return found


def _kept(world: World, data_dir: Path, findings: Findings) -> Counter[tuple[int, int]]:
    """How often each version of each story is in the articles files."""
    by_address = {outlet.address: outlet for outlet in world.outlets}
    kept: Counter[tuple[int, int]] = Counter()
    for path in sorted(data_dir.glob("articles/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            parts = urlsplit(article["url"])
            story = by_address[parts.hostname or ""].by_path.get(parts.path)
            if story is None:
                findings.wrong["no article"].append(article["url"])
                continue
            kept[story.number, 2 if "Correction :" in article["text"] else 1] += 1
    findings.known["articles"] = sum(1 for _, version in kept if version == 1)
    findings.known["corrections"] = sum(1 for _, version in kept if version == 2)
    for (number, version), times in kept.items():
        if times > 1:
            findings.wrong["twice"].append(f"{number}, version {version}: {times} times")
    return kept


def _served(hits: Iterable[Hit]) -> dict[int, list[tuple[datetime, int]]]:
    """When each story was sent whole, and which version of it."""
    served: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for hit in hits:
        if hit.story is not None and hit.version:
            served[hit.story].append((hit.at, hit.version))
    return served


def _judge_versions(
    outlet: Outlet,
    story: Story,
    times: list[tuple[datetime, int]],
    kept: Counter[tuple[int, int]],
    findings: Findings,
) -> None:
    for version in sorted({version for _, version in times}):
        if not kept[story.number, version]:
            findings.wrong["lost"].append(f"{outlet.id}{story.path}, version {version}")
    first = times[0][0]
    if not story.corrected or story.corrected <= first or story.removed:
        return
    if kept[story.number, 2]:
        late = min(at for at, version in times if version == 2) - first > CHECKS[2] + REACH
        findings.known["corrections seen after a week"] += late
    elif first - story.published < timedelta(days=8):
        findings.wrong["correction missed"].append(f"{outlet.id}{story.path}")


def _judge_unserved(
    world: World, outlet: Outlet, story: Story, missing: Missing, findings: Findings
) -> None:
    """A link to it was sent, the story never: it was asked for in vain, or its time has not come."""
    addresses = {world.base(outlet) + path for path in (story.path, story.alias) if path}

    def is_in(urls: set[str]) -> bool:
        return any(url.partition("?")[0] in addresses for url in urls)

    if story.removed:
        findings.known["removed before it could be fetched"] += 1
    elif is_in(missing.waiting):
        findings.known["waiting for another try"] += 1
    elif is_in(missing.given_up):
        findings.wrong["given up too early"].append(f"{outlet.id}{story.path}")
    else:
        findings.wrong["lost"].append(f"{outlet.id}{story.path}: named, never fetched")


def _was_in_reach(outlet: Outlet, story: Story, until: datetime) -> bool:
    """Whether some source named it for so long, while the outlet was up, that a run must have come by."""
    moment, since = max(story.published, outlet.joins), None
    moment = BEGIN + _STEP * -(-(moment - BEGIN) // _STEP)
    while moment <= until:
        is_listed = outlet.is_up(moment) and any(
            story in outlet.listed(source, moment) for source in outlet.sources
        )
        since = (since or moment) if is_listed else None
        if since and moment - since >= REACH:
            return True
        if not is_listed and moment - story.published > timedelta(days=4):
            return False
        moment += _STEP
    return False


def needless(hits: Iterable[Hit], excused: set[datetime]) -> Iterator[str]:
    """Downloads of what was held already, earlier than a look for corrections was due."""
    times: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for hit in hits:
        if hit.version and hit.at not in excused:
            times[hit.outlet, urlsplit(hit.target).path].append(hit.at)
    for (_, path), found in times.items():
        for fetched, due in zip(found[1:], (*CHECKS, None), strict=False):
            if due is None or fetched - found[0] < due:
                yield f"{path}: again after {fetched - found[0]}"


def wrong_days(world: World, rows: Iterable[dict[str, str]], days: Iterable[date]) -> Iterator[str]:
    """Days of which `djeli coverage` says anything but the truth; those half in trouble may be either."""
    told = {(row["site"], row["day"]): row for row in rows}
    asked = {(hit.outlet, hit.at.date()) for hit in world.hits}
    for outlet in world.outlets:
        for day in days:
            row = told.get((outlet.id, day.isoformat()))
            if day < outlet.joins.date():
                if row:
                    yield f"{outlet.id} {day}: told before its first day"
                continue
            may_be = _statuses(outlet, day, is_asked=(outlet.number, day) in asked)
            if row is None or row["status"] not in may_be:
                yield f"{outlet.id} {day}: {row and row['status']}, not {' or '.join(sorted(may_be))}"
            elif row["first_day"] != outlet.joins.date().isoformat():
                yield f"{outlet.id}: first day {row['first_day']}, not {outlet.joins.date()}"


def _statuses(outlet: Outlet, day: date, *, is_asked: bool) -> set[str]:
    """What may rightly be said of a day."""
    begin = datetime.combine(day, datetime.min.time(), BEGIN.tzinfo)
    end, trouble = begin + timedelta(days=1), outlet.trouble
    if trouble and trouble.kind in _WHOLE_DAY and trouble.begin < end and begin < trouble.end:
        if not (trouble.begin <= begin and end <= trouble.end):
            return {"complete", "partial", "not scheduled", *_WHOLE_DAY[trouble.kind]}
        expected = _WHOLE_DAY[trouble.kind]
        is_moot = trouble.kind.startswith("feed") and "feed" not in outlet.sources
        return {"complete"} if is_moot else expected
    if not is_asked:
        return {"not scheduled"}
    has_missing = any(story.trouble or story.removed for story in outlet.stories)
    may_miss = has_missing or outlet.trouble is not None
    return {"complete", "partial"} if may_miss else {"complete"}
