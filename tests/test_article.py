"""Article: its JSON, the published schema, and that both tell the same."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from importlib.resources import files
from typing import Any

import pytest
from articlepage import named, record, story
from jsonschema import Draft202012Validator

from archive.article import Article, Image, Provenance
from crawler.extract import article_from
from crawler.rules import Rules

SCHEMA: dict[str, Any] = json.loads(
    files("archive").joinpath("article.schema.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def article() -> Article:
    found = article_from(
        record(named(*story())), Rules(site="sahel", languages=("fr",), timezone="Africa/Bamako")
    )
    assert isinstance(found, Article)
    return found


def errors(fields_: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(fields_)]


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_schema_names_every_field_in_order() -> None:
    names = [field.name for field in fields(Article)]
    assert list(SCHEMA["properties"]) == [
        "schema_version",
        *[n for n in names if n != "schema_version"],
    ]
    assert SCHEMA["required"] == list(SCHEMA["properties"])
    assert SCHEMA["$defs"]["image"]["required"] == [field.name for field in fields(Image)]
    assert SCHEMA["$defs"]["provenance"]["required"] == [field.name for field in fields(Provenance)]


def test_article_fits_the_schema(article: Article) -> None:
    assert errors(json.loads(article.to_json())) == []


def test_unknowns_fit_the_schema(article: Article) -> None:
    bare = replace(
        article,
        site=None,
        lead=None,
        authors=(),
        published_at=None,
        published_precision=None,
        published_source=None,
        modified_at=None,
        section=None,
        tags=(),
        images=(),
        language=None,
        language_confidence=None,
        language_source=None,
    )
    assert errors(json.loads(bare.to_json())) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"published_at": "yesterday"},
        {"published_at": "2024-08-01T10:00:00"},
        {"published_at": None},
        {"language": "French"},
        {"word_count": -1},
        {"access": "maybe"},
        {"id": None},
        {"images": [{"url": "/relative.jpg", "caption": None, "credit": None}]},
    ],
)
def test_schema_refuses(article: Article, wrong: dict[str, Any]) -> None:
    assert errors({**json.loads(article.to_json()), **wrong})


def test_json_and_back(article: Article) -> None:
    line = article.to_json()
    assert "\n" not in line
    assert Article.from_json(line) == article
    assert Article.from_json(line).to_json() == line


def test_fields_of_a_newer_version_are_left_aside(article: Article) -> None:
    line = json.dumps({**json.loads(article.to_json()), "cluster": "x"})
    assert Article.from_json(line) == article
