"""Packages of made archives, and what is in them, for the tests of WACZ."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from madewarc import (
    PAGE,
    info,
)
from stories import article
from warcio.archiveiterator import ArchiveIterator

from archive.article import Provenance
from archive.export import Exported, Order, export_wacz
from archive.selection import Selection
from archive.verify import Fault
from archive.wacz import verify_wacz

DATE = "2026-03-14T09:26:53.589793Z"
LATER = "2026-03-15T00:00:00Z"


def fill(data_dir: Path, **files: bytes) -> Path:
    """A data folder with these WARC files, and an article of the page in ``made``."""
    for name, content in files.items():
        path = data_dir / "warc" / f"{name}.warc.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    source = Provenance(
        warc_file="made.warc.gz",
        warc_offset=len(info().member()),
        record_id=PAGE,
        payload_digest="sha1:X",
        extractor="test",
    )
    (data_dir / "articles").mkdir(exist_ok=True)
    made = article("un", url="http://news.example/bamako", fetched_at=DATE, provenance=source)
    (data_dir / "articles" / "2026-03-14.jsonl").write_text(made.to_json() + "\n")
    return data_dir


def export(data_dir: Path, out: Path, key: Path | None = None, **limits: object) -> Exported:
    """Export without a word of damage."""
    selection = Selection(**limits)  # type: ignore[arg-type]
    order = Order(data_dir=data_dir, out=out, selection=selection, title="Essai", key_file=key)
    return export_wacz(order, pytest.fail)


def faults(path: Path) -> list[Fault]:
    """All that is wrong with a package."""
    return list(verify_wacz(path))


def contents(path: Path) -> dict[str, bytes]:
    """The files in a package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def record_ids(warc: bytes) -> list[str]:
    """As another reader sees them."""
    return [r.rec_headers.get_header("WARC-Record-ID") for r in ArchiveIterator(io.BytesIO(warc))]
