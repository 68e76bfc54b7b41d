"""``djeli sites``: lists with filters, one site, lists of feeds in and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.__main__ import main
from spiders.outlines import Outline, opml, outlines_in
from spiders.site import load_site, load_sites
from tests.conftest import Djeli

OPML = """<?xml version="1.0"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Sahel"><outline text="ML">
 <outline type="rss" text="Kibaru &amp; Cie" xmlUrl="https://kibaru.example/feed/" htmlUrl="https://www.kibaru.example" language="fr-fr"/>
 <outline type="rss" text="Kibaru sport" xmlUrl="https://kibaru.example/sport/feed/" htmlUrl="http://kibaru.example/"/>
 <outline type="rss" text="Maliweb" xmlUrl="https://www.maliweb.net/feed/"/>
</outline></outline>
<outline text="Autres"><outline text="Labari" xmlUrl="https://labari.com.example/rss.xml" language="ha"/></outline>
<outline text="no address"/><outline xmlUrl="ftp://x.example/feed"/>
</body></opml>"""

LINES = """# ours
https://kibaru.example/feed/

https://www.gao.example/sahel/
not a url https://x.example/
https://kibaru.example/atom.xml
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main(["sites", *map(str, arguments)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


@pytest.mark.parametrize(
    ("filters", "wanted", "unwanted"),
    [
        (["--country", "ML"], "maliweb", "lefaso"),
        (["--country", "ml,bf"], "lefaso", "actuniger"),
        (["--language", "ha"], "bbc-hausa", "maliweb"),
        (["--kind", "agency,state"], "anp-niger", "radiookapi"),
        (["--country", "CD", "--kind", "radio"], "radiookapi", "actualite-cd"),
    ],
)
def test_list_filters(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    filters: list[str],
    wanted: str,
    unwanted: str,
) -> None:
    status, out, _ = run(capsys, "list", *filters, "--data-dir", tmp_path)
    ids = [line.split()[0] for line in out.splitlines()[2:]]
    assert status == 0
    assert wanted in ids
    assert unwanted not in ids


def test_list_shows_how_feeds_are_known(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "list", "--data-dir", tmp_path)
    head, _, *rows = out.splitlines()
    assert head.split() == ["id", "country", "languages", "kind", "scale", "feeds", "name", "url"]
    by_id = {row.split()[0]: row for row in rows}
    assert by_id["radiookapi"].split()[3:6] == ["radio", "national", "measured"]
    assert "failing" in by_id["thecable"]
    assert len(rows) == len(load_sites())


def test_list_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "list", "--json", "--country", "CD", "--data-dir", tmp_path)
    rows = {row["id"]: row for row in map(json.loads, out.splitlines())}
    assert rows["radiookapi"]["ownership"] == "intergovernmental"
    feed = {"url": "https://www.radiookapi.net/rss.xml", "known": "measured 2026-08-17"}
    assert rows["radiookapi"]["feeds"] == [feed]


def test_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, "show", "corbeaunews", "--data-dir", tmp_path)
    assert status == 0
    for words in ("Corbeau News", "(documented)", "date_trap", "Africa/Lagos"):
        assert words in out
    _, out, _ = run(capsys, "show", "corbeaunews", "--json", "--data-dir", tmp_path)
    assert json.loads(out)["former_domains"] == ["corbeaunews-centrafrique.com"]


def test_wrong_usage_is_two(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, "show", "maliwebb", "--data-dir", tmp_path)
    assert status == 2
    assert "did you mean maliweb" in err
    for wrong in (["list", "--kind", "blog"], ["import", "x", "--country", "Mali"], ["export"], []):
        with pytest.raises(SystemExit) as caught:
            run(capsys, *wrong)
        assert caught.value.code == 2


def test_opml_becomes_site_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(OPML)
    status, out, err = run(capsys, "import", file, "--data-dir", tmp_path)
    assert status == 1  # one of them lacks its country
    assert out == f"{tmp_path}/sites/kibaru.toml\n"
    site = load_site(tmp_path / "sites/kibaru.toml")
    assert (site.name, site.country, site.languages) == ("Kibaru & Cie", "ML", ("fr",))
    assert site.feeds == ("https://kibaru.example/feed/", "https://kibaru.example/sport/feed/")
    assert "https://www.maliweb.net/: is maliweb already" in err
    assert "https://labari.com.example/: nobody says its country (--country)" in err
    status, out, err = run(capsys, "import", file, "--country", "ng", "--data-dir", tmp_path)
    assert (status, out) == (1, f"{tmp_path}/sites/labari.toml\n")
    assert "line 9: 'ftp://x.example/feed' is no http or https URL" in err
    assert "is kibaru already" in err
    assert load_site(tmp_path / "sites/labari.toml").languages == ("ha",)


def test_a_list_of_urls_becomes_site_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(LINES)
    arguments = ["import", file, "--country", "ML", "--language", "fr,ses", "--data-dir", tmp_path]
    status, out, err = run(capsys, *arguments)
    assert status == 1
    assert err == f"djeli: {file}: line 5: 'not a url https://x.example/' is no http or https URL\n"
    assert out.split() == [f"{tmp_path}/sites/{name}.toml" for name in ("kibaru", "gao-sahel")]
    site = load_site(tmp_path / "sites/kibaru.toml")
    assert site.feeds == ("https://kibaru.example/feed/", "https://kibaru.example/atom.xml")
    assert site.languages == ("fr", "ses")
    assert load_site(tmp_path / "sites/gao-sahel.toml").url == "https://www.gao.example/sahel/"


@pytest.mark.parametrize("body", [b"", b"nothing here", b"<opml><body/></opml>", b"<opml"])
def test_a_list_without_urls(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, body: bytes
) -> None:
    file = tmp_path / "list"
    file.write_bytes(body)
    status, _, err = run(capsys, "import", file, "--data-dir", tmp_path)
    assert status == 1
    assert "no feeds or URLs in it" in err
    assert not (tmp_path / "sites").exists()


def test_a_file_that_is_not_there(djeli: Djeli, tmp_path: Path) -> None:
    outcome = djeli("sites", "import", tmp_path / "gone.opml", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    assert outcome.stderr == f"djeli: {tmp_path}/gone.opml: No such file or directory\n"


def test_what_is_exported_can_be_imported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, _ = run(capsys, "export", "--opml", "--country", "SO", "--data-dir", tmp_path)
    sites = [site for site in load_sites().values() if site.country == "SO"]
    assert status == 0
    found = outlines_in(out.encode())
    assert {outline.feed for outline in found} == {feed for site in sites for feed in site.feeds}
    assert {(outline.country, outline.name) for outline in found} == {
        ("SO", site.name) for site in sites
    }


def test_a_site_without_feed_is_exported_as_a_link() -> None:
    site = load_sites()["alakhbar"]
    assert outlines_in(opml([site]).encode()) == [
        Outline(url=site.url, name=site.name, country="MR", language="ar")
    ]


def test_a_list_is_taken_as_people_write_it_and_what_is_no_address_is_named(
    djeli: Djeli, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(
        "# Mali\nkibaru.example\n\nhttps://jamana.example/rss.xml\nftp://x.example\nthe rest\n"
    )
    asked = ("--country", "ML", "--language", "fr", "--data-dir", tmp_path)
    outcome = djeli("sites", "import", listed, *asked)
    assert outcome.returncode == 1
    assert outcome.stderr == (
        f"djeli: {listed}: line 5: 'ftp://x.example' is no http or https URL\n"
        f"djeli: {listed}: line 6: 'the rest' is no http or https URL\n"
    )
    assert 'url = "https://kibaru.example/"' in (tmp_path / "sites" / "kibaru.toml").read_text()
    assert 'feeds = ["https://jamana.example/rss.xml"]' in (
        (tmp_path / "sites" / "jamana.toml").read_text()
    )
