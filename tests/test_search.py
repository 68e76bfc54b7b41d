"""``djeli search`` and the lists of ``djeli export``: by words, and by all that is known of an article."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from archive.article import Actor, Article, Country, Relevance, Span, Wire
from archive.articles import ArticleStore
from crawler.duplicate import sketch_of
from tests.conftest import Djeli
from tests.stories import article

SPAN = Span(field="title", start=0, end=3, text="Une", basis="name")
ONE = "Une colonne de l'armée est tombée dans une embuscade près de Ménaka, où elle escortait des vivres."
TWO = (
    "Le gouvernement annonce la réouverture du poste de douane, fermé depuis le début de la saison."
)


def country(code: str, role: Any = "covered") -> Country:
    return Country(code=code, role=role, score=1.0, evidence=(SPAN,))


def told(id_: str, text: str, **facts: Any) -> Article:
    return article(id_, text=text, sketch=sketch_of(text), title=f"Titre {id_}", **facts)


ARTICLES = (
    told(
        "ambush",
        ONE,
        site="kibaru",
        published_at="2026-03-10T08:00:00Z",
        countries=(country("SN", "publisher"), country("ML"), country("NE", "mentioned")),
        actors=(Actor(name="JNIM", kind="armed group", evidence=(SPAN,)),),
        relevance=Relevance(score=0.9, terms=(SPAN,)),
        wire=Wire(agency="AFP", evidence="(AFP)"),
    ),
    told(
        "copy",
        ONE + " (AFP)",
        site="sahel",
        language="en",
        published_at="2026-03-11",
        countries=(country("ML"), country("BF")),
        access="paywalled",
    ),
    told("third", ONE, site="delta", published_at="2026-03-12T00:00:00Z"),
    told(
        "border",
        TWO,
        site="kibaru",
        published_at="2026-03-14T23:30:00+01:00",
        countries=(country("NE"),),
        relevance=Relevance(score=0.1, terms=(SPAN,)),
    ),
    told(
        "fixed", TWO + " Mise à jour.", canonical_url="http://kibaru.example/border", site="kibaru"
    ),
)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    store = ArticleStore(folder)
    for one in ARTICLES:
        store.add(one)
    store.close()
    return folder


def found(djeli: Djeli, data_dir: Path, *arguments: str) -> list[str]:
    outcome = djeli("search", *arguments, "--json", "--data-dir", data_dir)
    assert outcome.returncode == 0, outcome.stderr
    return [json.loads(line)["id"] for line in outcome.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--country", "ml"], ["copy", "ambush"]),
        (["--country", "ML,NE"], ["border", "copy", "ambush"]),
        (["--country", "SN"], []),
        (["--mentions", "NE"], ["border", "ambush"]),
        (["--mentions", "SN"], []),
        (["--language", "EN"], ["copy"]),
        (["--site", "sahel, delta"], ["third", "copy"]),
        (["--since", "2026-03-11", "--until", "2026-03-11"], ["copy"]),
        (["--since", "2026-03-12T00:00:00Z", "--until", "2026-03-14T09:26:53Z"], ["third"]),
        (["--until", "2026-03-10T08:00:01Z"], ["ambush"]),
        (["--wire", "afp"], ["ambush"]),
        (["--actor", "jnim"], ["ambush"]),
        (["--relevance", "0.1"], ["border", "ambush"]),
        (["--relevance", "0.5"], ["ambush"]),
        (["--access", "paywalled,partial"], ["copy"]),
        (["embuscade", "menaka"], ["third", "copy", "ambush"]),
        (["embuscade", "--country", "BF"], ["copy"]),
        (["embuscade", "--unique"], ["third"]),
        (["--country", "ML,NE", "--unique"], ["border", "copy"]),
        (["*", "--wire", "AFP"], ["ambush"]),
        (["embuscade", "--limit", "1"], ["third"]),
    ],
)
def test_filters(djeli: Djeli, data_dir: Path, arguments: list[str], ids: list[str]) -> None:
    assert found(djeli, data_dir, *arguments) == ids


def test_best_first(djeli: Djeli, tmp_path: Path) -> None:
    store = ArticleStore(tmp_path)
    store.add(article("much", title="Douane", text="douane", published_at="2025-01-01"))
    store.add(article("little", text="douane " + "mot " * 200, published_at="2026-01-01"))
    store.close()
    assert found(djeli, tmp_path, "douane") == ["little", "much"]
    assert found(djeli, tmp_path, "douane", "--sort", "best") == ["much", "little"]


def test_what_people_see(djeli: Djeli, data_dir: Path) -> None:
    outcome = djeli("search", "embuscade", "--country", "ML", "--unique", "--data-dir", data_dir)
    lines = outcome.stdout.splitlines()
    assert lines[0] == "2026-03-11  en   ML,BF  sahel: Titre copy"
    assert lines[3:] == ["    +2 copies: kibaru, delta", "    from AFP"]
    outcome = djeli("search", "douane", "--data-dir", data_dir)
    assert "    version 1 of 2" in outcome.stdout
    assert "    version 2 of 2" in outcome.stdout
    assert "cop" not in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["--country"]),
        ([""], ["--country"]),
        (["…"], ["--country"]),
        (["--country", "Mali"], ["'MALI'", "two letters"]),
        (["--country", ","], ["names nothing"]),
        (["--language", "french"], ["'french'", "two or three letters"]),
        (["--access", "open"], ["'open'", "free, partial, paywalled"]),
        (["--relevance", "2"], ["'2'", "0 to 1"]),
        (["--relevance", "nan"], ["'nan'", "0 to 1"]),
        (["--since", "lately"], ["--since lately", "2026-03-14"]),
        (["x", "--sort", "oldest"], ["newest", "best"]),
    ],
)
def test_wrong_calls_name_what_is_allowed(
    djeli: Djeli, data_dir: Path, arguments: list[str], words: list[str]
) -> None:
    outcome = djeli("search", *arguments, "--data-dir", data_dir)
    assert outcome.returncode == 2, outcome.stderr
    assert all(word in outcome.stderr for word in words), outcome.stderr


def test_values_that_no_article_has_are_told(djeli: Djeli, data_dir: Path) -> None:
    outcome = djeli("search", "--site", "kibaro", "--actor", "JNIM,X", "--data-dir", data_dir)
    assert outcome.returncode == 0
    assert outcome.stderr.splitlines() == [
        "none of 5 articles matches",
        "djeli: no article has --site kibaro; there are: delta, kibaru, sahel",
        "djeli: no article has --actor X; there are: JNIM",
    ]


def _no_catalogue(path: Path) -> None:
    path.write_bytes(b"")


def _other_tables(path: Path) -> None:
    from archive.index import Index

    Index(path).close()


@pytest.mark.parametrize("spoil", [_no_catalogue, _other_tables])
def test_a_file_that_is_no_catalogue_is_no_empty_one(
    djeli: Djeli, tmp_path: Path, spoil: Any
) -> None:
    spoil(tmp_path / "catalogue.sqlite")
    outcome = djeli("search", "x", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert "is no catalogue" in line


def test_json_lines_have_what_the_catalogue_knows(djeli: Djeli, data_dir: Path) -> None:
    outcome = djeli("export", "--format", "jsonl", "--site", "sahel", "--data-dir", data_dir)
    assert outcome.returncode == 0, outcome.stderr
    (line,) = outcome.stdout.splitlines()
    assert Article.from_json(line) == ARTICLES[1]
    fields = json.loads(line)
    assert fields["story"] == {
        "origin": "ambush",
        "wire": "AFP",
        "articles": ["ambush", "copy", "third"],
    }
    assert fields["version"] == {"number": 1, "of": 1}
    assert [(r["kind"], r["id"]) for r in fields["relations"]] == [
        ("near", "ambush"),
        ("near", "third"),
    ]


def test_csv_is_a_row_an_article(djeli: Djeli, data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    outcome = djeli("export", "--out", out, "--data-dir", data_dir)
    assert outcome.returncode == 0, outcome.stderr
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(out.read_text("utf-8")))}
    assert set(rows) == {one.id for one in ARTICLES}
    ambush = rows["ambush"]
    assert (ambush["publisher"], ambush["covered"], ambush["mentioned"]) == ("SN", "ML", "NE")
    assert (ambush["actors"], ambush["relevance"], ambush["wire"]) == ("JNIM", "0.9", "AFP")
    assert (ambush["origin"], ambush["copies"]) == ("yes", "2")
    assert rows["third"]["relations"] == "same ambush; near copy"
    assert (rows["fixed"]["version"], rows["border"]["versions"]) == ("2", "2")
    assert rows["border"]["text"] == TWO


def test_no_cell_is_a_formula(djeli: Djeli, tmp_path: Path) -> None:
    store = ArticleStore(tmp_path)
    store.add(
        article(1, title='=HYPERLINK("http://x.example")', text="-1\n\nde plus", section="+a")
    )
    store.close()
    outcome = djeli("export", "--format", "csv", "--data-dir", tmp_path)
    (row,) = csv.DictReader(io.StringIO(outcome.stdout))
    assert (row["title"][:2], row["text"], row["section"]) == ("'=", "'-1\n\nde plus", "'+a")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "wacz, jsonl, csv"),
        (["--out", "x.xlsx"], 2, "wacz, jsonl, csv"),
        (["--format", "xlsx"], 2, "wacz"),
        (["--format", "wacz"], 2, ".wacz"),
        (["--format", "csv", "--sign", "key"], 2, "--sign"),
        (["--wacz", "a.wacz", "--format", "csv"], 2, "--wacz"),
        (["--format", "csv", "--wire", "Reuters"], 1, "none of 5 articles"),
        (["--format", "csv", "--out", "no/folder/x.csv"], 1, "no/folder/x.csv"),
        (["--format", "csv", "--access", "open"], 2, "free, partial, paywalled"),
    ],
)
def test_wrong_exports(
    djeli: Djeli, data_dir: Path, arguments: list[str], status: int, words: str
) -> None:
    outcome = djeli("export", *arguments, "--data-dir", data_dir)
    assert outcome.returncode == status, outcome.stderr
    assert words in outcome.stderr
