"""The judges' own judgement: what they take for right, wrong, known and seen; the long runs are make targets."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path

import pytest

from demo.newsroom import newsroom
from judges import captures, expectations, loopback, odd_archive, verdict, visits
from judges.captures import Answer, Capture, Place
from judges.install import JudgeError, installed_packages, program, run
from judges.newsroom import warc_files
from judges.sight import Expected, Sight, missing_from

HTML = b"<h1>Patrouille</h1>"
OK = Answer(200, None, HTML)


def capture(
    *kinds: str, url: str = "http://a.example/", timestamp: str = "20260314092653"
) -> Capture:
    place = Place(Path("a.warc.gz"), 0)
    return Capture(url=url, timestamp=timestamp, head=place, payload=place, kinds=kinds)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> list[Capture]:
    path = odd_archive.write_odd_archive(tmp_path_factory.mktemp("odd") / "warc")
    found = list(captures.captures([path]))
    assert not [one for one in found if not isinstance(one, Capture)]
    return [one for one in found if isinstance(one, Capture)]


@pytest.mark.parametrize(
    ("kind", "given", "outcome"),
    [
        ("plain", OK, "right"),
        ("plain", None, "missing"),
        ("plain", Answer(404, None, HTML), "wrong"),
        ("plain", Answer(200, None, HTML[:-1]), "wrong"),
        ("plain", Answer(200, "/b", HTML), "wrong"),
        ("chunked", Answer(200, None, HTML + b"X-Cache: MISS"), "wrong"),
        ("chunked, trailers", Answer(200, None, HTML + b"X-Cache: MISS"), "known"),
        ("chunked, trailers", Answer(200, None, b"X-Cache: MISS"), "wrong"),
        ("revisit, 304", Answer(304, None, b""), "known"),
        ("revisit, 304", Answer(200, None, b""), "wrong"),
        ("revisit, identical", Answer(200, None, b""), "wrong"),
        ("revisit, identical", Answer(304, None, b""), "wrong"),
    ],
)
def test_only_the_same_answer_is_right(kind: str, given: Answer | None, outcome: str) -> None:
    assert verdict.judged(capture(kind), OK, given).outcome == outcome


def test_a_known_fault_says_whose_it_is() -> None:
    twin = Answer(500, None, b"error")
    assert "same second" in verdict.judged(capture("plain"), OK, twin, [twin]).why
    assert "our CDXJ" in verdict.judged(capture("revisit, 304"), OK, twin, [twin]).why


def test_captures_are_near_in_the_same_second_or_for_a_304() -> None:
    first, later = capture("plain"), capture("plain", timestamp="20260314092654")
    again = capture("revisit, 304", timestamp="20260314092654")
    other = capture("plain", url="http://b.example/")
    assert verdict.are_near(first, capture("gzip"))
    assert verdict.are_near(again, first)
    assert not verdict.are_near(first, first)
    assert not verdict.are_near(first, later)
    assert not verdict.are_near(first, other)


def test_the_table_counts_a_capture_in_each_of_its_kinds() -> None:
    right = verdict.judged(capture("gzip", "chunked"), OK, OK)
    missing = verdict.judged(capture("gzip"), OK, None)
    rows = [line.split() for line in verdict.table([right, missing]).splitlines()]
    assert rows == [
        ["kind", "captures", "right", "known", "wrong", "missing"],
        ["chunked", "1", "1", "0", "0", "0"],
        ["gzip", "2", "1", "0", "0", "1"],
        ["all", "2", "1", "0", "0", "1"],
    ]


def test_no_verdict_is_no_pass() -> None:
    right = verdict.judged(capture("plain"), OK, OK)
    assert verdict.passed([right])
    assert not verdict.passed([])
    assert not verdict.passed([right, verdict.judged(capture("plain"), OK, None)])


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/plain", ("plain",)),
        ("/gzip-trailers", ("gzip", "chunked, trailers")),
        ("/br-chunked", ("br", "chunked")),
        ("/charset", ("charset",)),
        ("/moved", ("redirect",)),
        ("/gone", ("404",)),
        ("/broken", ("other error",)),
        ("/cut", ("plain", "truncated")),
    ],
)
def test_kinds(odd: list[Capture], path: str, kinds: tuple[str, ...]) -> None:
    assert [one.kinds for one in odd if one.url == odd_archive.SITE + path] == [kinds]


def test_the_truth_is_decoded_whatever_the_wire_was(odd: list[Capture]) -> None:
    for word in ("plain", "gzip", "br", "chunked", "trailers"):
        (one,) = (one for one in odd if one.url == f"{odd_archive.SITE}/{word}")
        assert captures.truth(one) == Answer(200, None, odd_archive.page(word))


def test_the_truth_of_a_revisit_is_the_original(odd: list[Capture]) -> None:
    for coding in ("plain", "gzip", "br", "chunked"):
        found = [
            one for one in odd if one.url.endswith((f"/again/{coding}", f"/elsewhere/{coding}"))
        ]
        kinds = [one.kinds for one in found if "revisit" in one.kinds[0]]
        assert kinds == [("revisit, identical",)] * 2 + [("revisit, 304",)]
        assert {captures.truth(one) for one in found} == {
            Answer(200, None, odd_archive.page(f"{coding} again"))
        }


def test_a_revisit_without_its_original_is_unusable(tmp_path: Path) -> None:
    path = odd_archive.write_odd_archive(tmp_path)
    (first, *_) = (one for one in captures.captures([path]) if _is_revisit(one))
    assert isinstance(first, Capture)
    alone = tmp_path / "alone.warc.gz"
    alone.write_bytes(path.read_bytes()[first.head.offset :])
    found = next(iter(captures.captures([alone])))
    assert isinstance(found, captures.Unusable)
    assert "names no response" in found.reason


def _is_revisit(one: Capture | captures.Unusable) -> bool:
    return isinstance(one, Capture) and one.kinds == ("revisit, identical",)


def test_what_a_reader_misses() -> None:
    expected = Expected(
        headline="Patrouille",
        passages=("Premier.", "Dernier."),
        parts=frozenset({"http://a.example/1.png", "http://a.example/2.css"}),
        archived=frozenset({"http://a.example/1.png"}),
    )
    whole = {"lines": [" Patrouille\n"], "text": "Premier.\n Dernier.", "images": []}
    seen = Sight.of({**whole, "brokenImages": ["http://elsewhere.example/3.png"], "unstyled": []})
    assert missing_from(seen, expected) == []
    row = {"lines": ["Autre"], "text": "Premier.", "images": []}
    broken = {
        "brokenImages": ["http://a.example/1.png"] * 2,
        "unstyled": ["http://a.example/2.css?v=1"],
    }
    assert missing_from(Sight.of({**row, **broken}), expected) == [
        "the headline is not there",
        "not there: 'Dernier.'",
        "not shown: http://a.example/1.png",
        "not in the archive: http://a.example/2.css?v=1",
    ]
    assert missing_from(Sight.of({"error": "no frame"}), expected) == ["no frame"]


def test_articles_are_matched_with_their_truth() -> None:
    outlet = newsroom(8011)[0]
    urls = [article.url for article in outlet.truth]
    found = [capture("plain", url=url) for url in ("http://a.example/", *urls[:3])]
    pages = expectations.newsroom_pages(found, every=True)
    assert [page[2].headline for page in pages] == [a.title for a in outlet.truth[:3]]
    assert [page[2].excuse for page in pages] == [None] * 3
    assert [page[0] for page in expectations.newsroom_pages(found, every=False)] == found[1:2]
    with pytest.raises(JudgeError, match="no article"):
        expectations.newsroom_pages(found[:1], every=True)


def test_what_a_live_browser_misreads_is_excused() -> None:
    found = [
        capture("plain", url=article.url)
        for outlet in newsroom(8011)
        for article in outlet.truth
        if outlet.answer(article.url).status == 200
    ]
    twin = capture("other error", url=found[0].url)
    pages = expectations.newsroom_pages([*found, twin], every=True)
    excuses = {page[0].url: page[2].excuse for page in pages if page[2].excuse}
    assert "same second" in (excuses.pop(found[0].url) or "")
    assert excuses
    assert all("charset" in excuse for excuse in excuses.values())
    assert len(excuses) < len(found) / 10


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("CONNECT update.googleapis.com:443 HTTP/1.1", True),
        ("GET http://clients2.google.com/time HTTP/1.1", True),
        ("GET http://127.0.0.11:8011/logo.svg HTTP/1.1", False),
        ("CONNECT fonts.googleapis.com:443 HTTP/1.1", False),
        ("", False),
    ],
)
def test_requests_of_the_browsers_own(line: str, own: bool) -> None:
    assert visits.is_browsers_own(line) is own


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 5)),
        ("bytes=8-99", (8, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("lines=1", (0, 10)),
    ],
)
def test_byte_ranges(wanted: str, expected: tuple[int, int]) -> None:
    assert loopback.byte_range(wanted, 10) == expected


def test_files_are_served_in_part(tmp_path: Path) -> None:
    file = tmp_path / "a.wacz"
    file.write_bytes(b"0123456789")
    with loopback.serving_files({"/a.wacz": file, "/": "<p>é"}) as files:
        connection = http.client.HTTPConnection("127.0.0.1", files.port, timeout=5)
        answers = []
        for path, headers in [("/a.wacz?x=1", {"Range": "bytes=-4"}), ("/", {}), ("/no", {})]:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            answers.append((response.status, response.read()))
            connection.close()
    assert answers[:2] == [(206, b"6789"), (200, "<p>é".encode())]
    assert answers[2][0] == 404


def test_the_dead_end_refuses_and_remembers() -> None:
    with loopback.dead_end() as proxy:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        connection.request("GET", "http://news.example/")
        assert connection.getresponse().status == 403
        connection.close()
    assert proxy.asked == ["GET http://news.example/ HTTP/1.1"]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def test_what_cannot_be_installed_or_run_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    packages = tmp_path / "package.json"
    packages.write_text('{"dependencies": {"replaywebpage": "2.4.6"}}', "utf-8")
    with pytest.raises(JudgeError, match=r"npm cannot bring replaywebpage@2\.4\.6"):
        installed_packages("replayweb", packages)
    with pytest.raises(JudgeError, match="apt-get install chromium"):
        program("Chromium", "chromium", str(tmp_path / "chromium"))
    with pytest.raises(JudgeError, match=r"it fails: exit status 3\n  because"):
        run(["/bin/sh", "-c", "echo because >&2; exit 3"], "it fails")
    with pytest.raises(JudgeError, match="no WARC files"):
        warc_files(tmp_path)
