"""What is told below an article of who wrote it, of who publishes it, of the works that it cites and of who may reprint it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.phrases import plain

_NOTICE = 400  # characters of an entry or a notice
BIO = 320  # characters of what is told of an author
_NAMED = 60  # characters before the name in what is told of an author
_BIOS = 3  # sentences name an author; where there are more, the article tells of who wrote it
_NUMBERLESS = re.compile(r"(?:^| )[^\W\d]+ [^\W\d]+$")
_NO_NAME = re.compile(r"[#:]|^\w{1,2} ")  # numbers, labels, "in Gao"
_CITED = re.compile(
    r"\bdoi\b|\b10\.\d{4,9}/|^.{3,60}\bet al\b.{0,3}[(\s](?:19|20)\d\d\b|\bretrieved\b.{0,40}\d{4}.{0,10}https?://",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"subject to copyright|(?:may|must) not be (?:reproduced|published|republished)|all rights reserved|toute reproduction|tous droits (?:de reproduction )?r[ée]serv[ée]s"
    r"|(?:todos os direitos|todos los derechos) reservados|(?:proibida|interdita) a reprodu[çc][ãa]o|prohibida la reproducci[óo]n|alle rechte vorbehalten"
    r"|haki zote zimehifadhiwa|(?:جميع|كل|كافة) الحقوق محفوظة|መብቱ በህግ የተጠበቀ",
    re.IGNORECASE,
)
_IS = (  # behind the site's name, at the beginning of what it says of itself
    *("is a", "is an", "is the", "est un", "est une", "est le", "est la", "ist ein", "ist eine"),
    *("es un", "es una", "es el", "es la", "e um", "e uma", "e o", "e a", "ist das", "ist der"),
    *("هو", "هي", "ni", "waa", "ce", "shine", "ita ce", "shi ne"),
)


def tells_of_author(text: str, names: tuple[str, ...]) -> bool:
    """Whether a line names an author, as the words about them below the article do."""
    if len(text) > BIO or not names:
        return False
    said = f" {plain(text)} "
    return any(0 <= said.find(f" {name} ") <= _NAMED for name in names)


def tells_of_site(text: str, site: str) -> bool:
    """Whether a line begins by saying what the site is; its name as ``plain`` writes it, "" if unknown."""
    if not site or len(text) < len(site):
        return False
    said = plain(text)
    said = said.removeprefix("the ") if not site.startswith("the ") else said
    return said.startswith(tuple(f"{site} {verb} " for verb in _IS))


def closes(text: str) -> bool:
    """Whether a line is an entry of a bibliography, by a DOI or a year behind "et al.", or says who may reprint the text."""
    return len(text) <= _NOTICE and bool(_CITED.search(text) or _RIGHTS.search(text))


def named(authors: Iterable[str], told: list[str]) -> tuple[str, ...]:
    """Of what is said of authors the names: some words, no numbers, and not what the plain sentences tell of."""
    names = {_called(name) for name in authors if " " in name and not _NO_NAME.search(name)}
    if not names:
        return ()
    texts = [f" {text} " for text in told]
    return tuple(
        name for name in sorted(names) if sum(f" {name} " in text for text in texts) <= _BIOS
    )


def signed(above: list[str], told: list[str]) -> tuple[str, ...]:
    """Two words that close a plain line above the text and open one of its sentences: a name, and who bears it."""
    ends = {" ".join(said.split()[-2:]) for said in above if _NUMBERLESS.search(said)}
    return tuple(
        name
        for name in sorted(ends)
        if sum(f" {name} " in f" {text} " for text in told) == 1
        and any(text.startswith(f"{name} ") for text in told)
    )


def _called(name: str) -> str:
    """First and last name, where more words follow: places and papers."""
    words = name.split()
    return " ".join(words[:2]) if len(words) > 4 else name
