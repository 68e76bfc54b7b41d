"""The CDXJ that we print is what the indexer of other replay tools makes of the same files."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madewarc import (
    AGAIN,
    BODY,
    HEAD,
    PAGE,
    URL,
    Made,
    again,
    asked,
    chunked,
    info,
    members,
    page,
    response,
    sha1,
    valid,
)
from outside import judge

from archive.cdxj import Line, index_lines, read_lines
from archive.linesort import sorted_lines
from archive.urlkey import url_key
from tests.conftest import Crawled, Djeli

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def tool_lines(*paths: Path) -> list[str]:
    """What cdxj-indexer says of WARC files."""
    ran = judge("cdxj-indexer", "--post-append", "--sort", *paths)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def our_lines(path: Path) -> list[str]:
    """What we say of one that is whole."""
    found = list(read_lines(path))
    assert all(isinstance(line, Line) for line in found)
    return list(sorted_lines(map(str, found)))


def _fields(made: Made) -> dict[str, object]:
    return {name: getattr(made, name) for name in Made.__dataclass_fields__}


KEYS = {
    "http://www.Example.org:80/B/?z=1&a=2#top": "org,example)/b?a=2&z=1",
    "https://example.org:8443": "org,example:8443)/",
    "http://user:secret@www2.example.org/a//b/../c/./d/": "org,example)/a/c/d",
    "http://example.org/%7euser/%41%2541": "org,example)/~user/aa",
    "http://example.org/é?é=É": "org,example)/%c3%a9?%c3%a9=%c3%89",
    "http://été.example/": "example,xn--t-9fab)/",
    "http://[::1]:8080/x": "::1:8080)/x",
    "http://017.0.0.1/": "1,0,0,15)/",
    "http://example.org/?a=1&sid=" + "0a" * 16 + "&z=2": "org,example)/?a=1&z=2",
    "http://example.org:99999/": "http://example.org:99999/",
    "urn:view:http://example.org/": "urn:view:http://example.org",
    "dns:example.org": "dns:example.org",
    "": "-",
}


@pytest.mark.parametrize(("url", "key"), KEYS.items())
def test_a_url_key(url: str, key: str) -> None:
    assert url_key(url) == key


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_url_key_is_one_word_whatever_comes(path: str, query: str) -> None:
    key = url_key(f"http://example.org/{path}?{query}")
    assert key.isascii()
    assert key.startswith("org,example)/")
    assert not any(c.isspace() for c in key)


def odd_urls() -> Iterator[str]:
    """URLs of odd parts, always the same."""
    chance = random.Random(7)
    hosts = [
        "example.org",
        "www.Example.org",
        "www3.a.co.uk",
        "1.2.3.4",
        "été.ml",
        "a..b",
        "EXAMPLE.org.",
        "x.org:80",
    ]
    parts = [
        "a",
        "B",
        "..",
        ".",
        "%41",
        "%2f",
        "%25",
        "é",
        "%E9",
        "x;y=1",
        "~u",
        "%7Eu",
        "+",
        "%2e%2e",
        "مالي",
        "'",
        "[x]",
        "|",
        "^",
        "{}",
        "\\",
        "@",
        ":",
        "=",
        "&",
        "%23",
        "%zz",
        "%",
    ]
    pairs = ["", "a", "b=1", "A=B", "é=é", "z?==", "x%26=%20", "jsessionid=" + "0a" * 16, "q=%"]
    for _ in range(400):
        url = chance.choice(["http", "https"]) + "://" + chance.choice(hosts)
        for _ in range(chance.randrange(4)):
            url += "/" + "".join(chance.choices(parts, k=chance.randrange(3)))
        yield url + "?" + "&".join(chance.choices(pairs, k=chance.randrange(4)))


def test_url_keys_are_those_of_the_tool(tmp_path: Path) -> None:
    path = tmp_path / "urls.warc.gz"
    records = [page().header(WARC_Target_URI=url, WARC_Concurrent_To=None) for url in odd_urls()]
    path.write_bytes(members(records))
    assert our_lines(path) == tool_lines(path)


@pytest.mark.parametrize(
    "records",
    [
        valid(),
        [info(), page().header(WARC_Target_URI=f"<{URL}>")],
        [page().header(WARC_Target_URI="http://news.example/a b")],
        [page().header(WARC_Date="2026-03-14")],
        [response(PAGE, b"HTTP/1.1 200\r\nContent-Type: text/html;charset=x\r\n\r\n", b"")],
        [response(PAGE, b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n", b"")],
    ],
)
def test_lines_are_those_of_the_tool(tmp_path: Path, records: list[Made]) -> None:
    path = tmp_path / "made.warc.gz"
    path.write_bytes(members(records))
    assert our_lines(path) == tool_lines(path)


FORM = "application/x-www-form-urlencoded"
POSTS = [
    (FORM, "a=1&b=deux+mots&c=%C3%A9"),
    (FORM + "; charset=utf-8", "x"),
    ("application/json", '{"a": 1, "b": {"a": "x y", "c": [true, null, 2.5]}, "é": "é"}'),
    ("application/json", '{"a": 1}\n{"a": 2}'),
    ("application/json", "not json"),
    ("text/plain", '{"a": 1}'),
    ("text/plain", "plain"),
    ("image/png", "\x00\x01"),
    (
        "multipart/form-data; boundary=XX",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--\r\n",
    ),
    (FORM, "long=" + "x" * 5000),
]


def exchange(number: int, method: str, content_type: str, body: str) -> list[Made]:
    """A response and its request, with ids of their own."""
    ids = [f"<urn:uuid:00000000-0000-4000-900{side}-{number:012}>" for side in "01"]
    head = f"Host: x\r\nContent-Type: {content_type}\r\nContent-Length: {len(body.encode())}"
    block = f"{method} /bamako HTTP/1.1\r\n{head}\r\n\r\n{body}".encode()
    answer = page().header(WARC_Record_ID=ids[0], WARC_Concurrent_To=ids[1])
    request = Made(**{**_fields(asked()), "block": block})
    return [answer, request.header(WARC_Record_ID=ids[1], WARC_Concurrent_To=ids[0])]


def test_bodies_of_requests_are_part_of_the_key(tmp_path: Path) -> None:
    cases = [(method, *post) for method in ("POST", "PUT", "GET") for post in POSTS]
    records = [made for number, case in enumerate(cases) for made in exchange(number, *case)]
    path = tmp_path / "post.warc.gz"
    path.write_bytes(members(records))
    lines = our_lines(path)
    assert lines == tool_lines(path)
    assert len(lines) == len(cases)


def test_the_index_the_files_and_the_tool_agree_on_a_crawl(crawled: Crawled, djeli: Djeli) -> None:
    (path,) = (crawled.data_dir / "warc").glob("*.warc.gz")
    live = list(sorted_lines(map(str, index_lines(crawled.data_dir / "index.sqlite"))))
    assert live == our_lines(path) == tool_lines(path)
    assert len(live) > 100
    assert djeli("cdxj", "--data-dir", crawled.data_dir).stdout.splitlines() == live
    assert djeli("cdxj", path).stdout.splitlines() == live


def test_a_304_kept_as_a_revisit_has_no_line(tmp_path: Path) -> None:
    """Replay tools would answer with the empty 304 in place of the original."""
    unchanged = response(
        AGAIN,
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
        BODY,
        **{"WARC-Refers-To": PAGE, "WARC-Profile": NOT_MODIFIED},
    )
    unchanged = Made(**{**_fields(unchanged), "kind": "revisit"})
    path = tmp_path / "again.warc.gz"
    path.write_bytes(members([info(), page(), unchanged]))
    assert len(our_lines(path)) == 1
    assert len(tool_lines(path)) == 2
    path.write_bytes(members([info(), page(), again()]))
    assert [json.loads(line.split(" ", 2)[2])["mime"] for line in our_lines(path)] == [
        "text/html",
        "warc/revisit",
    ]


def test_a_payload_digest_that_is_missing_is_made_over_the_dechunked_body(tmp_path: Path) -> None:
    """The tool takes the digest of nothing with --post-append, and of the chunks without."""
    path = tmp_path / "made.warc.gz"
    path.write_bytes(members([chunked().header(WARC_Payload_Digest=None)]))
    (line,) = read_lines(path)
    assert isinstance(line, Line)
    assert line.fields["digest"] == sha1(b"une page entier")


def test_interim_answers_do_not_hide_the_response(tmp_path: Path) -> None:
    """The tool takes 103 for the answer."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    path = tmp_path / "made.warc.gz"
    path.write_bytes(members([response(PAGE, early + HEAD + BODY, BODY)]))
    (line,) = read_lines(path)
    assert isinstance(line, Line)
    assert (line.fields["status"], line.fields["mime"]) == ("200", "text/html")


def test_damage_is_told_and_the_rest_is_there(tmp_path: Path, djeli: Djeli) -> None:
    whole = valid()
    broken = bytearray(whole[1].member())
    broken[len(broken) // 2] ^= 255
    path = tmp_path / "damaged.warc.gz"
    path.write_bytes(whole[0].member() + broken + members(whole[2:]))
    outcome = djeli("cdxj", path, tmp_path / "missing.warc.gz")
    assert outcome.returncode == 1
    offsets = [Line.parse(line).fields["offset"] for line in outcome.stdout.splitlines()]
    assert len(offsets) == 2  # the chunked page and the revisit, but not the broken page
    assert str(len(whole[0].member())) not in offsets
    assert "damaged.warc.gz: offset" in outcome.stderr
    assert "missing.warc.gz: no such file" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_records_that_share_a_gzip_member_are_told(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "shared.warc.gz"
    path.write_bytes(gzip.compress(b"".join(record.plain() for record in valid())))
    found = list(read_lines(path))
    assert found
    assert not any(isinstance(line, Line) for line in found)


def test_no_index_is_one_clear_line(tmp_path: Path, djeli: Djeli) -> None:
    outcome = djeli("cdxj", "--data-dir", tmp_path)
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert f"no index at {tmp_path}" in outcome.stderr


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8")), max_size=60))
def test_lines_are_sorted_in_runs_as_in_one(lines: list[str]) -> None:
    assert list(sorted_lines(lines, run=20)) == sorted(set(lines))


@given(st.text(min_size=1).filter(lambda key: not set(key) & set(" \n")), st.text())
def test_a_line_comes_back_from_its_text(key: str, url: str) -> None:
    line = Line(key, "20260314092653", {"url": url, "offset": "0"})
    assert Line.parse(str(line)) == line


@pytest.mark.parametrize(
    "text", ["", "a", "a 2026 {}", "a 20260314092653 []", "a 20260314092653 {"]
)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"line|char"):
        Line.parse(text)
