"""What stands around a name and tells what it is: a place in a sentence, a person, a town elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.gazetteer import Found, Match, Meaning
from crawler.tokens import Token

_NEAR_BORDER = 3  # words
_COMMAS = (", ", " (", "، ")
_COLONS = (":", "፦", "፡")
_LEAST_ALONE = 5  # letters of a little-known town that needs no word before it
_PLACES = frozenset(("place", "town", "subdivision"))


@dataclass(frozen=True, slots=True)
class _Cues:
    """Folded words beside a name that tell what it is.

    A place stands after one of ``before`` or before one of ``after``; Niger is Nigeria's state where
    that state's towns are named; ``given`` are countries whose names people bear, unless an ``office``
    follows.  Beside an ``agent`` word a country's name says whose soldiers they are, not where.
    """

    before: frozenset[str]
    after: frozenset[str]
    border: frozenset[str]
    niger_state: frozenset[str]
    given: frozenset[str]
    office: frozenset[str]
    agent_before: frozenset[str]
    agent_after: frozenset[str]


def is_of_niger_state(form: str) -> bool:
    """Whether a folded name is that of a town in Nigeria's Niger State."""
    return form in _cues().niger_state


def is_given_name(match: Match, found: Found) -> bool:
    """Whether a country's name may rather be a person's, as in "Chad Kelly"; an acronym is no surname."""
    words = found.words[match.field]
    if words[match.last].form not in _cues().given or match.last + 1 >= len(words):
        return False
    after = words[match.last + 1]
    if after.form in _cues().office or after.written[:2].isupper():
        return False
    return _follows_capital(words[match.last], after, found.texts[match.field])


def is_agent(match: Match, found: Found) -> bool:
    """Whether a name says whose soldiers somebody is: "Ciidamada Itoobiya", Ethiopia's soldiers."""
    words = found.words[match.field]
    before = words[match.first - 1].form if match.first else ""
    after = words[match.last + 1].form if match.last + 1 < len(words) else ""
    return before in _cues().agent_before or after in _cues().agent_after


def is_labelled(match: Match, found: Found) -> bool:
    """Whether a field begins with the name and a colon."""
    after = found.texts[match.field][match.end : match.end + 3].lstrip()
    return match.first == 0 and after.startswith(_COLONS)


def is_located(match: Match, found: Found) -> bool:
    """Whether a name stands where a sentence puts a place."""
    words = found.words[match.field]
    before = words[match.first - 1].form if match.first else ""
    after = words[match.last + 1].form if match.last + 1 < len(words) else ""
    return before in _cues().before or after in _cues().after


def stands_alone(match: Match, found: Found) -> bool:
    """Whether a name inside a sentence has no capital beside it, as the names of persons have."""
    words, content = found.words[match.field], found.texts[match.field]
    if match.first == 0 or len(match.text) < _LEAST_ALONE or not match.text[0].isupper():
        return False
    if is_title_case(words) or not content[: match.start].endswith(" "):
        return False
    after = words[match.last + 1] if match.last + 1 < len(words) else None
    return not words[match.first - 1].written[0].isupper() and not (
        after and _follows_capital(words[match.last], after, content)
    )


def is_title_case(words: Sequence[Token]) -> bool:
    """Whether most words of a headline have a capital."""
    long = [word for word in words if len(word.written) > 3]
    return sum(word.written[0].isupper() for word in long) * 3 > len(long) * 2


def is_aside(match: Match, found: Found) -> bool:
    """Whether a name is that of a border's other side."""
    words = found.words[match.field]
    near = words[max(0, match.first - _NEAR_BORDER) : match.last + 2]
    return any(word.form in _cues().border for word in near)


def is_elsewhere(match: Match, meaning: Meaning, found: Found) -> bool:
    """Whether a name is followed by that of a place abroad: "Cairo, Illinois", "Lagos, Portugal".

    After a country's name only a state does that: "Egypt, Texas", not "Egypt, Turkey and Qatar".
    """
    words, content = found.words[match.field], found.texts[match.field]
    if match.last + 1 >= len(words):
        return False
    follows = words[match.last + 1].start
    if content[match.end : follows] not in _COMMAS:
        return False
    is_state = found.abroad.get((match.field, follows))
    return is_state is not None and (is_state or meaning.basis in _PLACES)


def _follows_capital(word: Token, after: Token, content: str) -> bool:
    return content[word.end : after.start] == " " and after.written[0].isupper()


@cache
def _cues() -> _Cues:
    words = defaultdict[str, list[str]](list)
    for line in files("crawler").joinpath("tables", "cues.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, listed = line.split("\t")
            words[kind.replace("-", "_")] += listed.split()
    return _Cues(**{kind: frozenset(listed) for kind, listed in words.items()})
