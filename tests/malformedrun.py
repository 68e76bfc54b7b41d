"""A process that reads malformed pages, each in a fork of its own: a name a line in, what it cost a line out."""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from time import process_time
from typing import Any

from malformedpages import BOUNDED, TRAPS, WITH_ARTICLE, trap

from archive.article import Article
from archive.reader import Record
from crawler.reading import read

PATIENCE = 20  # seconds of processor time; then the kernel ends it


def made(name: str) -> Record:
    """The record of a case; a number is a group of traps."""
    if name.isdigit():
        return trap(*list(TRAPS.values())[int(name) :: 8])
    return {**WITH_ARTICLE, **BOUNDED}[name]()


def cost(name: str) -> dict[str, Any]:
    """What a page comes to, with seconds of processor time and megabytes at the highest."""
    record = made(name)
    began = process_time()
    try:
        found = outcome(record)
    except Exception:  # noqa: BLE001  none may be raised: this is what is asked
        found = {"kind": "raised", "said": traceback.format_exc()[-2000:]}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**found, "seconds": process_time() - began, "megabytes": peak}


def outcome(record: Record) -> dict[str, Any]:
    """An article's text and warnings, or the reason why there is none."""
    result = read(record, None).result
    if isinstance(result, Article):
        result.to_json().encode()
        return {"kind": "article", "said": result.text[:5000], "warnings": result.warnings}
    return {"kind": result.kind, "said": result.reason, "warnings": ()}


def forked(name: str) -> dict[str, Any]:
    """``cost`` in a child that takes its memory with it."""
    there, here = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        with os.fdopen(here, "w") as out:
            out.write(json.dumps(cost(name)))
        os._exit(0)
    os.close(here)
    with os.fdopen(there) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if said else {"kind": "died", "said": f"status {status}"}


if __name__ == "__main__":
    outcome(WITH_ARTICLE["no type"]())  # what is loaded once is not the pages' cost
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(line.rstrip("\n"))) + "\n")
        sys.stdout.flush()
