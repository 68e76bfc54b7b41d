"""Articles of our own making, for the tests of what keeps them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.article import Article, Image, Provenance

_ARTICLE = Article(
    id="0",
    url="http://kibaru.example/0",
    canonical_url="http://kibaru.example/0",
    site="kibaru",
    title="Une patrouille attaquée près de Ménaka",
    lead=None,
    text="Premier alinéa.\n\nSecond alinéa.",
    authors=("A. Maïga",),
    published_at=None,
    published_precision=None,
    published_source=None,
    modified_at=None,
    fetched_at="2026-03-14T09:26:53Z",
    section=None,
    tags=("Mali", "sécurité"),
    images=(Image(url="http://kibaru.example/a.jpg", caption="Une patrouille"),),
    language="fr",
    language_confidence=0.99,
    language_source="text",
    access="free",
    word_count=4,
    warnings=(),
    provenance=Provenance(
        warc_file="a.warc.gz",
        warc_offset=276,
        record_id="<urn:uuid:0>",
        payload_digest="sha1:X",
        extractor="test",
    ),
)


def article(id_: int | str = 0, **changes: Any) -> Article:
    """A short article with that id, at an address made of it."""
    url = f"http://kibaru.example/{id_}"
    return replace(_ARTICLE, **{"id": str(id_), "url": url, "canonical_url": url, **changes})
