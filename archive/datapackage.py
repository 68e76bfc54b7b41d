"""The manifest of a WACZ: ``datapackage.json`` with every file's digest, and the digest of that."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive import __version__

MANIFEST, MANIFEST_DIGEST = "datapackage.json", "datapackage-digest.json"
VERSIONS = ("1.0.0", "1.1.0", "1.1.1", "1.2.0")
SOFTWARE = f"Djeli {__version__}"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]")  # Frictionless Data Package, "name"


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a package; ``digest`` is the algorithm, a colon and hexadecimal digits."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a package says of itself; the main page is what replay tools open first."""

    created: str
    title: str
    description: str | None
    main_page: str | None
    main_page_date: str | None


def manifest(about: About, resources: Iterable[Resource]) -> bytes:
    """``datapackage.json``."""
    fields: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": about.title,
        "description": about.description,
        "created": about.created,
        "software": SOFTWARE,
        "mainPageUrl": about.main_page,
        "mainPageDate": about.main_page_date,
        "resources": [_entry(resource) for resource in resources],
    }
    return _json({name: value for name, value in fields.items() if value is not None})


def _entry(resource: Resource) -> dict[str, str | int]:
    name = resource.path.rpartition("/")[2].lower()
    return {
        "name": _NOT_IN_NAMES.sub("-", name),
        "path": resource.path,
        "hash": resource.digest,
        "bytes": resource.size,
    }


def manifest_digest(digest: str, signed: Mapping[str, str] | None) -> bytes:
    """``datapackage-digest.json``; ``digest`` is that of the manifest."""
    fields = {"path": MANIFEST, "hash": digest}
    return _json({**fields, "signedData": signed} if signed else fields)


def _json(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, indent=2, ensure_ascii=False).encode() + b"\n"


def sha256(data: bytes) -> str:
    """A digest as packages have it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def resources_of(package: Mapping[str, Any]) -> list[Resource]:
    """The files that a package lists, in the forms of WACZ 1.0 and 1.1; ``ValueError`` if they are none."""
    try:
        return [_resource(entry) for entry in package["resources"]]
    except (KeyError, TypeError, AttributeError) as e:
        raise ValueError(f"no list of resources: {type(e).__name__} {e}") from e


def _resource(entry: Mapping[str, Any]) -> Resource:
    if "stats" in entry:  # WACZ 1.0
        digest = f"{entry['hashing']}:{entry['stats']['hash']}"
        return Resource(str(entry["path"]), digest, int(entry["stats"]["bytes"]))
    return Resource(str(entry["path"]), str(entry["hash"]), int(entry["bytes"]))
