"""The demo newsroom's server, asked through a bare socket: it does what real servers do, and logs it."""

import gzip
import socket
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest

from demo.__main__ import main, write_site_files
from demo.answers import DELIVERIES
from demo.newsroom import newsroom
from demo.outlet import Outlet, TrueArticle, target
from demo.server import NewsroomServer, running
from demo.wire import CHUNK_SIZES

OUTLETS = newsroom()
BY_ID = {outlet.id: outlet for outlet in OUTLETS}


@pytest.fixture(scope="module")
def server() -> Iterator[NewsroomServer]:
    with running() as serving:
        yield serving


# Site files and the command


def test_site_files_say_little_and_leave_discovery_to_the_crawler(tmp_path: Path) -> None:
    write_site_files(OUTLETS, tmp_path)
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in tmp_path.iterdir()}
    assert set(tables) == set(BY_ID)
    for table in tables.values():
        assert {"name", "url", "country", "languages", "timezone", "delay"} <= set(table)
        assert table["name"].endswith("(fiction)")
    assert [site for site, table in tables.items() if "feeds" in table] == ["nile-dispatch-ar"]
    assert [site for site, table in tables.items() if "sitemaps" in table] == ["canal-do-norte"]


def test_taken_port_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.13", 0))) as other:
        port = other.getsockname()[1]
        assert main(["--port", str(port), "--serve"]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert f"port {port} is taken on 127.0.0.13" in errors


def test_unwritable_data_folder_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["--port", "0", "--data-dir", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == f"demo: cannot write {tmp_path}/file/sites: Not a directory\n"


# The server, asked through a bare socket


def exchange(server: NewsroomServer, address: str, request: bytes) -> bytes:
    """All the bytes that answer one request, on a connection of its own."""
    with socket.create_connection((address, server.port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: newsroom.example", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def split(response: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return int(first.split()[1]), [(name, value) for name, _, value in pairs], body


def values(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def article_sent(outlet_id: str, delivery: Mapping[str, object]) -> tuple[Outlet, TrueArticle]:
    outlet = BY_ID[outlet_id]
    for article in outlet.truth:
        answer = outlet.answer(article.url)
        plain_form = {"coding": "identity", "framing": "length", "trailers": (), **delivery}
        if all(getattr(answer, name) == value for name, value in plain_form.items()):
            return outlet, article
    raise AssertionError(f"no article of {outlet_id} is sent as {delivery}")


def test_all_deliveries_are_used() -> None:
    for delivery in DELIVERIES:
        assert article_sent("sahel-demain", delivery)


@pytest.mark.parametrize(
    ("coding", "decode"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_coding_only_if_the_client_accepts_it(
    server: NewsroomServer, coding: str, decode: Callable[[bytes], bytes]
) -> None:
    outlet, article = article_sent("pembe-news", {"coding": coding})
    path, address = target(article.url), outlet.masthead.address
    status_code, headers, body = split(
        exchange(server, address, get(path, f"Accept-Encoding: deflate, {coding};q=0.5"))
    )
    assert (status_code, values(headers, "content-encoding")) == (200, [coding])
    assert "Accept-Encoding" in values(headers, "vary")
    page = server.outlets[OUTLETS.index(outlet)].pages[path][-1].body
    assert decode(body) == page
    _, headers, body = split(exchange(server, address, get(path)))
    assert (values(headers, "content-encoding"), body) == ([], page)


def test_chunks_have_odd_sizes_and_trailers_follow(server: NewsroomServer) -> None:
    outlet, article = article_sent("lake-chad-monitor", DELIVERIES[5])
    response = exchange(server, outlet.masthead.address, get(target(article.url)))
    _, headers, body = split(response)
    assert values(headers, "transfer-encoding") == ["chunked"]
    assert values(headers, "trailer") == ["X-Render-Time, x-cache"]
    sizes, payload, rest = [], b"", body
    while not rest.startswith(b"0\r\n"):
        line, _, rest = rest.partition(b"\r\n")
        sizes.append(int(line, 16))
        payload += rest[: sizes[-1]]
        assert rest[sizes[-1] :][:2] == b"\r\n"
        rest = rest[sizes[-1] + 2 :]
    assert sizes[: len(CHUNK_SIZES)] == list(CHUNK_SIZES)
    assert rest == b"0\r\nX-Render-Time: 0.042\r\nx-cache: MISS\r\n\r\n"
    assert payload == server.outlets[1].answer(article.url).body


def test_http_1_0_answer_ends_with_the_connection(server: NewsroomServer) -> None:
    outlet, article = article_sent("nile-dispatch-ar", DELIVERIES[6])
    response = exchange(server, outlet.masthead.address, get(target(article.url)) * 2)
    assert response.startswith(b"HTTP/1.0 200 OK\r\n")
    _, headers, body = split(response)
    assert not values(headers, "content-length")
    assert body == server.outlets[2].answer(article.url).body


def test_overloaded_page_recovers_at_the_third_request() -> None:
    outlet = BY_ID["sahel-demain"]
    (path,) = (target(a.url) for a in outlet.truth if len(outlet.pages[target(a.url)]) > 1)
    for _run in range(2):
        with running() as fresh:
            answers = [exchange(fresh, outlet.masthead.address, get(path)) for _ in range(4)]
        assert [split(answer)[0] for answer in answers] == [500, 500, 200, 200]


@pytest.mark.parametrize(
    ("outlet_id", "path"),
    [
        ("sahel-demain", "/2025/actualites/ancienne-adresse.html"),
        ("lake-chad-monitor", "/node/418"),
        ("canal-do-norte", "/article88.html"),
    ],
)
def test_moved_article_leads_to_an_article(
    server: NewsroomServer, outlet_id: str, path: str
) -> None:
    outlet = next(outlet for outlet in server.outlets if outlet.id == outlet_id)
    code, headers, _ = split(exchange(server, outlet.masthead.address, get(path)))
    (location,) = values(headers, "location")
    assert code == 301
    assert urljoin(outlet.masthead.url(path), location) in {a.url for a in outlet.truth}


@pytest.mark.parametrize("path", ["/feed/", "/wp-sitemap.xml", "/wp-sitemap-posts-post-2.xml.gz"])
def test_conditional_requests(server: NewsroomServer, path: str) -> None:
    _, headers, body = split(exchange(server, "127.0.0.11", get(path)))
    (etag,), (modified,) = values(headers, "etag"), values(headers, "last-modified")
    assert body
    for condition in (f"If-None-Match: {etag}", f"If-Modified-Since: {modified}"):
        code, headers, body = split(exchange(server, "127.0.0.11", get(path, condition)))
        assert (code, body, values(headers, "etag")) == (304, b"", [etag])
    changed = get(path, 'If-None-Match: "other"', f"If-Modified-Since: {modified}")
    assert split(exchange(server, "127.0.0.11", changed))[0] == 200


def test_robots_forbid_an_area_that_the_front_page_links_to(server: NewsroomServer) -> None:
    _, headers, body = split(exchange(server, "127.0.0.11", get("/robots.txt")))
    assert values(headers, "content-type") == ["text/plain; charset=utf-8"]
    assert b"\nDisallow: /prive/\n" in body
    assert f"\nSitemap: http://127.0.0.11:{server.port}/wp-sitemap.xml\n".encode() in body
    assert "/prive/redaction/" in BY_ID["sahel-demain"].pages["/"][0].body.decode()
    robots = split(exchange(server, "127.0.0.15", get("/robots.txt")))[2]
    assert b"\nDisallow: /binafsi/\n" in robots
    assert "binafsi/2026/03/" in BY_ID["pembe-news"].pages["/"][0].body.decode()


def test_duplicate_odd_and_latin_1_headers(server: NewsroomServer) -> None:
    response = exchange(server, "127.0.0.14", get("/"))
    _, headers, _ = split(response)
    assert [name for name, _ in headers if name.lower() == "vary"] == ["vary", "Vary"]
    assert b"\r\nX-Assunto: Seguran\xe7a e popula\xe7\xe3o\r\n" in response


@pytest.mark.parametrize(
    ("address", "path", "code"),
    [
        ("127.0.0.11", "/2025/12/24/bilan-de-l-annee/", 200),
        ("127.0.0.12", "/nowhere", 404),
        ("127.0.0.13", "/article.php?id=17&sec=1", 404),
        ("127.0.0.15", "/?utm_source=newsletter", 200),
    ],
)
def test_status(server: NewsroomServer, address: str, path: str, code: int) -> None:
    assert split(exchange(server, address, get(path)))[0] == code


def test_other_methods_and_nonsense_are_refused(server: NewsroomServer) -> None:
    assert split(exchange(server, "127.0.0.11", get("/", method="POST")))[0] == 405
    assert split(exchange(server, "127.0.0.11", b"what?\r\n\r\n"))[0] == 400


def test_one_connection_many_answers_and_all_of_them_in_the_log() -> None:
    first, second = get("/robots.txt"), get("/", method="HEAD")
    third = get("/wp-sitemap.xml", "Connection: close")
    with running() as fresh:
        received = exchange(fresh, "127.0.0.11", first + second + third)
        log = fresh.exchanges
    assert [entry.request for entry in log] == [first, second, third]
    assert b"".join(entry.response for entry in log) == received
    assert {entry.address for entry in log} == {"127.0.0.11"}
    assert log[1].response.endswith(b"\r\n\r\n")
    assert b"Content-Length: " in log[1].response
