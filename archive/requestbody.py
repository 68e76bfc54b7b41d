"""The body of a POST as a query, so that captures of one URL with different bodies have different keys.

The rules are those of https://specs.webrecorder.net/request-body-canonicalization/latest/ as
``cdxj-indexer`` follows them; AMF (Flash) is taken as the binary data that it is.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus, urlencode

from archive import http1

METHODS = ("POST", "PUT")
_MAX_QUERY = 4096  # characters; the limit of cdxj-indexer, without which keys would not be found
_BOUNDARY = re.compile(r'boundary="?([^";]+)')
_NAME = re.compile(rb'[;\s]name="?([^";]*)')
_FILENAME = re.compile(rb"[;\s]filename\*?=")


def method_of(request: bytes) -> str:
    """The method of an HTTP request, in upper case."""
    return request.partition(b" ")[0].decode("latin-1").upper()


def body_query(request: bytes) -> str:
    """What the body of an HTTP request adds to the query of its URL."""
    head, body = http1.split(request)
    data = http1.payload(head, body)
    content_type = (http1.header(head, b"content-type") or b"").decode("latin-1")
    return _query(content_type, data)[:_MAX_QUERY]


def extended_url(url: str, method: str, query: str) -> str:
    """The URL that the key is made from."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}__wb_method={method}" + (f"&{query}" if query else "")


def _query(content_type: str, data: bytes) -> str:
    if content_type.startswith("application/x-www-form-urlencoded"):
        try:
            return unquote_plus(data.decode())
        except UnicodeDecodeError:
            return _binary(data)
    if content_type.startswith("multipart/"):
        boundary = _BOUNDARY.search(content_type)
        return urlencode(list(_parts(data, boundary[1]))) if boundary else _binary(data)
    if content_type.startswith("application/json"):
        return _json(data) or ""
    if content_type.startswith("text/plain"):
        found = _json(data)
        return _binary(data) if found is None else found
    return _binary(data)


def _binary(data: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(data).decode()


def _parts(data: bytes, boundary: str) -> Iterator[tuple[str, str | bytes]]:
    """The names and values of a multipart form; a file's value stays bytes."""
    for part in (b"\r\n" + data).split(b"\r\n--" + boundary.encode("latin-1"))[1:]:
        head, blank, value = part.partition(b"\r\n\r\n")
        if name := blank and _NAME.search(head):
            text = name[1].decode(errors="replace")
            yield text, value if _FILENAME.search(head) else value.decode(errors="replace")


def _json(data: bytes) -> str | None:
    """Every named value of JSON, or of a line of JSON each; None if it is none."""
    try:
        documents = [json.loads(data)]
    except ValueError:
        try:
            documents = [json.loads(line) for line in data.split(b"\n")]
        except ValueError:
            return None
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for document in documents:
        for name, value in _named(document, ""):
            if name in found:
                counts[name] = counts.get(name, 1) + 1
                name = f"{name}.{counts[name]}_"
            found[name] = value
    return urlencode(found)


def _named(document: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield from _named(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from _named(value, name)
    elif name:
        yield name, str(document)
