from __future__ import annotations

from crawler.tokens import Answers, Token, Words, tokens


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


def test_answers_are_found_out_once_and_forgotten_when_they_are_many() -> None:
    asked: list[str] = []
    answers = Answers(lambda word: asked.append(word) or len(word), most=2)
    assert [answers[word] for word in ("a", "bb", "a", "ccc", "a")] == [1, 2, 1, 3, 1]
    assert asked == ["a", "bb", "ccc", "a"]
