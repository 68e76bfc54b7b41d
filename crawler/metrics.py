"""What a run came to, for Prometheus: a text file that its node exporter's textfile collector reads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import ArchiveError

if TYPE_CHECKING:
    from crawler.progress import Summary

# name, help text, field of the summary
_GAUGES = (
    ("djeli_run_responses", "Answers archived in the last run.", "responses"),
    ("djeli_run_articles", "New articles of the last run.", "articles"),
    ("djeli_run_failed", "Pages that failed in the last run and are tried again.", "failed"),
    ("djeli_run_forbidden", "Pages that robots.txt or the address guard forbade.", "forbidden"),
    ("djeli_run_gone", "Pages that answered 4xx.", "gone"),
    ("djeli_run_sources", "Feeds, sitemaps and listings that answered.", "sources"),
    ("djeli_run_sources_failed", "Feeds, sitemaps and listings that did not.", "sources_failed"),
    ("djeli_run_bytes", "Bytes of requests and answers in the last run.", "bytes"),
    ("djeli_run_seconds", "Duration of the last run.", "seconds"),
    ("djeli_run_done", "1 if the last run did all its work, else 0.", "is_done"),
)


def write_metrics(path: Path, summaries: Sequence[Summary], ended: datetime) -> None:
    """Replace the file in one step, so that it is never read half-written.

    Raises ``ArchiveError`` if it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", delete=False
        ) as file:
            file.writelines(lines(summaries, ended))
        os.chmod(file.name, 0o644)  # noqa: PTH101 - a collector runs as another user
        Path(file.name).replace(path)
    except OSError as e:
        raise ArchiveError(f"cannot write the metrics {path}: {e.strerror}") from e


def lines(summaries: Sequence[Summary], ended: datetime) -> Iterable[str]:
    """In Prometheus' text format 0.0.4."""
    for name, about, field in _GAUGES:
        yield f"# HELP {name} {about}\n# TYPE {name} gauge\n"
        for summary in summaries:
            yield f'{name}{{site="{summary.site}"}} {float(getattr(summary, field)):.10g}\n'
    yield "# HELP djeli_run_end_timestamp_seconds When the last run ended.\n"
    yield "# TYPE djeli_run_end_timestamp_seconds gauge\n"
    for summary in summaries:
        yield f'djeli_run_end_timestamp_seconds{{site="{summary.site}"}} {ended.timestamp():.0f}\n'
