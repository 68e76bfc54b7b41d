"""A page that was opened for its lines is read without being opened again, and comes to the same."""

from __future__ import annotations

from dataclasses import replace

from archive.reader import Record
from bench.extraction_pages import newsroom_pages
from bench.extraction_speed import _record
from crawler.fingerprint import rows
from crawler.learning import learn
from crawler.opened import Kept, Opened
from crawler.pool import fingerprint_page, read_page
from crawler.reading import fingerprint, fingerprint_opened, read, read_opened
from tests.sitepages import MARKUPS, WORDS, Site


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


def test_with_what_recurs_it_is_the_same_too() -> None:
    for site in (Site(language, markup) for language in list(WORDS)[:2] for markup in MARKUPS):
        found = [site.record(number) for number in range(4)]
        learned = learn(site.host, [page for page in map(fingerprint, found) if page])
        assert learned
        for record in found:
            bare = record.block.replace(b"h1>", b"p>").replace(b"h2>", b"p>")  # the tree is changed
            for one in (record, replace(record, block=bare)):
                opened = Opened(one)
                assert fingerprint_opened(opened) == fingerprint(one)
                assert read_opened(opened, None, learned) == read(one, None, learned)


def test_lines_are_worked_out_once_unless_the_tree_was_changed() -> None:
    (record,) = records(1)
    opened = Opened(record)
    first = opened.lines()
    assert opened.tree is not None
    assert opened.lines() is first == rows(opened.tree)
    paragraph = next(opened.tree.iter("p"))
    paragraph.drop_tree()
    again = opened.lines()
    assert again == rows(opened.tree) != first
