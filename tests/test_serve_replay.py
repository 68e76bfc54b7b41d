"""Archived pages in the reading room, without scripts and with them, and Memento."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.memento import spelled
from archive.reader import Record, read_records
from archive.replay import target_of
from archive.spelling import spellings
from crawler.replaying import rewritten_html
from crawler.web.app import application
from crawler.web.full import full_application, is_player
from crawler.web.guard import Key, loopback_names
from tests.asking import ask
from tests.readingroom import (
    BODY,
    HOME,
    PAGE,
    Served,
    opened_room,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with opened_room(tmp_path_factory.mktemp("room")) as room:
        yield room


def test_replay_rewrites_and_never_leaves(served: Served) -> None:
    page = served(f"/replay/20260314092653/{PAGE}")
    assert page.status == 200
    assert f'href="/replay/20260314092653/{HOME}/s.css"' in page.text
    assert 'src="/replay/20260314092653/http://live.example/x.js"' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("; sandbox")
    assert "script-src" not in policy
    assert page.headers["memento-datetime"] == "Sat, 14 Mar 2026 09:26:53 GMT"
    assert f'<{PAGE}>; rel="original"' in page.headers["link"]
    css = served(f"/replay/20260314092653/{HOME}/s.css")
    assert css.text == f'p{{background:url("/replay/20260314092653/{HOME}/p.png")}}'
    assert served(f"/replay/20260314092653/{HOME}/p.png").body.startswith(b"\x89PNG")
    assert served(f"/replay/20260314092653id_/{PAGE}").text == BODY * 3


def test_a_revisit_is_shown_with_the_payload_of_its_original(served: Served) -> None:
    page = served(f"/replay/20260316092653/{PAGE}")
    assert page.status == 200
    assert "Colonne" in page.text
    assert f'href="/replay/20260316092653/{HOME}/s.css"' in page.text


@pytest.mark.parametrize(
    ("stamp", "there"),
    [
        ("2020", "20260314092653"), ("20260314", "20260314092653"), ("20260315150000", "20260316092653"),
        ("20991231235959", "20260316092653"),
    ],
)  # fmt: skip
def test_the_nearest_capture(served: Served, stamp: str, there: str) -> None:
    page = served(f"/replay/{stamp}/{PAGE}/")
    assert (page.status, page.headers["location"]) == (302, f"/replay/{there}/{PAGE}")


def test_an_archived_redirect_stays_inside(served: Served) -> None:
    page = served(f"/replay/20260314092653/{HOME}/old")
    assert (page.status, page.headers["location"]) == (301, f"/replay/20260314092653/{PAGE}")


def test_time_gate_and_time_map(served: Served) -> None:
    gate = served(f"/timegate/{PAGE}", accept_datetime="Sat, 14 Mar 2026 00:00:00 GMT")
    assert (gate.status, gate.headers["location"]) == (302, f"/replay/20260314092653/{PAGE}")
    assert gate.headers["vary"] == "accept-datetime"
    assert served(f"/timegate/{PAGE}").headers["location"] == f"/replay/20260316092653/{PAGE}"
    assert served(f"/timegate/{PAGE}", accept_datetime="soon").status == 400
    listed = served(f"/timemap/link/{PAGE}")
    assert listed.headers["content-type"].startswith("application/link-format")
    assert listed.text.count("memento") == 2
    assert len(json.loads(served(f"/timemap/json/{PAGE}").text)["mementos"]["list"]) == 2
    assert served(f"/timemap/link/{HOME}/none").status == 404


def test_what_is_not_there_names_what_is_nearby(served: Served) -> None:
    page = served(f"/replay/2026/{HOME}/none")
    assert page.status == 404
    assert f'href="/captures/{PAGE}"' in page.text
    assert served(f"/captures/{PAGE}").text.count("/replay/2026") == 2


@pytest.mark.parametrize(
    "raw", ["css?f=A%20b|R:4,7", "a|b%20c.css", "a^b`c{d}%20.png?x={y}", "é%20?q=é%20a", "<a>%20"]
)
def test_an_address_leads_back_to_its_url(raw: str) -> None:
    url = f"{HOME}/{raw}"
    assert url in spellings(target_of(spelled(url)) or "")


@pytest.mark.parametrize(
    "text",
    [
        "<!-- > --!><img src=x.png>",
        "<!--><img src=x.png>",
        "<!---><img src=x.png>",
        "<!--!> --><img src=x.png>",
    ],
)
def test_what_follows_a_comment_is_rewritten(text: str) -> None:
    made = rewritten_html(text, f"{HOME}/a", lambda url: f"/in/{url}")
    assert f'src="/in/{HOME}/x.png"' in made


def test_an_animation_changes_no_address() -> None:
    text = "<svg><a><animate attributeName=href to=http://live.example/ dur=1s /><set attributeName=fill to=red /></a></svg>"
    made = rewritten_html(text, f"{HOME}/a", lambda url: f"/in/{url}")
    assert "attributeName=href" not in made
    assert "attributeName=fill" in made


@pytest.fixture
def player(tmp_path: Path) -> Path:
    """A folder that looks as if ReplayWeb.page were in it."""
    for name in ("ui.js", "sw.js", "index.html"):
        (tmp_path / name).write_text(f"// {name}")
    return tmp_path


def test_replay_with_scripts_is_on_an_origin_of_its_own(
    served: Served, player: Path, tmp_path: Path
) -> None:
    assert is_player(player)
    assert not is_player(player / "none")
    app = full_application(served.room, player, loopback_names("127.0.0.1"))
    page = ask(app, "/-/article/a")
    assert f'url="{PAGE}" ts="20260314092653"' in page.text
    assert "connect-src 'self' data: blob:" in page.headers["content-security-policy"]
    package = ask(app, "/-/wacz/a.wacz")
    assert package.headers["content-type"] == "application/wacz"
    part = ask(app, "/-/wacz/a.wacz", {"range": "bytes=-22"})
    assert (part.status, part.body[:2]) == (206, b"PK")
    assert ask(app, "/-/wacz/a.wacz", {"range": "bytes=999999999-"}).status == 416
    assert ask(app, "/-/wacz/copy.wacz").status == 404
    assert ask(app, "/replay/sw.js").text == "// sw.js"
    assert ask(app, "/search").status == 404
    file = tmp_path / "a.wacz"
    file.write_bytes(package.body)
    with zipfile.ZipFile(file) as opened, opened.open("archive/page.warc.gz") as archived:
        (tmp_path / "page.warc.gz").write_bytes(archived.read())
    records = [r for r in read_records(tmp_path / "page.warc.gz") if isinstance(r, Record)]
    urls = {record.url for record in records if record.type == "response"}
    assert urls == {PAGE, f"{HOME}/s.css", f"{HOME}/p.png"}


def test_replay_with_scripts_needs_the_key_of_the_token(served: Served, player: Path) -> None:
    room = replace(served.room, key=Key("a-token-of-some-length"), full=8081)
    app = full_application(room, player, None)
    for path in ("/-/article/a", "/x/wacz/a.wacz", "/a-token-of-some-length/article/a"):
        assert ask(app, path).status == 404
    key = Key("a-token-of-some-length").derived("full")
    assert ask(app, f"/{key}/wacz/a.wacz").status == 200
    page = ask(
        application(room, None), "/article/a", {"authorization": "Bearer a-token-of-some-length"}
    )
    assert f'href="http://127.0.0.1:8081/{key}/article/a"' in page.text
