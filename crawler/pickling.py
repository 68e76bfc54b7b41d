"""A request as the journal keeps it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from scrapy import Request

if TYPE_CHECKING:
    from scrapy import Spider


def pickled(request: Request, spider: Spider) -> bytes | None:
    """None for what lives only as long as the process: a callback that is no method of the spider,
    something in ``meta`` that cannot be pickled.
    """
    try:
        return pickle.dumps(_told(request, spider), protocol=4)
    except (ValueError, TypeError, AttributeError, pickle.PicklingError):
        return None


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
