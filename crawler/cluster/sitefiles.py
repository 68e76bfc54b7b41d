"""Which sites the machines crawl, and your own site files: one file in the storage, looked at before each job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archive import storage
from archive.errors import ArchiveError
from crawler.cluster.handing import Desk
from spiders.site import Site, sites_in

FILE = "sites.json"  # names and texts: one request, whatever their number


def fetch_sites(desk: Desk) -> None:
    """Bring the machine's ``sites/`` to what the storage has, if that has changed."""
    place, folder, copy = desk.place(FILE), desk.data_dir / "sites", desk.data_dir / FILE
    folder.mkdir(parents=True, exist_ok=True)
    stamp, seen = storage.stamp_of(place), folder / ".stamp"
    if stamp is None or (seen.exists() and seen.read_text() == stamp):
        return
    storage.get(place, copy)
    texts = _read(copy)["files"]
    for name, text in texts.items():
        _write(folder / Path(name).name, text)
    for path in folder.glob("*.toml"):
        if path.name not in texts:
            path.unlink(missing_ok=True)
    _write(seen, stamp)


def send_sites(desk: Desk, crawled: Sequence[str]) -> int:
    """Make this data folder's site files those of all machines; how many they are.

    ``crawled`` are the sites to crawl; all if it is empty.
    """
    paths = sorted((desk.data_dir / "sites").glob("*.toml"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    desk.data_dir.mkdir(parents=True, exist_ok=True)
    told = {"crawl": sorted(crawled), "files": texts}
    _write(desk.data_dir / FILE, json.dumps(told, ensure_ascii=False, indent=1))
    storage.put(desk.data_dir / FILE, desk.place(FILE))
    return len(paths)


def crawled_sites(desk: Desk) -> Mapping[str, Site]:
    """The sites that the machines crawl, as this one has them."""
    sites, copy = sites_in(desk.data_dir), desk.data_dir / FILE
    chosen = _read(copy)["crawl"] if copy.exists() else []
    return {name: sites[name] for name in chosen if name in sites} if chosen else sites


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {"crawl": list(told["crawl"]), "files": dict(told["files"])}
    except (ValueError, KeyError, TypeError) as e:
        raise ArchiveError(f"{path}: not what `djeli cluster init` writes: {e!r}") from e


def _write(path: Path, text: str) -> None:
    """Whole at every moment: other jobs read it."""
    aside = path.with_name(path.name + ".part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
