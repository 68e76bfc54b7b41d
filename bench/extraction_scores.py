"""How near an extractor's answers come to the truth: shared shingles, leftovers, title, authors, date."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from bench.extraction_pages import Truth

SHINGLE = 4  # tokens, as scrapinghub/article-extraction-benchmark has it
NOTHING = 0.10  # F1 below which an extractor has not found the article
SHORT = 25  # characters; shorter leftovers could be words of the text

_TOKEN = re.compile(r"\w+")
_BETWEEN = re.compile(r";|,| and | und | et | & | y |/|\|")
_BY = re.compile(r"^(by|par|von|por)\s+", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an extractor found on a page, and the seconds of processor time that it took."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one answer compares; None where the truth says nothing."""

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    exact: bool | None = None
    inside: int = 0
    missed: int = 0
    leftovers: int | None = None
    title: bool | None = None
    authors: float | None = None
    date: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Means over pages; ``f1`` is that of the mean precision and recall, ``macro_f1`` the mean of the pages' own.

    ``snippets`` is the F1 of known snippets found and known leftovers kept away, over all pages;
    ``leaking`` the share of pages, of those that list any, with a known leftover in the text.
    """

    pages: int
    precision: float | None
    recall: float | None
    f1: float | None
    macro_f1: float | None
    exact: float | None
    nothing: int
    snippets: float | None
    leaking: float | None
    title: float | None
    authors: float | None
    date: float | None
    seconds: float


def score(truth: Truth, answer: Answer) -> Score:
    """One answer beside the truth; of several right texts the one counts that it is nearest to."""
    text = _best(truth.texts, answer.text) if truth.texts else Score()
    found, missed, left = _snippets(truth, answer.text)
    known_day = day(truth.date)
    return Score(
        precision=text.precision,
        recall=text.recall,
        f1=text.f1,
        exact=text.exact,
        inside=found,
        missed=missed,
        leftovers=left,
        title=_plain(answer.title) == _plain(truth.title) if truth.title else None,
        authors=_author_score(truth.authors, answer.authors) if truth.authors else None,
        date=day(answer.date) == known_day if known_day else None,
    )


def _best(texts: Sequence[str], said: str) -> Score:
    scores = [_text_score(text, said) for text in texts]
    return max(scores, key=lambda one: one.f1 or 0.0)


def _text_score(true: str, said: str) -> Score:
    wanted, found = shingles(true), shingles(said)
    both = (wanted & found).total()
    extra, lacking = found.total() - both, wanted.total() - both
    precision = _share(both, extra, lacking) if found else None
    recall = _share(both, lacking, extra) if wanted else None
    return Score(
        precision=precision,
        recall=recall,
        f1=_harmonic(precision or 0.0, recall or 0.0),
        exact=_squeezed(true) == _squeezed(said),
    )


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of tokens with how often they occur; a text of fewer tokens is one run."""
    tokens = _TOKEN.findall(text)
    runs = (tuple(tokens[at : at + SHINGLE]) for at in range(max(1, len(tokens) - SHINGLE + 1)))
    return Counter(run for run in runs if run)


def _share(both: int, wrong: int, other: int) -> float:
    if wrong == other == 0:
        return 1.0
    return both / (both + wrong) if both else 0.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one and other else 0.0


def _snippets(truth: Truth, said: str) -> tuple[int, int, int | None]:
    """How many of the text's snippets are there, how many are missing, how many leftovers; None: none known."""
    if not truth.inside and not truth.leftovers:
        return 0, 0, None
    text, true = _squeezed(said), _squeezed(truth.texts[0]) if truth.texts else ""
    found = sum(_squeezed(snippet) in text for snippet in truth.inside)
    leftovers = [k for k in map(_squeezed, truth.leftovers) if k and (not true or k not in true)]
    rest = _without_paragraphs(truth, text) if truth.is_strict else ""
    left = sum(
        _stands_in(rest, k) if truth.is_strict and len(k) < SHORT else k in text for k in leftovers
    )
    return found, len(truth.inside) - found, left


def _without_paragraphs(truth: Truth, text: str) -> str:
    for paragraph in dict.fromkeys(
        p for true in truth.texts for p in true.split("\n") if p.strip()
    ):
        text = text.replace(_squeezed(paragraph), " ¶ ")
    return text


def _stands_in(rest: str, label: str) -> bool:
    end = r"(?!\w)" if label[-1].isalnum() else ""
    return re.search(rf"(?<!\w){re.escape(label)}{end}", rest) is not None


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str | None) -> str:
    """As titles are compared: no case, one kind of quotes and dashes, no punctuation."""
    said = unicodedata.normalize("NFKC", text or "").lower()
    return _squeezed(re.sub(r"[^\w ]+", " ", re.sub("[‘’ʼ`´]", "'", said)))


def _author_score(true: Iterable[str], said: Iterable[str]) -> float:
    """F1 of the names."""
    wanted, found = _names(true), _names(said)
    return 2 * len(wanted & found) / (len(wanted) + len(found)) if wanted or found else 0.0


def _names(said: Iterable[str]) -> set[str]:
    parts = (part for name in said for part in _BETWEEN.split(name))
    return {name for part in parts if (name := _plain(_BY.sub("", _squeezed(part))))}


def day(said: str | None) -> str | None:
    """The day in a date, as it is written there."""
    match = _DAY.search(said or "")
    return match[0] if match else None


def summary(scores: Sequence[Score], answers: Sequence[Answer]) -> Summary:
    """What all pages of a set came to; of what an extractor never tells, it is not said that it is wrong."""
    precision = _mean(one.precision for one in scores)
    recall = _mean(one.recall for one in scores)
    return Summary(
        pages=len(scores),
        precision=precision,
        recall=recall,
        f1=_harmonic(precision or 0.0, recall or 0.0) if recall is not None else None,
        macro_f1=_mean(one.f1 for one in scores),
        exact=_mean(one.exact for one in scores),
        nothing=sum(one.f1 is not None and one.f1 < NOTHING for one in scores),
        snippets=_snippet_f1(scores),
        leaking=_mean(one.leftovers > 0 for one in scores if one.leftovers is not None),
        title=_mean(one.title for one in scores) if any(a.title for a in answers) else None,
        authors=_mean(one.authors for one in scores) if any(a.authors for a in answers) else None,
        date=_mean(one.date for one in scores) if any(a.date for a in answers) else None,
        seconds=sum(answer.seconds for answer in answers),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return mean(known) if known else None


def _snippet_f1(scores: Sequence[Score]) -> float | None:
    asked = [one for one in scores if one.leftovers is not None]
    found = sum(one.inside for one in asked)
    missed, left = sum(one.missed for one in asked), sum(one.leftovers or 0 for one in asked)
    if not found + missed:
        return None
    return _harmonic(found / (found + left) if found else 0.0, found / (found + missed))
