"""What the address of a picture tells: whether it is the site's furniture, and which picture it is in another size."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_ALWAYS = re.compile(  # whatever else the file is called
    r"(?<![a-z])(?:logos?|avatars?|gravatar|favicons?|sprites?|spacer|placehold?er|1x1|emojis?|smil(?:ey|ies)|transparent|doubleclick"
    r"|scorecardresearch|google-analytics|feedburner|piwik|matomo|preview-?(?:fb|facebook|twitter)|default-?(?:user|image|og|share|social|thumbnail)"
    r"|(?:facebook|fb|twitter|social|og|open-?graph)-?(?:image|share|card|preview|default)|share-?image)(?![a-z])|/wp-content/(?:themes|plugins)/|\.svg$"
)
_PIXEL = re.compile(
    r"facebook\.com/tr|[?&]idsite=|(?:^|[/.])(?:pixel|tracking|counter|stats)\.", re.IGNORECASE
)
_SHORT = re.compile(  # where hardly anything else is said: a banner may as well be shown in a picture of a protest
    r"(?<![a-z])(?:icons?|banners?|badges?|buttons?|btn|blank|pixel|loader|loading|share|ads?|advert\w*|author|profile|users?)(?![a-z])"
)
_FEW = 3  # words of a file's name that says nothing else
_BOXES = re.compile(
    r"/(?:icons?|banners?|buttons?|ads?|adverts?|houseads|flags|authors?|avatars?)/"
)
_SIZES = re.compile(
    r"(?<![a-z\d])(?:[wh]?\d{2,4}x\d{0,4}|v?\d{1,2}_\d{1,2}_\d{3,4}|ci\d+x\d+l?|[wh]=?\d{1,4}|\d{2,4}w|(?:320|480|600|640|720|750|768|800|900|960"
    r"|1000|1024|1080|1200|1280|1440|1500|1600|1920|2048|2560)(?:p|px)?|scaled|thumb(?:nail)?s?|small|medium|large|size|fill|crop|full|sm|md|lg|bg)"
    r"(?![a-z\d])"
)
_PREFIX = re.compile(r"^(?:csm_(?P<name>.+)_[0-9a-f]{10}|thumbs?_[a-z]_c_(?P<agency>.+))$")
_FILE = re.compile(r"(?:\.(?:jpe?g|png|webp|gif|avif|jfif))+$")
_LETTER = re.compile(r"=[swh]\d+(?:-[\w-]+)?$|(?<=\d)[_-][hlmst](?=\.\w+$)")  # a size behind all
_GENERIC = re.compile(
    r"(?:original|default|image|img|photo|picture|poster|hero|header|main|cover|master|index|unnamed|download|screenshot)s?"
)
_DISTINCT = 8  # letters and digits of a name that no other picture has
_NESTED = ("url", "src", "image", "file", "u")


def is_furniture(url: str, names: Iterable[str] = ()) -> bool:
    """Whether a picture's address is that of a logo, a counting pixel, a portrait or the site's own preview picture.

    ``names`` are letters of what the site is called.
    """
    parts = urlsplit(url)
    path = unquote(parts.path).lower()
    if _PIXEL.search(f"{parts.netloc}{parts.path}?{parts.query}") or _BOXES.search(path):
        return True
    name = path.rpartition("/")[2]
    if _ALWAYS.search(name.replace("_", "-")) or "/wp-content/themes/" in path:
        return True
    words = re.findall(r"[^\W\d_]+", _FILE.sub("", name))
    if "".join(words) in names:
        return True
    return len(words) <= _FEW and any(_SHORT.fullmatch(word) for word in words)


def key(url: str) -> str:
    """What the addresses of one picture have in common in all sizes: its file's name, or its path if that says little."""
    parts = urlsplit(url)
    inner = _inner(parts)
    path = _LETTER.sub("", unquote(unquote(inner or parts.path)).lower())
    name = _FILE.sub("", path.rpartition("/")[2])
    if match := _PREFIX.match(name):
        name = match["name"] or match["agency"]
    bare = _bare(name)
    told = re.sub(r"[^a-z\d]", "", _GENERIC.sub("", bare))
    if len(told) >= _DISTINCT and not told.isdigit():
        return bare
    short = "/".join(piece for piece in map(_bare, path.split("/")) if piece)
    return short if inner or _FILE.search(path) else f"{short}?{parts.query}"


def _inner(parts: SplitResult) -> str | None:
    """The address of the picture that is asked for, where another address makes it smaller."""
    if not parts.query:
        return None
    asked = parse_qs(parts.query)
    found = (value for name in _NESTED for value in asked.get(name, ()) if "/" in value)
    return next((urlsplit(value).path for value in found), None)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "-", _SIZES.sub("", name)).strip("-")
