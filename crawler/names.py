"""Names in a byline: parted from each other and from roles, and told from desks and newspapers."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from crawler.dates import is_month

_LEADS = re.compile(
    r"^\s*(?:(?:(?:written|writing|reported|reporting|posted|published|story|words|report|produced|an? article|article|[ée]crit|r[ée]dig[ée]|propos recueillis|publi[ée]|un article|un texte|reportage|escrito|"
    r"publicado|reportagem|um artigo|um texto|texto|texte|ein artikel|ein beitrag|geschrieben|erstellt|verfasst|scritto)\s+)?(?:by|par|por|von|vom|de|da|na|daga)|sign[ée]|بقلم|كتب|كتبت|بواسطة|تقرير|إعداد|أعده للنشر|أعده|Mwandishi|Waandishi|Na mwandishi"
    r"|Rubutawa(?: daga)?|Waxaa qoray|W/Q(?:oray)?|Qor(?:e|aa|ay)|በ|ዘጋቢ|From(?=\s(?:[A-Z][\w.'’-]+\s){1,2}[A-Z][\w'’-]+,\s[A-Z]\w+$)|(?:author|auteur|autor|autora|texte?|texto|text|reporter|journaliste|interview|المحرر)s?\s*(?=:))\s*[:—–-]?\s+",
    re.IGNORECASE,
)
_FROM = re.compile(  # our correspondent in a place, and who that is
    r"^\s*(?:de|avec|from|do|da)\s+(?:notre|nos|our|nosso|nossa)\s+(?:correspondante?s?|envoy[ée]e?s?(?: sp[ée]ciale?s?)?|enviad[oa](?: especial)?)\b[^,]{0,40},\s*",
    re.IGNORECASE,
)
_PLACED = re.compile(r"^From\s(.+?),\s[A-Z]\w+$")  # "From A. Name, Maiduguri"
_PIECE = re.compile(r"^\W*[^\W\d]+\s(?:by|par|von|por)\s+(?=[A-ZÀ-Ý])")  # "Recipe by", "Texte par"
_BEHIND = re.compile(
    r"^.*\d.*?\W(?:by|par|por|von)\s+", re.IGNORECASE
)  # "Posted on May 2 by A. Name"
_REST = re.compile(  # brackets, a role, a number, a place, a newspaper behind the name
    r"\s+(?:photo|foto|image|text)s?\s*:.*$|\s*[\[<|•·⋅∙●▪►»–—@].*$|\s+-\s+.*$|\s+\d.*$|\s+(?:am|on|le|el|em|il|den)\s+(?:[^\W\d]+,?\s+){0,2}\d.*$|\s+(?:[Ff]or|in|at|à|au|en|em|from|pour|chez)\s+(?:the\s+)?(?=[A-ZÀ-Ý]).*$|\s+(?:IN|AT)\s+[A-Z]+$"
)
_BRACKETS = re.compile(r"\s*\([^)]*\)?(?=\s*(?:$|[,;/|&]))")
_SPLIT = re.compile(
    r"\s*(?:,|;|/|\||&|\b(?:and|et|und|with|avec|as told to)\b|\b(?-i:And|AND|ET|Et|e|y|na|da|com|con)\b)\s*",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\s+(?:january|february|march|april|may|june|july|august|september|october|november|december)$",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"\w\.(?:com|de|net|org|info|fr|ng|za|at|ma|dz|tn|sn|ml|ci|cd|ke|tz|ug|et|so|sd|mz|co|news|tv|in)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:.*(?:\b(?:by|par|von|por)|:)|(?:view|see|show|all|alle|tous|more|updated|published|posted|by|the|les|nos|our|share|follow|read)\b.*|.*\b(?:comments?|artikel|articles?|posts?))$",
    re.IGNORECASE,
)
_CASED = re.compile(r"[A-Za-zÀ-ÿ]")


_ISSUED = re.compile(r"^\W*(?:\d|publi|post|on\s|le\s)", re.IGNORECASE)
_PAID = re.compile(
    r"^\W*(?:sponsored|powered|presented|advertisement|publicité|parrainé)\b", re.IGNORECASE
)
_WRITING = re.compile(r"^(?:writing|reporting) by\s+", re.IGNORECASE)  # behind another's name
_OTHER = re.compile(  # what somebody did who did not write
    r"^\W*(?:edit(?:ed|ing)|translat(?:ed|ion)|review(?:ed)?|fact.?check(?:ed)?|photo(?:s|graphs?|graphed|graphy)?|videos?|illustrations?|graphics?|traduit|traduction|édité|montage|traduzido|fotos?|imagens?)"
    r" (?:by|par|por|von|de)\b",
    re.IGNORECASE,
)


_COMPOUND = re.compile(  # bodies whose kind ends their German name
    r"\w{3}(?:verband|verbandes|verein|stiftung|ministerium|gesellschaft|institut|universität|agentur|redaktion|zentrale|fraktion|zeitung|dienst)$"
)
_HUMPED = re.compile(r"[a-z]{3}[A-Z]")  # a product or a user, not a surname
_LONGEST = 400  # characters; no byline is as long, and patterns take their time


def is_led(said: str) -> bool:
    """Whether a line begins as a byline does: with "by", or with a date and "by"."""
    said = said[:_LONGEST]
    if _PAID.search(said) or _OTHER.search(said):
        return False
    found = _LEADS.match(said) or _PIECE.match(said)
    return bool(found or (_ISSUED.match(said) and _BEHIND.match(said)))


def parts(said: str) -> list[str]:
    """The names in one string: ``Par A. Diallo et B. Traoré`` gives two."""
    said = said[:_LONGEST]
    if "://" in said or "@" in said.split(" ")[0] or _PAID.search(said) or _OTHER.search(said):
        return []
    said = _PLACED.sub(r"\1", said.strip())
    bare = _LEADS.sub("", _FROM.sub("", " ".join(said.split())))
    bare = _PIECE.sub("", _BRACKETS.sub("", _BEHIND.sub("", bare)))
    split = (piece for piece in _SPLIT.split(bare) if not _OTHER.search(piece))
    pieces = (_REST.sub("", _WRITING.sub("", piece)) for piece in split)
    names = [
        _MONTH.sub("", name.strip(" .,:;-–—\"'")) for piece in pieces for name in _arabic(piece)
    ]
    return [name for name in names if name]


def _arabic(said: str) -> list[str]:
    """Two names joined by the one-letter Arabic "and", where both have more than one word."""
    both = said.split(" و")
    return both if len(both) == 2 and all(" " in part.strip() for part in both) else [said]


def is_person(name: str) -> bool:
    """Whether this can be a person's name: a few words as names are written, none of them a desk's or a body's."""
    words = name.split()
    if not 1 <= len(words) <= 6 or not 3 <= len(name) <= 60 or not name[0].isalpha():
        return False
    if (
        any(c.isdigit() or c in "@#_/?!:" for c in name)
        or _DOMAIN.search(name)
        or _LABEL.match(name)
    ):
        return False
    if is_desk(name) or is_month(name):
        return False
    return not _CASED.search(name) or _is_written_as_name(words)


def _is_written_as_name(words: list[str]) -> bool:
    """Capitals where names have them; all small only in two or three words, as some sites write users."""
    small = [word for word in words if word[0].islower()]
    if len(small) == len(words):
        return 2 <= len(words) <= 3 and all(len(w) > 2 and w not in _small() for w in words)
    if len(words) == 1:
        is_short = words[0].isupper() and len(words[0]) < 6
        return len(words[0]) > 3 and not is_short and not _HUMPED.search(words[0])
    return all(
        word.strip("'’").lower() in _small() or word[1:2] in "'’" or "-" in word for word in small
    )


def is_desk(name: str) -> bool:
    """Whether a name is that of a desk, a newspaper or another body: one of its words says so."""
    said = name.casefold().replace("’", "'")
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", said)
    return any(word in _bodies() or _COMPOUND.search(word) for word in words) or any(
        said == phrase or said.startswith(f"{phrase} ") for phrase in _desks()
    )


@cache
def _table() -> dict[str, list[str]]:
    return tomllib.loads(files("crawler").joinpath("names.toml").read_text("utf-8"))


@cache
def _bodies() -> frozenset[str]:
    return frozenset(_table()["bodies"])


@cache
def _desks() -> tuple[str, ...]:
    return tuple(_table()["desks"])


@cache
def _small() -> frozenset[str]:
    return frozenset(_table()["small"])
