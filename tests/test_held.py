"""What a crawl knows to be there already, or to be on its way."""

from __future__ import annotations

from pathlib import Path

from spiders.held import Held, has_all, says_same
from tests.stories import article


def test_who_comes_by_a_second_address_before_the_first_is_durable_brings_nothing_new(
    tmp_path: Path,
) -> None:
    held = Held(tmp_path)
    first = article(1)
    second = article(2, canonical_url=first.canonical_url)
    corrected = article(3, canonical_url=first.canonical_url, text="Autre alinéa.")
    assert held.newest(first) is None
    held.expect(first)
    assert held.newest(second) == first
    assert says_same(first, second)
    assert not says_same(first, corrected)
    held.expect(corrected)
    assert held.newest(second) == corrected
    held.close()


def test_what_a_text_has_of_another() -> None:
    whole = article(1, text="Un alinéa.\n\nCorrection : un autre.\n\nPartager")
    assert has_all(whole, article(2, text="Un alinéa.\n\nCorrection : un autre."))
    assert not has_all(article(2, text="Un alinéa."), whole)


def test_only_what_may_still_be_on_its_way_is_remembered(tmp_path: Path) -> None:
    held = Held(tmp_path)
    for number in range(101):
        held.expect(article(number))
    assert held.newest(article(0)) is None
    assert held.newest(article(1)) == article(1)
    held.close()
