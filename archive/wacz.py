"""Verify a WACZ: the ZIP, every file's digest, the signature, pages, index, and every record.

Where the package says that Djeli made it, the ZIP must be as Djeli makes it to the byte: so a single
changed byte is found wherever it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from archive import storage
from archive.cdxjfile import plain_lines
from archive.datapackage import (
    MANIFEST,
    MANIFEST_DIGEST,
    VERSIONS,
    Resource,
    resources_of,
    sha256,
)
from archive.digests import LENGTHS
from archive.errors import ArchiveError
from archive.finding import Finding, fault, note
from archive.package import PAGES, is_as_written
from archive.pairing import Origin
from archive.signing import check_signature
from archive.verify import Fault, Progress, Verification
from archive.waczrecords import RecordCheck
from archive.ziplayout import STORED, Entry, LayoutError, entries_of

_MAX_JSON = 1 << 26  # bytes
Found = tuple[Origin, Finding]


def verify_wacz(place: Path | str, progress: Progress | None = None) -> Verification:
    """Every byte of one package, at a path or a URL.  A revisit's original may lie elsewhere.

    ``check`` of its faults is also one of: zip, package, signature, pages, cdxj.  Needs room for
    the largest WARC file among temporary files.  Raises ``ArchiveError`` if the file cannot be read.
    """
    place = str(place)
    if not storage.exists(place):
        raise ArchiveError(f"{place}: no such file")

    def run(tally: Verification) -> Iterator[Fault]:
        try:
            with storage.opened(place) as file:
                for origin, finding in _Check(place, file, tally, progress).found():
                    if finding.check is None:
                        tally.notes[finding.message] += 1
                    else:
                        yield _fault(origin, finding)
        except OSError as e:
            raise ArchiveError(f"cannot read {place}: {e.strerror or e}") from e

    return Verification(storage.size_of(place), run)


def _fault(origin: Origin, finding: Finding) -> Fault:
    return Fault(
        file=origin.file,
        offset=origin.offset,
        record_id=origin.id,
        article_id=None,
        check=finding.check or "",
        message=finding.message,
    )


class _Check:
    """One pass over a package."""

    def __init__(
        self, place: str, file: BinaryIO, tally: Verification, progress: Progress | None
    ) -> None:
        self._name, self._file = storage.name_of(place), file
        self._tally, self._progress = tally, progress
        self._entries: dict[str, Entry] = {}

    def found(self) -> Iterator[Found]:
        """All that is wrong, and notes on what is odd."""
        try:
            entries = entries_of(self._file)
            self._entries = {entry.name: entry for entry in entries}
            yield from self._about(None, _check_names(entries))
            package = self._json(MANIFEST)
            yield from self._about(MANIFEST, _check_package(package))
            yield from self._resources(resources_of(package))
            yield from self._about(MANIFEST_DIGEST, self._check_digest(package))
            if str(package.get("software", "")).startswith("Djeli "):
                yield from self._about(None, _check_making(entries, str(package.get("created"))))
            for name in self._entries:
                if name.startswith("pages/") and name.endswith(".jsonl"):
                    yield from self._about(name, _check_pages(self._read(name)))
            records = RecordCheck(self._entries, self._file, self._tally)
            for origin, finding in records.found(self._progress):
                yield self._origin(origin.file, origin.offset, origin.id), finding
        except LayoutError as e:
            yield self._origin(None), fault("zip", str(e))
        except ValueError as e:
            yield self._origin(None), fault("package", str(e))

    def _origin(
        self, entry: str | None, offset: int | None = None, id_: str | None = None
    ) -> Origin:
        return Origin(f"{self._name}:{entry}" if entry else self._name, offset, id_)

    def _about(self, entry: str | None, findings: Iterable[Finding]) -> Iterator[Found]:
        return ((self._origin(entry), finding) for finding in findings)

    def _read(self, name: str) -> Iterator[bytes]:
        entry = self._entries[name]
        yield from entry.read(self._file)

    def _json(self, name: str) -> dict[str, Any]:
        if name not in self._entries:
            raise ValueError(f"{name} is missing")
        if self._entries[name].central.size > _MAX_JSON:
            raise ValueError(f"{name} is larger than {_MAX_JSON} bytes")
        content = json.loads(b"".join(self._read(name)))
        if not isinstance(content, dict):
            raise ValueError(f"{name} is no JSON object")
        return content

    def _resources(self, listed: list[Resource]) -> Iterator[Found]:
        """Every file is listed once, and is what the list says."""
        paths = [resource.path for resource in listed]
        for path in sorted({path for path in paths if paths.count(path) > 1}):
            yield self._origin(MANIFEST), fault("package", f"{path} is listed twice")
        for path in sorted(self._entries.keys() - set(paths) - {MANIFEST, MANIFEST_DIGEST}):
            if not path.endswith("/"):
                yield self._origin(path), fault("package", "it is not listed in datapackage.json")
        for resource in listed:
            if resource.path not in self._entries:
                yield self._origin(resource.path), fault("package", "it is listed and missing")
            else:
                yield from self._about(resource.path, self._check_resource(resource))

    def _check_resource(self, resource: Resource) -> Iterator[Finding]:
        algorithm, _, digits = resource.digest.partition(":")
        if algorithm not in LENGTHS:
            yield fault("package", f"a digest of an unknown algorithm: {algorithm[:20]}")
            return
        measured, size = hashlib.new(algorithm, usedforsecurity=False), 0
        try:
            for piece in self._read(resource.path):
                measured.update(piece)
                size += len(piece)
        except LayoutError as e:
            yield fault("zip", str(e))
            return
        if size != resource.size:
            yield fault("package", f"{size} bytes where datapackage.json says {resource.size}")
        if measured.hexdigest() != digits:
            yield fault("package", "it is not what its digest in datapackage.json is of")

    def _check_digest(self, package: dict[str, Any]) -> Iterator[Finding]:
        if MANIFEST_DIGEST not in self._entries:
            yield note("no datapackage-digest.json")
            return
        told, digest = self._json(MANIFEST_DIGEST), sha256(b"".join(self._read(MANIFEST)))
        if unknown := told.keys() - {"path", "hash", "signedData"}:
            yield fault("package", f"it holds {sorted(unknown)}, which the standard has not")
        if told.get("path") != MANIFEST or told.get("hash") != digest:
            yield fault("package", "datapackage.json is not what its digest is of")
        if "signedData" in told:
            yield from check_signature(told["signedData"], digest, package.get("created"))


def _check_names(entries: list[Entry]) -> Iterator[Finding]:
    names = [entry.name for entry in entries]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield fault("zip", f"{name} is there twice")
    for name in names:
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            yield fault("zip", f"a path that leads out of the package: {name}")
    for folder, what in (("archive/", "WARC file"), ("indexes/", "index"), (PAGES, "page list")):
        if not any(name.startswith(folder) for name in names):
            yield fault("package", f"there is no {what} in it ({folder})")
    for entry in entries:
        if entry.name.startswith("archive/") and entry.central.method != STORED:
            yield fault("package", f"{entry.name} is compressed in the ZIP; it must be stored")


def _check_making(entries: list[Entry], created: str) -> Iterator[Finding]:
    """Whether the ZIP's headers are as Djeli makes them; no checksum is over all that they say."""
    moment = datetime.fromisoformat(created)
    for entry in entries:
        if not is_as_written(entry, moment):
            yield fault("zip", f"the header of {entry.name} is not as it was written")


def _check_package(package: dict[str, Any]) -> Iterator[Finding]:
    if package.get("profile") != "data-package":
        yield fault("package", f"profile is {package.get('profile')!r}, not 'data-package'")
    if package.get("wacz_version") not in VERSIONS:
        yield fault(
            "package", f"wacz_version is {package.get('wacz_version')!r}, none of {VERSIONS}"
        )


def _check_pages(pieces: Iterable[bytes]) -> Iterator[Finding]:
    number = 0
    for number, line in enumerate(plain_lines(pieces), 1):
        try:
            page = json.loads(line)
            if number == 1 and "format" in page:
                continue
            datetime.fromisoformat(page["ts"])
            if not isinstance(page["url"], str):
                raise TypeError("the url is no text")
        except (ValueError, KeyError, TypeError) as e:
            yield fault("pages", f"line {number} is no page: {type(e).__name__} {e}")
    if not number:
        yield fault("pages", "it is empty")
