"""A request as the journal keeps it: a pickle that holds values, and nothing that could run.

A journal may come from elsewhere: workers hand a site's state on through a storage.  So only plain types
are read from it, and dataclasses and enums of this project or of the spider's own package; a request that
holds anything else is not written.
"""

from __future__ import annotations

import pickle
import sys
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from scrapy import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Spider

_OURS = ("archive", "crawler", "spiders")
_PLAIN: Mapping[str, frozenset[str]] = {
    "builtins": frozenset({"bytearray", "complex", "range", "slice"}),
    "collections": frozenset({"OrderedDict", "deque"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "decimal": frozenset({"Decimal"}),
    "pathlib": frozenset({"Path", "PosixPath", "PurePath", "PurePosixPath"}),
    "scrapy.link": frozenset({"Link"}),
    "uuid": frozenset({"UUID", "SafeUUID"}),
}


def pickled(request: Request, spider: Spider) -> bytes | None:
    """None for what lives only as long as the process: a callback that is no method of the spider,
    something in ``meta`` that is more than a value.
    """
    out = BytesIO()
    try:
        _Pickler(out, _home(spider)).dump(_told(request, spider))
    except (ValueError, TypeError, AttributeError, pickle.PicklingError):
        return None
    return out.getvalue()


def unpickled(blob: bytes, spider: Spider | None = None) -> dict[str, Any]:
    """What ``request_from_dict`` takes; ``pickle.UnpicklingError`` for what ``pickled`` does not write."""
    home = _home(spider) if spider else ""
    told = _Unpickler(BytesIO(blob), home).load()
    if not isinstance(told, dict) or not isinstance(told.get("url"), str):
        raise pickle.UnpicklingError("it is no request")
    kind = str(told.get("_class", "scrapy."))
    if kind.partition(".")[0] not in ("scrapy", *_OURS, home):
        raise pickle.UnpicklingError(f"{kind} is no request")
    return told


def _home(spider: Spider) -> str:
    return type(spider).__module__.partition(".")[0]


class _Pickler(pickle.Pickler):
    """Asked of each value that is not of a built-in type."""

    def __init__(self, out: BytesIO, home: str) -> None:
        super().__init__(out, protocol=4)
        self._home = home

    def reducer_override(self, value: object) -> Any:
        """The usual way, for what can be read again."""
        kind = value if isinstance(value, type) else type(value)
        if not _is_value(kind.__module__, kind.__qualname__, self._home):
            raise pickle.PicklingError(f"{kind} is not kept in a journal")
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Finds no class but those of values."""

    def __init__(self, data: BytesIO, home: str) -> None:
        super().__init__(data)
        self._home = home

    def find_class(self, module: str, name: str) -> Any:
        """As a pickle names it."""
        if not _is_value(module, name, self._home):
            raise pickle.UnpicklingError(f"{module}.{name} is not kept in a journal")
        return super().find_class(module, name)


@cache
def _is_value(module: str, name: str, home: str) -> bool:
    """Whether a class is a plain one, or a dataclass or enum of our own packages or of the package ``home``."""
    if name in _PLAIN.get(module, ()):
        return True
    if module.partition(".")[0] not in (*_OURS, home):
        return False
    import_module(module)
    kind = getattr(sys.modules[module], name, None)
    return isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum))


def _told(request: Request, spider: Spider) -> dict[str, object]:
    """As ``Request.to_dict``, which looks at every attribute of the spider for each callback's name."""
    told = {name: value for name in request.attributes if (value := getattr(request, name))}
    if "headers" in told:
        told["headers"] = dict(request.headers)
    for name in ("callback", "errback"):
        if name in told:
            told[name] = _method_name(told[name], spider)
    if type(request) is not Request:
        told["_class"] = f"{type(request).__module__}.{type(request).__qualname__}"
    return told


def _method_name(function: Any, spider: Spider) -> str:
    name: str = function.__name__
    if getattr(spider, name, None) != function:
        raise ValueError(f"{function} is no method of {spider}")
    return name
