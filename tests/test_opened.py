"""A page that was opened for its lines is read without being opened again, and comes to the same."""

from __future__ import annotations

from dataclasses import replace

from archive.reader import Record
from bench.extraction_pages import newsroom_pages
from bench.extraction_speed import _record
from crawler.opened import Kept, Opened
from crawler.pool import fingerprint_page, read_page
from crawler.reading import fingerprint, read


def records(count: int) -> list[Record]:
    return [_record(page) for page, _ in zip(newsroom_pages(), range(count), strict=False)]


def test_a_page_is_kept_once_and_only_for_its_own_record() -> None:
    kept, (first, second) = Kept(), records(2)
    opened = Opened(first)
    kept.keep(opened)
    assert kept.take(second).record is second
    assert kept.take(first) is opened
    assert kept.take(first) is not opened
    kept.keep(opened)
    changed = replace(first, block=first.block.replace(b"<p>", b"<p>More. ", 1))
    assert kept.take(changed).record is changed


def test_the_newest_are_kept_and_no_large_ones() -> None:
    kept, found = Kept(most=2), records(4)
    pages = [Opened(record) for record in found]
    for page in pages[:3]:
        kept.keep(page)
    assert [kept.take(page.record) is page for page in pages[:3]] == [False, True, True]
    head, body = found[3].block.split(b"\r\n\r\n", 1)
    large = Opened(replace(found[3], block=head + b"\r\n\r\n" + body + b" " * 300_000))
    kept.keep(large)
    assert kept.take(large.record) is not large


def test_what_is_read_of_a_kept_page_is_what_is_read_of_the_record() -> None:
    for record in records(12):
        assert fingerprint_page(record, None) == fingerprint(record)
        assert read_page(record, None) == read(record, None)
        assert read_page(record, None) == read(record, None)  # not kept any more
