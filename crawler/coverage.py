"""Whether a run covered its site; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.ledger import DayStatus
    from crawler.progress import Summary


def status_of(run: Summary) -> tuple[DayStatus, str | None]:
    """How complete a run was, and what was wrong."""
    if run.reason != "finished":
        return "partial", f"stopped: {run.reason}"
    if run.sources_failed and not run.sources:
        return ("blocked" if run.sources_blocked == run.sources_failed else "unreachable"), run.why
    if run.sources_failed:
        return "partial", run.why
    if run.is_dark:
        return "partial", "no feed, sitemap or listing names an article"
    if run.left_out:
        return "partial", f"{run.left_out} links beyond the limits of one crawl"
    if run.sources_overflowed:
        return "partial", "a feed named nothing known: articles may have come and gone between runs"
    return "complete", None
