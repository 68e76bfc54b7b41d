from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.words import any_of, by_letter


@given(st.lists(st.text("ab.|é", max_size=4), min_size=1), st.text("ab.|é", max_size=6))
def test_the_expression_fits_the_words_and_nothing_else(words: list[str], text: str) -> None:
    either = re.compile(any_of(words))
    assert all(either.fullmatch(word) for word in words)
    assert bool(either.fullmatch(text)) == (text in words)
    assert bool(re.search(rf"{any_of(words)}$", text)) == any(text.endswith(w) for w in words)


def test_the_longer_of_two_words_is_found() -> None:
    assert re.findall(any_of(["sub", "subscribe", "join"]), "join, subscribe, sub") == [
        "join",
        "subscribe",
        "sub",
    ]


def test_expressions_by_their_first_letters_find_what_they_find_in_their_order() -> None:
    written = ["tags?", "ads?", "tag-list", "advert\\w*", "a2a"]
    texts = ["tag-list", "x tags ads", "adverts", "a2a_kit", "b", "ad advert"]
    plain, grouped = re.compile("|".join(written)), re.compile(by_letter(written))
    assert [grouped.findall(text) for text in texts] == [plain.findall(text) for text in texts]
