from __future__ import annotations

from crawler.answers import Answers


def test_answers_are_found_out_once_and_forgotten_when_they_are_many() -> None:
    asked: list[str] = []
    answers = Answers(lambda word: asked.append(word) or len(word), most=2)
    assert [answers[word] for word in ("a", "bb", "a", "ccc", "a")] == [1, 2, 1, 3, 1]
    assert asked == ["a", "bb", "ccc", "a"]


def test_long_texts_are_answered_and_not_kept() -> None:
    answers = Answers(len, most=9)
    assert [answers["x" * 9000], answers["x" * 300]] == [9000, 300]
    assert list(answers) == ["x" * 300]
