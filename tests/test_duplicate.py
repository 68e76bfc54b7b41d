"""Sketches: small, stable, the same for the same words, and a true measure of what two texts share."""

from __future__ import annotations

import base64
import random
import struct
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.likeness import Compared, Overlap, overlap, relation
from archive.shingles import shingles, words
from archive.sketch import LEAST, MOST, Sketch
from crawler.duplicate import sketch_of

PROSE = (
    "L'armée malienne a repris lundi la ville de Ménaka, où l'état-major craignait une embuscade. "
    "Trois soldats ont été tués et douze blessés, selon un bilan provisoire de 15 victimes."
)
KNOWN = "AACzkV+870ye1HH5aefnzNkJHrxQ+dHN"
WORDS = [a + b for a in ("ba", "ko", "sé", "ni", "tu") for b in ("ran", "lut", "més", "dik", "fo")]


def prose(seed: int, length: int) -> str:
    """So many words, other ones for each seed."""
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) + dice.choice(WORDS) for _ in range(length))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("L’armée, l'ARMÉE", ["l", "armee", "l", "armee"]),
        ("El-Fasher — El Fasher", ["el", "fasher", "el", "fasher"]),
        ("1 200, 1,200 1.200 1\u202f200 1'200 1200", ["1200"] * 6),
        ("12.5 et 3,14", ["12", "5", "et", "3", "14"]),
        ("2026-03-14", ["2026", "03", "14"]),
        ("قُتِلَ ثَلاثَةُ أشخاص", ["قتل", "ثلاثه", "اشخاص"]),
        ("١٢ ۳", ["12", "3"]),
        ("ʼYan bindiga sun kai hari", ["yan", "bindiga", "sun", "kai", "hari"]),
        ("በአማራ ክልል፡ሦስት።", ["በአማራ", "ክልል", "ሦስት"]),
        ("coo\xadpe\u200bra", ["coopera"]),
        ("马里 Mali", ["马", "里", "mali"]),
        ("ﬁn", ["fin"]),
        ("… — !", []),
    ],
)
def test_words_are_compared_without_their_typography(written: str, compared: list[str]) -> None:
    assert words(written) == compared
    assert words(unicodedata.normalize("NFD", written)) == compared


@pytest.mark.parametrize(
    ("all_words", "made"),
    [
        ("a b c d e", ["a b c d", "b c d e"]),
        ("a b c d", ["a b c d"]),
        ("a b", ["a b"]),
        ("", []),
    ],
)
def test_shingles_are_four_words(all_words: str, made: list[str]) -> None:
    assert shingles(all_words.split()) == [one.encode() for one in made]


def test_a_sketch_is_what_it_always_was() -> None:
    """Archives hold them: another hash would part them from all that comes after."""
    assert sketch_of("Trois soldats ont été tués.") == KNOWN
    assert sketch_of("trois SOLDATS ont\n\nete tues") == KNOWN
    assert sketch_of("…") is None


@given(st.text())
def test_any_text_has_a_sketch_that_comes_back(text: str) -> None:
    sketch = Sketch.of(text)
    if sketch is None:
        assert not words(text)
        return
    assert Sketch.from_text(sketch.to_text()) == sketch
    assert sketch_of(text) == sketch.to_text()
    numbers = struct.unpack(f">{1 + len(sketch.hashes)}Q", base64.b64decode(sketch.to_text()))
    assert list(numbers) == sorted(set(numbers))
    assert numbers[0] < 1 << 48 <= sketch.hashes[0]


@pytest.mark.parametrize("written", ["", "x", "AAAA", "Zm9v" * 3, "!!!!"])
def test_what_is_no_sketch_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no sketch"):
        Sketch.from_text(written)


def test_only_numbers_differ_in_the_digest_alone() -> None:
    one, other = (Sketch.of(PROSE.replace("15", number)) for number in ("15", "16"))
    assert one
    assert other
    assert one.hashes == other.hashes
    assert one.digest != other.digest


@pytest.mark.parametrize("length", [3, 4, 40, 67, 68, 400, 2000, 9000, 60_000])
def test_sketches_are_bounded(length: int) -> None:
    sketch = Sketch.of(prose(1, length))
    assert sketch
    distinct = len(set(shingles(prose(1, length).split())))
    assert min(LEAST, distinct) <= len(sketch.hashes) <= MOST
    assert len(sketch.hashes) == pytest.approx(
        min(max(distinct / 8, min(LEAST, distinct)), MOST), rel=0.25
    )


@pytest.mark.parametrize(
    ("length", "part"),
    [(100, 0.25), (300, 0.25), (300, 0.5), (1000, 0.25), (5000, 0.1), (20_000, 0.25)],
)
def test_the_part_that_lies_in_a_longer_text_is_told(length: int, part: float) -> None:
    whole = prose(2, length)
    first = " ".join(whole.split()[: round(length * part)])
    one, other = Sketch.of(whole), Sketch.of(first)
    assert one
    assert other
    both, share, other_share = one.shared_with(other)
    assert both >= 5
    assert other_share > 0.95
    assert share == pytest.approx(part, abs=0.15)
    assert set(one.indexed) & set(other.indexed)
    nothing = Sketch.of(prose(3, length))
    assert nothing
    assert nothing.shared_with(other)[0] == 0


def told(one: str, other: str) -> Overlap | None:
    return overlap(Compared(one), Compared(other))


WHOLE, ELSE = prose(10, 200), prose(11, 200)
FIRST = " ".join(WHOLE.split()[:100])


@pytest.mark.parametrize(
    ("other", "days", "kind"),
    [
        (WHOLE.upper(), 1, "same"),
        (f"(AFP) {WHOLE}", 1, "near"),
        (f"{WHOLE} {' '.join(ELSE.split()[:80])}", 2, "near"),
        (FIRST, 1, "contains"),
        (f"{WHOLE} {ELSE} {ELSE[::-1]}", 1, "contained"),
        (f"{FIRST} {' '.join(ELSE.split()[:110])}", 1, "shares"),
        (f"{' '.join(WHOLE.split()[:60])} {ELSE}", 1, "shares"),
    ],
)
def test_relations(other: str, days: int, kind: str) -> None:
    found = told(WHOLE, other)
    assert found
    assert relation(found, ("2026-03-01", f"2026-03-0{days}")) == kind
    turned = told(other, WHOLE)
    assert turned == found.turned


@pytest.mark.parametrize(
    ("first", "second", "day", "kind"),
    [
        ("15 morts", "17 morts", "2026-03-02", "update"),
        ("15 morts", "17 morts", "2026-03-01", "near"),
        ("1 500 morts", "1,500 morts", "2026-03-02", "same"),
        ("quinze morts", "seize morts", "2026-03-02", "near"),
    ],
)
def test_an_update_has_other_numbers_and_another_day(
    first: str, second: str, day: str, kind: str
) -> None:
    found = told(f"{FIRST} bilan {first} {WHOLE}", f"{FIRST} bilan {second} {WHOLE}")
    assert found
    assert relation(found, ("2026-03-01", day)) == kind


def test_a_number_that_only_one_has_is_no_update() -> None:
    both = f"le 3 mars {FIRST}"
    found = told(f"{both} le 3 mars puis le 4 mars {FIRST}", f"{both} {FIRST}")
    assert found
    assert not found.numbers


def test_set_phrases_are_no_relation() -> None:
    phrase = "selon un communiqué de l'état-major de l'armée"
    assert told(f"{WHOLE} {phrase}", f"{ELSE} {phrase}") is None
    assert told(WHOLE, ELSE) is None
