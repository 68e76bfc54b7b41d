"""What geotext and flashgeotext find in texts: run by the interpreter of their environment, not by ours.

Reads a JSON string a line from the standard input; writes a JSON list of countries (codes or English
names), most mentioned first, a line for each.  Its argument is the peer's name.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable


def main() -> None:
    """Answer every line."""
    find = {"geotext": _geotext, "flashgeotext": _flashgeotext}[sys.argv[1]]()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(find(json.loads(line))) + "\n")


def _geotext() -> Callable[[str], list[str]]:
    from geotext import GeoText  # type: ignore[import-not-found, unused-ignore]

    return lambda text: list(GeoText(text).country_mentions)


def _flashgeotext() -> Callable[[str], list[str]]:
    from flashgeotext.geotext import (  # type: ignore[import-not-found, unused-ignore]
        GeoText,
    )

    finder = GeoText()

    def found(text: str) -> list[str]:
        countries = finder.extract(input_text=text)["countries"]
        return sorted(countries, key=lambda name: -countries[name]["count"])

    return found


if __name__ == "__main__":
    main()
