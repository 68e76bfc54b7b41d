"""An archive of ours: its files together, and every article against its record."""

from __future__ import annotations

import gzip
from itertools import count
from pathlib import Path

import pytest
from madewarc import (
    BODY,
    CHUNKED,
    HEAD,
    PAGE,
    URL,
    again,
    chunked,
    info,
    members,
    response,
    sha1,
    valid,
)

from archive.article import Article, Provenance
from archive.errors import ArchiveError
from archive.verify import verify_archive

ABSENT = "<urn:uuid:00000000-0000-4000-8000-999999999999>"


NUMBERS = count(1)


def an_article(url: str = URL, **provenance: object) -> str:
    at = {
        "warc_file": "made.warc.gz",
        "warc_offset": len(info().member()),
        "record_id": PAGE,
        "payload_digest": sha1(BODY),
        "extractor": "djeli 0",
        **provenance,
    }
    article = Article(
        id=f"a{next(NUMBERS)}",
        url=url,
        canonical_url=url,
        site=None,
        title="Une patrouille imaginaire",
        lead=None,
        text="Inventé.\u2028Inventé.",
        authors=(),
        published_at=None,
        published_precision=None,
        published_source=None,
        modified_at=None,
        fetched_at="2026-03-14T09:26:53Z",
        section=None,
        tags=(),
        images=(),
        language="fr",
        language_confidence=1.0,
        language_source="text",
        access=None,
        word_count=2,
        warnings=(),
        provenance=Provenance(**at),  # type: ignore[arg-type]
    )
    return article.to_json() + "\n"


def an_archive(folder: Path, data: bytes, lines: str) -> Path:
    (folder / "warc").mkdir()
    (folder / "articles").mkdir()
    (folder / "warc" / "made.warc.gz").write_bytes(data)
    (folder / "articles" / "2026-03-14.jsonl").write_text(lines, encoding="utf-8")
    return folder


CHUNKED_AT = len(members(valid()[:3]))
ARTICLES = {
    "cut JSON": (an_article()[:50] + "\n", "not an article's JSON"),
    "no JSON object": ("[]\n", "not an article's JSON"),
    "a key missing": (an_article().replace('"title"', '"titel"'), "not an article's JSON"),
    "no line end": (an_article()[:-1], "the line has no end"),
    "a missing file": (an_article(warc_file="other.warc.gz"), "other.warc.gz: no such file"),
    "another page": (an_article(f"{URL}?"), f"its record is of {URL}, not of {URL}?"),
    "a path": (an_article(warc_file="../warc/made.warc.gz"), "no place in a WARC file"),
    "no offset": (an_article(warc_offset=None), "no place in a WARC file"),
    "an offset inside": (an_article(warc_offset=7), "no record"),
    "an offset past the end": (an_article(warc_offset=10**9), "no record begins there"),
    "another record's offset": (an_article(warc_offset=CHUNKED_AT), f"but {CHUNKED} is there"),
    "another id": (an_article(record_id=ABSENT), f"its record is {ABSENT}"),
    "another payload": (an_article(payload_digest=sha1(b"other")), "payload is not what"),
    "no digest": (an_article(payload_digest="none"), "no payload digest"),
}


@pytest.mark.parametrize("what", ARTICLES)
def test_every_wrong_article_is_found(tmp_path: Path, what: str) -> None:
    line, message = ARTICLES[what]
    good = an_article()
    verification = verify_archive(an_archive(tmp_path, members(valid()), good + line))
    (fault,) = verification
    assert message in str(fault)
    assert (fault.check, fault.file, fault.offset) == (
        "article",
        "2026-03-14.jsonl",
        len(good.encode()),
    )
    assert (verification.articles, verification.records) == (2, len(valid()))


def test_good_articles_are_no_faults(tmp_path: Path) -> None:
    chunks = {
        "warc_offset": CHUNKED_AT,
        "record_id": CHUNKED,
        "payload_digest": sha1(b"une page entier"),
    }
    never = dict.fromkeys(("warc_file", "warc_offset", "record_id"))
    lines = an_article() + an_article(**chunks) + an_article(**never)
    verification = verify_archive(an_archive(tmp_path, members(valid()), lines))
    assert [str(fault) for fault in verification] == []
    assert (verification.articles, verification.notes["an article that was not archived"]) == (3, 1)


def test_articles_from_a_file_of_one_member(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(record.plain() for record in valid()))
    folder = an_archive(tmp_path, whole, an_article(warc_offset=0))
    assert [fault.check for fault in verify_archive(folder)] == ["gzip"]


def test_references_resolve_across_the_files_of_an_archive(tmp_path: Path) -> None:
    folder = an_archive(tmp_path, members(valid()[:-1]), "")
    other = folder / "warc" / "next.warc.gz.open"
    other.write_bytes(again().member() + b"\x1f\x8b\x08")
    assert [str(fault) for fault in verify_archive(folder)] == []
    other.write_bytes(again().header(WARC_Refers_To=ABSENT).member())
    assert [fault.check for fault in verify_archive(folder)] == ["pairing"]


def test_a_file_of_an_archive_that_is_none_does_not_hide_the_others(tmp_path: Path) -> None:
    folder = an_archive(
        tmp_path, members([info(), response(PAGE, HEAD + BODY, b"other"), chunked()]), an_article()
    )
    (folder / "warc" / "a.warc.gz").write_bytes(b"<html>")
    assert [fault.check for fault in verify_archive(folder)] == ["file", "payload-digest"]


def test_a_folder_without_an_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive in"):
        list(verify_archive(tmp_path))
