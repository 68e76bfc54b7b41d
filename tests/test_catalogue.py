"""Search as people type it, in the scripts of the region; newest first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.folding import fold
from archive.wanted import Wanted
from tests.stories import article

TEXTS = {
    "fr": "L'armée malienne a repris Ménaka où l'état-major craignait une embuscade à l'œuvre",
    "ar": "قُتِلَ ثَلاثَةُ جُنود في أسفل مدينة آتار على يد مسلحين، وقال الإرهــابيون إن الفتى نجا",
    "am": "በአማራ ክልል የመከላከያ ሠራዊት ሦስት ታጣቂዎችን መያዙን አስታወቀ።",
    "pt": "Insurgentes atacaram a povoação de Macomia, em Cabo Delgado; três mortos",
    "so": "Ciidanka dowladda ayaa la wareegay degmada Ceel-Buur xalay",
    "ha": "Ƴan bindiga sun kai hari a ƙauyen Ɗan Sadau",
    "en": "Drones struck a convoy near El-Fasher; U.N. staff_only area was hit",
}


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty one."""
    opened = Catalogue(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def full(catalogue: Catalogue) -> Catalogue:
    """One article a language, with the language for its id."""
    made = [article(code, text=text, language=code, title="-") for code, text in TEXTS.items()]
    catalogue.add(made, "a.jsonl", 1)
    return catalogue


def ids(catalogue: Catalogue, query: str, **asked: Any) -> list[str]:
    return [found.id for found in catalogue.search(Wanted(words=query, **asked))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("armee", "fr"),
        ("ARMÉE", "fr"),
        ("Menaka malienne", "fr"),
        ("me\u0301naka", "fr"),
        ("l'armée", "fr"),
        ("etat-major", "fr"),
        ("malie*", "fr"),
        ("mali", ""),
        ("œuvre", "fr"),
        ("قتل", "ar"),
        ("قُتِل", "ar"),
        ("قتل*", "ar"),
        ("ثلاثة", "ar"),
        ("ثلاثه", "ar"),
        ("اسفل", "ar"),
        ("أسفل", "ar"),
        ("اتار", "ar"),
        ("الإرهابيون", "ar"),
        ("الارهـابيون", "ar"),
        ("الفتي", "ar"),
        ("مسلحين", "ar"),
        ("الارهاب*", "ar"),
        ("ارهابيون", "ar"),
        ("بالإرهابيين", ""),
        ("አማራ", "am"),
        ("የአማራ", "am"),
        ("በአማራ", "am"),
        ("ዐማራ", "am"),
        ("ኣማራ", "am"),
        ("ታጣቂ", "am"),
        ("ማራ", ""),
        ("ታጣቂ*", "am"),
        ("አስታወቀ", "am"),
        ("povoacao tres", "pt"),
        ("Ceel-Buur", "so"),
        ("ceel buur", "so"),
        ("ceel*", "so"),
        ("CIIDANKA Degmada", "so"),
        ("ƙauyen", "ha"),
        ("ƴan", "ha"),
        ("yan bindiga", "ha"),
        ("'yan bindiga", "ha"),
        ("kauyen", "ha"),
        ("dan sadau", "ha"),
        ("KAUYEN ƊAN", "ha"),
        ("el-fasher", "en"),
        ("U.N.", "en"),
        ("staff_only", "en"),
        ("near staff", "en"),
        ("near gone", ""),
    ],
)
def test_words_are_found_as_people_type_them(full: Catalogue, query: str, found: str) -> None:
    assert ids(full, query) == [found] * bool(found)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Armée", "armee"),
        ("ŒUVRE", "œuvre"),
        ("Straße", "strasse"),
        ("قُتِلَ", "قتل"),
        ("أإآٱ", "اااا"),
        ("مدينة", "مدينه"),
        ("الفتى", "الفتي"),
        ("الإرهــاب", "الارهاب"),
        ("ﻻ", "لا"),
        ("ሠራዊት", "ሰራዊት"),
        ("Ɗan ƙasa ƴan ɓera", "dan kasa yan bera"),
        ("٢٠٢٦ یک", "2026 يك"),
        ("½ ２", "1⁄2 2"),
        ("x\ud800", "x\ud800"),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(folded) == folded


WEIRD = [
    '"', '""', "'", "*", "**", "a*b", "*a", "(", ")", "a AND", "AND", "OR", "NOT a", "NEAR(a b)",
    "title:a", "text : a", "-a", "+a", "^a", "a^", "{a b} : c", "a OR b", "\x00", "a\x00b", "_",
    "_ drones", "%", "\\", ";", "--", "drop table article;", "\ud800", "é\udcff", "॥", "²", "١٢",
    "\u200f", "a" * 5000, " ".join("a" * 300), "👩‍👩‍👧", "،", "…", "\n\t", "#1", "a,b;c",
]  # fmt: skip


@pytest.mark.parametrize("query", WEIRD, ids=range(len(WEIRD)))
def test_no_query_is_an_error(full: Catalogue, query: str) -> None:
    assert set(ids(full, query)) <= TEXTS.keys()


@given(st.text(max_size=40))
def test_no_query_at_all_is_an_error(tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    catalogue = Catalogue(tmp_path_factory.getbasetemp() / "any.sqlite")
    catalogue.add([article(1, text=TEXTS["en"])], "a.jsonl", 1)
    assert len(ids(catalogue, query)) <= 1
    catalogue.close()


LETTERS = "".join(
    chr(code)
    for first, last in [
        (0x30, 0x39),
        (0x61, 0x7A),
        (0xC0, 0xD6),
        (0x180, 0x24F),  # of Hausa, Ewe, Bambara
        (0x621, 0x63A),
        (0x7CA, 0x7EA),  # N'Ko
        (0x1200, 0x1248),
        (0x2D30, 0x2D67),  # Tifinagh
        (0x1E900, 0x1E943),  # Adlam
    ]
    for code in range(first, last + 1)
)


@given(words=st.lists(st.text(LETTERS, min_size=1), min_size=1))
def test_an_article_is_found_by_each_of_its_words(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    catalogue = Catalogue(tmp_path_factory.mktemp("words") / "c.sqlite")
    catalogue.add([article(1, text=" ".join(words))], "a.jsonl", 1)
    lost = [word for word in words if ids(catalogue, word) != ["1"]]
    catalogue.close()
    assert not lost


def test_operators_are_only_words(full: Catalogue) -> None:
    full.add([article("x", text="this or that and not near")], "a.jsonl", 2)
    assert ids(full, "this OR that") == ["x"]
    assert ids(full, "drones OR that") == []
    assert ids(full, "NOT near AND") == ["x"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("جيش", ["1", "2"]),
        ("الجيش", ["1", "2"]),
        ("والجيش", ["1", "2"]),
        ("قتل", ["1"]),
        ('"قتل الجيش"', ["1"]),
        ('"الجيش قتل"', []),
        ('"lac tchad"', ["3"]),
        ('"tchad lac"', []),
        ('"lac tch"*', ["3"]),
        ("“lac tchad” peche", ["3"]),
        ('"lac', ["3"]),
        ("جي", []),
    ],
)
def test_phrases_and_the_arabic_article(catalogue: Catalogue, query: str, found: list[str]) -> None:
    """Words in quotes follow one another; the article and what is written as one with it do not matter."""
    texts = {"1": "قُتل الجيشُ في نيالا", "2": "للجيش كلمة", "3": "La pêche au lac Tchad"}
    catalogue.add([article(i, text=text) for i, text in texts.items()], "a.jsonl", 3)
    assert sorted(ids(catalogue, query)) == found


def test_title_and_lead_are_searched_too(catalogue: Catalogue) -> None:
    catalogue.add([article(1, title="Djibo assiégée", lead="Un chapô", text="Rien")], "a", 1)
    assert ids(catalogue, "assiegee") == ids(catalogue, "chapo") == ids(catalogue, "djibo rien")
    assert ids(catalogue, "djibo rien") == ["1"]


MOMENTS = [  # oldest first
    ("month", "2026-03"),
    ("day", "2026-03-14"),
    ("morning in Lagos", "2026-03-14T08:00:00+01:00"),
    ("noon in Nairobi", "2026-03-14T12:00:00+03:00"),
    ("half past nine", "2026-03-14T09:30Z"),
    ("a moment later", "2026-03-14T09:30:00.5Z"),
    ("afternoon in Dakar", "2026-03-14T11:00:00Z"),
    ("midnight in Kabul", "2026-03-15T00:30:00+04:30"),
    ("next day", "2026-03-15"),
]


def test_newest_first_whatever_the_offset(catalogue: Catalogue) -> None:
    made = [article(name, published_at=at) for name, at in MOMENTS]
    catalogue.add(sorted(made, key=lambda a: a.id), "a.jsonl", 1)
    catalogue.add([article("fetched", fetched_at="2026-03-14T10:00:00Z")], "b.jsonl", 1)
    names = [name for name, _ in MOMENTS]
    names.insert(names.index("afternoon in Dakar"), "fetched")
    assert ids(catalogue, "") == names[::-1]
    assert ids(catalogue, "alinéa") == names[::-1]


def test_sites_and_languages(catalogue: Catalogue) -> None:
    made = [
        article(n, site="a" if n % 2 else "b", language="fr" if n % 3 else None) for n in range(12)
    ]
    catalogue.add(made, "a.jsonl", 1)
    assert set(ids(catalogue, "alinea", sites=("a",))) == {"1", "3", "5", "7", "9", "11"}
    assert set(ids(catalogue, "", sites=("a",), languages=("fr",))) == {"1", "5", "7", "11"}
    assert ids(catalogue, "", sites=("' OR 1=1 --",)) == []


def test_addresses_and_ids(catalogue: Catalogue) -> None:
    catalogue.add([article(1, canonical_url="http://kibaru.example/vrai")], "a.jsonl", 10)
    assert catalogue.has_url("http://kibaru.example/1")
    assert catalogue.has_url("http://kibaru.example/vrai")
    assert not catalogue.has_url("http://kibaru.example/2")
    assert catalogue.known(["1", "2"]) == {"1"}
    assert (catalogue.size_of("a.jsonl"), catalogue.size_of("b.jsonl")) == (10, 0)
    assert catalogue.count() == 1


def test_an_id_keeps_what_it_has(catalogue: Catalogue) -> None:
    catalogue.add([article(1, text="ancien")], "a.jsonl", 1)
    catalogue.add([article(1, text="nouveau"), article(2)], "a.jsonl", 2)
    assert ids(catalogue, "nouveau") == []
    assert ids(catalogue, "ancien") == ["1"]
    assert catalogue.count() == 2


def test_all_or_none(catalogue: Catalogue) -> None:
    bad = article(2, fetched_at="T not a date")
    with pytest.raises(ValueError, match="Invalid isoformat"):
        catalogue.add([article(1), bad], "a.jsonl", 9)
    assert (catalogue.count(), catalogue.size_of("a.jsonl")) == (0, 0)
    catalogue.add([article(1)], "a.jsonl", 9)
    assert catalogue.count() == 1


def test_the_words_of_an_older_catalogue_are_folded_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    older = Catalogue(path)
    older.add([article("ha", text=TEXTS["ha"], title="Ƙauye")], "a.jsonl", 1)
    older.close()
    db = sqlite3.connect(path)
    db.executescript(
        "INSERT INTO article_text(article_text) VALUES('delete-all');"
        "INSERT INTO article_text(rowid, title, text) VALUES(1, 'ƙauye', 'ƴan bindiga');"
        "PRAGMA user_version=2"
    )
    db.close()
    newer = Catalogue(path)
    assert ids(newer, "yan bindiga") == ids(newer, "kauye") == ids(newer, "ƙauyen") == ["ha"]
    newer.close()
    again = Catalogue(path)
    assert ids(again, "kauye") == ["ha"]
    again.close()


def test_a_catalogue_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    Catalogue(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(ArchiveError, match=rf"{path} is of a newer version \(99\)"):
        Catalogue(path)


def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(b"not a database " * 500)
    with pytest.raises(ArchiveError, match=str(path)):
        Catalogue(path)
