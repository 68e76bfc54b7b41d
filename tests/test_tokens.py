from __future__ import annotations

from crawler.tokens import Token, Words, tokens


def test_words_are_tokens_where_they_stand() -> None:
    words = Words("Le Président, à Gao")
    assert words.written == ["Le", "Président", "à", "Gao"]
    assert words[1] == Token(3, 12, "Président", "president")
    assert words[-2:] == (Token(14, 15, "à", "a"), Token(16, 19, "Gao", "gao"))
    assert tuple(words) == tokens("Le Président, à Gao")
    assert len(Words("")) == 0


def test_marks_and_unseen_characters_stay_in_their_words_and_make_none() -> None:
    assert [word.form for word in Words("Ga\u00ado, Me\u0301naka ـ قُتِل")] == [
        "gao",
        "menaka",
        "قتل",
    ]
