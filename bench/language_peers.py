"""One detector's answers as JSON, for ``bench.language``; runs in the peers' own environment, without Djeli."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

ARABIC = {"ary": "ar", "arz": "ar", "aeb": "ar"}
# What the samples name by two letters, by the three of ISO 639-3 or by another two.
_TWO_LETTERS = (
    "afr=af amh=am ara=ar arb=ar bam=bm eng=en ewe=ee fra=fr ful=ff fuv=ff hau=ha ibo=ig kik=ki kin=rw run=rn"
    " lin=ln lug=lg mlg=mg plt=mg nya=ny orm=om gaz=om por=pt sag=sg sna=sn som=so sot=st spa=es ssw=ss swa=sw"
    " swh=sw tir=ti tsn=tn tso=ts twi=tw aka=tw wol=wo xho=xh yor=yo zul=zu knc=kr kng=kg ak=tw"
)
TWO_LETTERS = dict(pair.split("=") for pair in _TWO_LETTERS.split())


def main() -> int:
    """Texts from standard input, answers to standard output."""
    ask = _DETECTORS[sys.argv[1]]()
    codes: list[str | None] = []
    seconds: dict[str, float] = {}
    counts: dict[str, int] = {}
    for length, text in json.load(sys.stdin):
        begin = time.process_time()
        code = ask(text)
        seconds[length] = seconds.get(length, 0.0) + time.process_time() - begin
        counts[length] = counts.get(length, 0) + 1
        codes.append(_short(code))
    milliseconds = {
        n: 1000 * seconds.get(n, 0.0) / counts.get(n, 1) for n in ("short", "medium", "long")
    }
    json.dump({"codes": codes, "milliseconds": milliseconds}, sys.stdout)
    return 0


def _short(code: str | None) -> str | None:
    if code is None:
        return None
    primary = code.replace("_", "-").partition("-")[0].lower()
    primary = TWO_LETTERS.get(primary, primary)
    return ARABIC.get(primary, primary)


def _langdetect() -> Callable[[str], str | None]:
    package = import_module("langdetect")
    package.DetectorFactory.seed = 0

    def ask(text: str) -> str | None:
        try:
            return str(package.detect(text))
        except package.LangDetectException:
            return None

    return ask


def _pycld2() -> Callable[[str], str | None]:
    package = import_module("pycld2")

    def ask(text: str) -> str | None:
        try:
            return str(package.detect(text)[2][0][1])
        except package.error:
            return None

    return ask


def _py3langid() -> Callable[[str], str | None]:
    package = import_module("py3langid")
    return lambda text: str(package.classify(text)[0])


def _heliport() -> Callable[[str], str | None]:
    identifier = import_module("heliport").Identifier()
    return lambda text: str(identifier.identify(text))


def _lingua() -> Callable[[str], str | None]:
    builder = import_module("lingua").LanguageDetectorBuilder
    detector = builder.from_all_languages().build()

    def ask(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return str(found.iso_code_639_1.name).lower() if found else None

    return ask


_DETECTORS = {
    "langdetect": _langdetect,
    "pycld2": _pycld2,
    "py3langid": _py3langid,
    "heliport": _heliport,
    "lingua": _lingua,
}

if __name__ == "__main__":
    sys.exit(main())
