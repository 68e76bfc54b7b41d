"""Pages made to break an extractor: within 10 seconds and 500 MB, told honestly, never an exception."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from articlepage import story
from malformedpages import BOUNDED, WITH_ARTICLE

SECONDS, MEGABYTES = 10, 500
TESTS = Path(__file__).parent

Ask = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Gives the name of a case to the process that reads it."""
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    command = [sys.executable, "-m", "malformedrun"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:

        @cache
        def answer(name: str) -> dict[str, Any]:
            assert process.stdin
            assert process.stdout
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        yield answer


def bounded(found: dict[str, Any]) -> None:
    assert found["kind"] not in ("raised", "died"), found["said"]
    assert found["seconds"] < SECONDS
    assert found["megabytes"] < MEGABYTES


@pytest.mark.parametrize("name", WITH_ARTICLE)
def test_the_article_is_found_whatever_stands_around_it(name: str, ask: Ask) -> None:
    found = ask(name)
    bounded(found)
    assert found["kind"] == "article", found["said"]
    assert found["said"] == "\n\n".join(story()[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", BOUNDED)
def test_it_ends(name: str, ask: Ask) -> None:
    found = ask(name)
    bounded(found)
    assert found["said"]


@pytest.mark.slow
@pytest.mark.parametrize("group", range(8))
def test_no_pattern_takes_for_ever(group: int, ask: Ask) -> None:
    found = ask(str(group))
    bounded(found)
    assert found["kind"] == "article"


WARNED = {
    "a length that is too long": "the page is cut off",
    "halves of surrogate pairs": "3 bytes that are no UTF-8",
    "a page of 20 MB": "only the first 4000000 characters were looked at",
    "100,000 siblings": "only the first 30000 elements were looked at",
    "100,000 divs, one in the other": "nested too deep to be read whole",
    "gzip that is none": "called gzip, but is not",
}


@pytest.mark.parametrize("name", WARNED)
def test_what_was_left_out_is_told(name: str, ask: Ask) -> None:
    assert WARNED[name] in ask(name)["warnings"]


NONE = {
    "nothing": "an empty body",
    "blanks": "an empty body",
    "a PDF called HTML": "a binary file",
    "a picture called HTML": "a binary file",
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_page_says_why(name: str, ask: Ask) -> None:
    assert ask(name)["said"] == NONE[name]
