"""All cases, from the modules that hold them by kind."""

from __future__ import annotations

from . import cases_codings, cases_endings, cases_framing, cases_heads, cases_journeys
from .script import Case

CASES: tuple[Case, ...] = (
    *cases_endings.CASES,  # first: some of them take their time
    *cases_framing.CASES,
    *cases_heads.CASES,
    *cases_codings.CASES,
    *cases_journeys.CASES,
)
