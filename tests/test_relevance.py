"""Security relevance: what is ranked above what, and the words that say so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import Relevance
from bench.places import items, ranking, relevances
from crawler.actors import actors_of
from crawler.places import places_of
from crawler.relevance import relevance_of


def relevance(
    title: str, lead: str | None = None, text: str = "", *, language: str | None = "en"
) -> Relevance:
    """The relevance of an article with the countries and actors that are found in it."""
    return relevance_of(
        title,
        lead,
        text,
        language=language,
        countries=places_of(title, lead, text, language=language, publisher=None),
        actors=actors_of(title, lead, text, language=language),
    )


@pytest.mark.parametrize("half", ["dev", "heldout"])
def test_labelled_headlines(half: str) -> None:
    average, precision = ranking(relevances(items(half)))
    assert average >= 0.95
    assert precision >= 0.90


@pytest.mark.parametrize(
    ("language", "title", "label"),
    [
        ("en", "Troops ambushed in Mali", "ambush"),
        ("fr", "Embuscade meurtrière au Burkina Faso", "ambush"),
        ("ar", "وقف إطلاق النار في السودان", "ceasefire"),
        ("pt", "Golpe de Estado na Guiné-Bissau", "coup"),
        ("es", "Secuestro masivo en Nigeria", "abduction"),
        ("sw", "Waasi washambulia kijiji Ituri", "attack"),
        ("ha", "Juyin mulki a Nijar", "coup"),
        ("am", "በአማራ የድሮን ጥቃት", "air or drone strike"),
        ("so", "Qarax ka dhacay Muqdisho", "explosive"),
        ("om", "Oromiyaatti namoonni butaman", "abduction"),
        ("ti", "ኣብ ትግራይ ግጭት ተኸፊቱ", "armed clash"),
    ],
)
def test_terms_bear_the_name_of_an_event(language: str, title: str, label: str) -> None:
    found = relevance(title, language=language)
    assert found.score > 0.3
    assert label in {term.basis for term in found.terms}
    assert all(title[term.start : term.end] == term.text for term in found.terms)


@pytest.mark.parametrize(
    ("language", "flood", "attack"),
    [
        ("en", "Floods kill 20 in Kenya", "Gunmen kill 20 in Kenya"),
        ("fr", "Vingt morts dans des inondations au Niger", "Vingt morts dans une attaque au Niger"),
        ("sw", "Watu 20 wafariki katika mafuriko Kericho", "Watu 20 wauawa katika shambulio Kericho"),
        ("pt", "Ciclone faz dez mortos em Moçambique", "Ataque faz dez mortos em Moçambique"),
        ("ar", "فيضانات تودي بحياة عشرين في السودان", "مقتل عشرين في هجوم في السودان"),
    ],
)  # fmt: skip
def test_a_flood_kills_and_is_no_attack(language: str, flood: str, attack: str) -> None:
    assert (
        relevance(flood, language=language).score
        < 0.24
        < relevance(attack, language=language).score
    )


@pytest.mark.parametrize(
    "verb", ["wamevamia", "walivamia", "wanavamia", "wavamia", "waliovamia", "kuvamia", "ilivamiwa"]
)
def test_a_swahili_verb_in_its_forms(verb: str) -> None:
    found = relevance(f"Majambazi {verb} kijiji Kenya", language="sw")
    assert "attack" in {term.basis for term in found.terms}


def test_a_war_elsewhere_scores_low() -> None:
    here = relevance("Airstrike kills civilians in Sudan").score
    elsewhere = relevance("Airstrike kills civilians in Kharkiv, Ukraine").score
    assert here > 2 * elsewhere > 0


def test_sport_takes_points_off() -> None:
    attack = relevance("Attack in Mali").score
    sport = relevance("Attack in Mali: coach praises striker before World Cup").score
    assert sport < attack


def test_a_named_armed_group_counts_without_any_other_word() -> None:
    assert (
        relevance("JNIM on the road to Bamako").score
        > relevance("Rain on the road to Bamako").score
    )


def test_the_headline_weighs_more_than_the_end_of_the_text() -> None:
    filler = "The market was open again. " * 50
    above = relevance("Ambush in Mali", None, filler).score
    below = relevance("Market day in Mali", None, filler + "There had been an ambush.").score
    assert above > below > 0


def test_nothing_of_the_kind_scores_nothing() -> None:
    assert relevance("Senegal exports more mangoes") == Relevance(score=0.0, terms=())


def test_an_unknown_language_is_read_with_the_main_lexicons() -> None:
    assert relevance("Attaque au Mali", language=None).score > 0.3
    assert relevance("Attaque au Mali", language="xx").score > 0.3


@given(
    title=st.text(max_size=60),
    lead=st.none() | st.text(max_size=60),
    text=st.text(max_size=200),
    language=st.sampled_from((None, "fr", "ar", "am", "so", "zu", "xx")),
)
@settings(deadline=None, max_examples=150)
def test_any_text_has_a_score(
    title: str, lead: str | None, text: str, language: str | None
) -> None:
    assert 0 <= relevance(title, lead, text, language=language).score <= 1
