"""Read everything again and prove it: records against their digests, articles against their records.

``verify_file`` is for anybody's WARC file, ``verify_archive`` for a data folder of ours, with what was
taken into its index and catalogue from elsewhere (``djeli rebuild --from``), which is read where it lies.  Both answer at
once; the work is done as the faults are drawn, and the counts are final when there are no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from archive import storage
from archive.article import Article
from archive.blockrules import check_block
from archive.derived import Derived, elsewhere
from archive.errors import ArchiveError
from archive.fieldrules import check_header
from archive.finding import Finding, fault
from archive.pairing import Origin, Pairing
from archive.provenance import check_article
from archive.reader import Damage, Record, read_records
from archive.whereabouts import Whereabouts

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is not as it should be, and where.

    ``check`` is one of: file, damage, gzip, structure, version, field, id, block-digest,
    payload-digest, http, http-length, chunks, truncated, pairing, article.
    """

    file: str
    offset: int | None
    record_id: str | None
    article_id: str | None
    check: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.offset is None else f"{self.file} at byte {self.offset}"
        about = self.article_id and f"article {self.article_id}"
        who = " ".join(part for part in (self.record_id, about) if part)
        return " ".join(f"{place}: {who + ': ' if who else ''}{self.message}".split())


class Verification(Iterator[Fault]):
    """The faults, one by one; ``records``, ``articles``, ``faults`` and ``notes`` count as they come.

    ``notes`` counts by message what is odd and yet right.
    """

    def __init__(self, size: int, run: Callable[[Verification], Iterator[Fault]]) -> None:
        self.records = self.articles = self.faults = 0
        self.notes: Counter[str] = Counter()
        self.bytes_total = size
        self.bytes_done = 0
        self._faults = run(self)

    def __next__(self) -> Fault:
        fault = next(self._faults)
        self.faults += 1
        return fault


def verify_file(place: Path | str, progress: Progress | None = None) -> Verification:
    """Every record of one file, at a path or a URL.  A revisit's original may lie in another file.

    ``progress`` is called with the bytes done and in all.  Raises ``ArchiveError``, here or
    while faults are drawn, if the file cannot be read or is no WARC file.
    """
    place = str(place)
    if Path(place).is_dir():
        raise ArchiveError(f"{place}: a folder, not a WARC file")
    if not storage.exists(place):
        raise ArchiveError(f"{place}: no such file")

    def run(tally: Verification) -> Iterator[Fault]:
        pairing = Pairing(outside=frozenset({"WARC-Refers-To"}))
        yield from _records(place, pairing, tally, progress)
        yield from _judged(pairing.end(), tally)

    return Verification(storage.size_of(place), run)


def verify_archive(data_dir: Path, progress: Progress | None = None) -> Verification:
    """Every record of ``warc/`` and every article of ``articles/`` in a data folder, and what it knows elsewhere.

    Raises ``ArchiveError`` if there is no archive in it.
    """
    warcs = sorted(p for end in ("", ".open") for p in (data_dir / "warc").glob(f"*.warc.gz{end}"))
    lists = sorted((data_dir / "articles").glob("*.jsonl"))
    files, told = [*map(str, warcs)], [*map(str, lists)]
    size = sum(path.stat().st_size for path in (*warcs, *lists))
    away = elsewhere(data_dir)
    files += [found.place for found in away.warcs]
    told += [found.place for found in away.lists]
    size += sum(found.size for found in (*away.warcs, *away.lists))
    if not files and not told:
        raise ArchiveError(f"no archive in {data_dir}: neither warc/*.warc.gz nor articles/*.jsonl")

    def run(tally: Verification) -> Iterator[Fault]:
        pairing = Pairing()
        for place in files:
            yield from _readable(place, _records(place, pairing, tally, progress))
        yield from _judged(pairing.end(), tally)
        with ExitStack() as opened:
            derived, whereabouts = Derived(data_dir, opened), Whereabouts(data_dir)
            opened.callback(whereabouts.close)
            for name, finding in derived.missing_files():
                yield _fault(Origin(name, None, None), finding)
            for place in told:
                yield from _readable(place, _articles(place, whereabouts, derived, tally, progress))
            for article_id, finding in derived.missing_articles():
                yield _fault(Origin("articles", None, None), finding, article_id)

    return Verification(size, run)


def _readable(place: str, faults: Iterator[Fault]) -> Iterator[Fault]:
    """A file that cannot be read leaves the others to be read."""
    try:
        yield from faults
    except ArchiveError as e:
        yield _fault(Origin(storage.name_of(place), None, None), Finding("file", str(e)))


def _records(
    place: str, pairing: Pairing, tally: Verification, progress: Progress | None
) -> Iterator[Fault]:
    before, shared, name = tally.bytes_done, None, storage.name_of(place)
    for found in read_records(place):
        origin = Origin(name, found.offset, found.id if isinstance(found, Record) else None)
        if isinstance(found, Damage):
            if found.torn and name.endswith(".open"):
                tally.notes["a file being written ends inside a record"] += 1
            else:
                yield _fault(origin, Finding("damage", found.reason))
            continue
        tally.records += 1
        findings = [*check_header(found), *check_block(found)]
        if found.length is None and shared == found.offset:  # once a member is enough
            findings = [f for f in findings if f.check != "gzip"]
        shared = found.offset
        yield from _judged(((origin, f) for f in findings), tally)
        yield from _judged(pairing.add(found), tally)
        _advance(tally, before + (found.offset or 0) + (found.length or 0), progress)
    _advance(tally, before + storage.size_of(place), progress)


def _articles(
    place: str, files: Whereabouts, derived: Derived, tally: Verification, progress: Progress | None
) -> Iterator[Fault]:
    offset, before = 0, tally.bytes_done
    with storage.opened(place) as lines:
        for line in lines:
            tally.articles += 1
            origin = Origin(storage.name_of(place), offset, None)
            for article_id, finding in _article(line, files, derived):
                if finding.check is None:
                    tally.notes[finding.message] += 1
                else:
                    yield _fault(origin, finding, article_id)
            offset += len(line)
            _advance(tally, before + offset, progress)


def _article(
    line: bytes, files: Whereabouts, derived: Derived
) -> Iterator[tuple[str | None, Finding]]:
    try:
        article = Article.from_json(line.decode())
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        why = f"not an article's JSON: {type(e).__name__} {e}"
        yield None, fault("article", why)
        return
    if not line.endswith(b"\n"):
        yield article.id, fault("article", "the line has no end")
    for finding in (*check_article(article, files), *derived.check_line(article.id, line)):
        yield article.id, finding


def _judged(found: Iterator[tuple[Origin, Finding]], tally: Verification) -> Iterator[Fault]:
    for origin, finding in found:
        if finding.check is None:
            tally.notes[finding.message] += 1
        else:
            yield _fault(origin, finding)


def _fault(origin: Origin, finding: Finding, article_id: str | None = None) -> Fault:
    return Fault(
        file=origin.file,
        offset=origin.offset,
        record_id=origin.id,
        article_id=article_id,
        check=finding.check or "",
        message=finding.message,
    )


def _advance(tally: Verification, done: int, progress: Progress | None) -> None:
    tally.bytes_done = done
    if progress:
        progress(done, tally.bytes_total)
