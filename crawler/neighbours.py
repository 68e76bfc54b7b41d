"""Two languages with most words in common are told apart by their small words, and by how words begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

STEPS = 100  # of a weight in one nat
# Verbs of headlines that are no nouns: after one person's name English ends them in -s, Nigerian Pidgin does not.
_SPELT = """
    accuse admit agree allege announce apologise appear appoint approve arrest arrive ask assure attend avoid beat
    become beg begin blast break
    bring build bury buy carry catch celebrate choose claim clinch collapse collect come commit compare complain condemn
    confess confirm continue convict criticise cry dare deceive decide declare defeat defend deliver demand deny
    deploy describe deserve destroy detain die disappear discover discuss dismiss disown donate earn eat elect emerge
    endorse enjoy enter escape expect explain expose express fear find flaunt forgive free gather get give go grab
    grant grow hail happen hear help hire ignore inaugurate insist introduce invent invite issue jail join keep kidnap
    kill know lament laud learn leave lose make marry meet mourn must need obtain offer overcome owe pardon pay perform
    pledge poison postpone pray prefer prepare prevent prosecute prove publish punish quit raise react read reappear
    rebuild receive reconcile recover reject rejoice relocate remain remember remove reopen reach repair repay repeat
    replace reply rescue resign respond resume retire reveal say secure see seek seize sell send sentence settle
    share shed shun shut sign slap slam sleep solve speak steal submit succeed sue suffer suspect suspend swear take
    teach tell testify thank think threaten throw undergo unveil urge want warn wed welcome win withdraw write
"""
_VERBS = frozenset(_SPELT.split())


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A logistic regression between two languages: what each trait of a text says for the second, in steps."""

    first: str
    second: str
    bias: int
    weights: Mapping[str, int]

    def for_second(self, spoken: Sequence[str]) -> float:
        """Nats that the words say for the second language, against the first."""
        found = map(self.weights.get, traits(spoken))
        return (self.bias + sum(weight for weight in found if weight)) / STEPS


def traits(spoken: Sequence[str]) -> set[str]:
    """The words in small letters, their first three letters, last two and last three; names within a text say nothing.

    A verb behind a name is one in ``^`` or, with its ending, in ``^s``.
    """
    small = {word.lower() for at, word in enumerate(spoken) if not (at and word[0].isupper())}
    found = {trait for word in small for trait in _of(word)}
    found.update(filter(None, map(_verb_behind, spoken, spoken[1:])))
    return found


def _of(word: str) -> Iterable[str]:
    spaced = f" {word} "
    return f"={word}", spaced[:4], spaced[-4:], spaced[-3:]


def _verb_behind(name: str, word: str) -> str:
    """How a verb behind one person's name ends, if it is one; several may be named by a word in -s."""
    if not name[0].isupper() or name[-1] == "s":
        return ""
    if word in _VERBS:
        return "^"
    stems = (word[:-1], word[:-2], f"{word[:-3]}y") if word[-1] == "s" else ()
    return "^s" if any(stem in _VERBS for stem in stems) else ""
