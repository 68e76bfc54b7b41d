from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.words import any_of


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
