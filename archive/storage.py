"""Files in a folder or at any fsspec URL (``s3://``, ``gs://``, ...), by the same few verbs.

A place is a path or a URL.  fsspec is imported for URLs only; a folder needs nothing.  What is put is
whole or not there, and was read back and compared before ``put`` returns.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from archive.errors import ArchiveError
from archive.folders import make_folder, sync_folder

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

MISSING = "reading {scheme}:// needs further packages: pip install -r requirements-cluster.txt"
_URL = re.compile(r"([a-z][a-z0-9+.-]+)://", re.I)
_WHOLE = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory"}  # a put shows all or nothing
_PIECE = 1 << 20
_AHEAD = (
    8 << 20
)  # bytes of a remote file that are asked for at once when it is read from end to end
_PART = ".part"
_FOREIGN = {  # the base classes of what s3fs, gcsfs, adlfs and fsspec's HTTP let through
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "gcsfs.retry": ("HttpError",),
    "google.auth.exceptions": ("GoogleAuthError",),
    "azure.core.exceptions": ("AzureError",),
    "aiohttp": ("ClientError",),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file, its bytes, and a mark that changes when the file does."""

    place: str
    size: int
    mark: str


def is_url(place: str) -> bool:
    """Whether fsspec is needed for a place."""
    return _URL.match(place) is not None


def joined(place: str, *names: str) -> str:
    """A place inside another."""
    return "/".join([place.rstrip("/"), *names])


def name_of(place: str) -> str:
    """Its last part."""
    return place.rstrip("/").rpartition("/")[2]


@contextmanager
def opened(place: str) -> Iterator[BinaryIO]:
    """For reading; what is sought in a remote file is read by range."""
    if is_url(place):
        with _named("read", place) as fs:
            raw = _Remote(fs.open(place, "rb", block_size=_AHEAD), place)
            file: BinaryIO = io.BufferedReader(raw, 1 << 16)
    else:
        with _read_errors(place):
            file = Path(place).open("rb")  # noqa: SIM115 - closed below
    with file:
        yield file


def part_of(place: str, offset: int, length: int) -> bytes:
    """So many bytes from there on, in one request; fewer where the file ends before."""
    if not is_url(place):
        with opened(place) as file, _read_errors(place):
            file.seek(offset)
            return file.read(length)
    with _named("read", place) as fs:
        return bytes(fs.cat_file(place, start=offset, end=offset + length))


def matching(pattern: str) -> list[str]:
    """The files that a glob names, sorted; a URL's as URLs."""
    return [found.place for found in found_by(pattern)]


def found_by(pattern: str) -> list[Found]:
    """The same, each with its size and mark."""
    if not is_url(pattern):
        root = Path(pattern)
        fixed = Path(*_unmagical(root.parts))
        rest = root.relative_to(fixed).as_posix()
        paths = fixed.glob(rest) if rest != "." else iter([root])
        return sorted(map(_found_local, filter(Path.is_file, paths)), key=lambda one: one.place)
    with _named("list", pattern) as fs:
        found = fs.glob(pattern, detail=True)
        return _found_remote(fs, found.values())


def found_below(folder: str) -> list[Found]:
    """All files in a folder and its folders, sorted; an error if there is no such folder."""
    if not is_url(folder):
        if not Path(folder).is_dir():
            raise ArchiveError(f"cannot list {folder}: no such folder")
        paths = filter(Path.is_file, Path(folder).rglob("*"))
        return sorted(map(_found_local, paths), key=lambda one: one.place)
    with _named("list", folder) as fs:
        found = fs.find(folder, detail=True)
        if not found and not fs.exists(folder):
            raise FileNotFoundError("no such bucket or folder")
        return _found_remote(fs, found.values())


class _Remote(io.RawIOBase):
    """A file at a URL, whose errors name it."""

    def __init__(self, file: BinaryIO, place: str) -> None:
        super().__init__()
        self._file, self._place = file, place

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        """As files do."""
        return self._file.seek(position, whence)

    def tell(self) -> int:
        """As files do."""
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        """As files do."""
        with _named("read", self._place):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """As files do."""
        self._file.close()
        super().close()


def _found_local(path: Path) -> Found:
    state = path.stat()
    return Found(str(path), state.st_size, str(state.st_mtime_ns))


def _found_remote(fs: AbstractFileSystem, infos: Iterable[Mapping[str, Any]]) -> list[Found]:
    files = (info for info in infos if info["type"] == "file")
    marks = ("ETag", "etag", "md5Hash", "LastModified", "mtime", "created")
    found = (
        Found(
            str(fs.unstrip_protocol(info["name"])),
            int(info.get("size") or 0),
            next((str(info[mark]) for mark in marks if info.get(mark)), ""),
        )
        for info in files
    )
    return sorted(found, key=lambda one: one.place)


def names_in(folder: str) -> list[str]:
    """The names of the files right in a folder, sorted; none if there is no such folder."""
    return sorted(
        name_of(place)
        for place in matching(joined(folder, "*"))
        if not place.endswith(_PART) and not name_of(place).startswith(".")
    )


def exists(place: str) -> bool:
    """Whether there is a file."""
    if not is_url(place):
        return Path(place).is_file()
    with _named("look for", place) as fs:
        return bool(fs.isfile(place))


def size_of(place: str) -> int:
    """In bytes."""
    if is_url(place):
        with _named("look for", place) as fs:
            return int(fs.size(place))
    try:
        return Path(place).stat().st_size
    except OSError as e:
        raise _failure("read", place, e) from e


def stamp_of(place: str) -> str | None:
    """What tells one content from the next without reading it; None if there is no file."""
    if not is_url(place):
        path = Path(place)
        return f"{path.stat().st_mtime_ns} {path.stat().st_size}" if path.is_file() else None
    if not exists(place):
        return None
    with _named("look for", place) as fs:
        found = fs.info(place)
    marks = ("ETag", "etag", "mtime", "LastModified", "updated", "size")
    return " ".join(str(found[mark]) for mark in marks if mark in found)


def digest_of(place: str) -> str:
    """The SHA-256 of what can be read there, in hex."""
    meter = hashlib.sha256()
    with opened(place) as file, _read_errors(place):
        while piece := file.read(_PIECE):
            meter.update(piece)
    return meter.hexdigest()


def put(path: Path, place: str) -> None:
    """Copy a local file there, durably and whole, and prove it by reading it back."""
    wanted = digest_of(str(path))
    if is_url(place):
        _put_remote(path, place)
    else:
        _put_local(path, Path(place))
    if digest_of(place) != wanted:
        raise ArchiveError(f"{place} is not what was sent from {path}: its digest differs")


def put_once(path: Path, place: str) -> None:
    """The same, where it may be there already; another content under that name is an error."""
    if not exists(place):
        put(path, place)
    elif digest_of(place) != digest_of(str(path)):
        raise ArchiveError(f"{place} is there already and differs from {path}")


def get(place: str, path: Path) -> bool:
    """Copy it into a local file that is whole or not there; False if there is nothing to copy."""
    if not exists(place):
        return False
    aside = path.with_name(path.name + _PART)
    try:
        with opened(place) as source, _read_errors(place), aside.open("wb") as out:
            shutil.copyfileobj(source, out, _PIECE)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(path)
    except OSError as e:
        raise _failure("write", str(path), e) from e
    return True


def move(place: str, target: str) -> None:
    """Give a file another place on the same storage; what is there is replaced."""
    if is_url(place):
        with _named("move", place) as fs:
            fs.mv(place, target)
        return
    try:
        make_folder(Path(target).parent)
        Path(place).replace(target)
        sync_folder(Path(target).parent)
    except OSError as e:
        raise _failure("move", place, e) from e


def remove(place: str) -> None:
    """Delete a file; nothing happens if it is not there."""
    if not exists(place):
        return
    if is_url(place):
        with _named("remove", place) as fs:
            fs.rm_file(place)
        return
    Path(place).unlink(missing_ok=True)


def _put_remote(path: Path, place: str) -> None:
    scheme = cast("re.Match[str]", _URL.match(place)).group(1).lower()
    with _named("write", place) as fs:
        if scheme in _WHOLE:
            fs.put_file(str(path), place)
            return
        fs.makedirs(place.rpartition("/")[0], exist_ok=True)
        fs.put_file(str(path), place + _PART)
        fs.mv(place + _PART, place)


def _put_local(path: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}.{os.getpid()}{_PART}")
    try:
        make_folder(target.parent)
        with path.open("rb") as source, aside.open("wb") as out:
            shutil.copyfileobj(source, out, _PIECE)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(target)
        sync_folder(target.parent)
    except OSError as e:
        raise _failure("write", str(target), e) from e


def _unmagical(parts: tuple[str, ...]) -> Iterator[str]:
    for part in parts:
        if any(sign in part for sign in "*?["):
            return
        yield part


@contextmanager
def _named(verb: str, place: str) -> Iterator[AbstractFileSystem]:
    """The file system of a URL; each kind has errors of its own, and none of them names the URL."""
    try:
        from fsspec.core import url_to_fs

        fs, _ = url_to_fs(place, **_options(place))
        yield fs
    except ArchiveError:
        raise
    except ImportError as e:
        scheme = place.partition("://")[0]
        raise ArchiveError(f"{place}: {MISSING.format(scheme=scheme)}") from e
    except _errors() as e:
        raise _failure(verb, place, e) from e


def _errors() -> tuple[type[Exception], ...]:
    """What a file system may raise: packages that need not be here have errors of their own."""
    loaded = ((sys.modules.get(module), names) for module, names in _FOREIGN.items())
    foreign = (getattr(module, name, OSError) for module, names in loaded for name in names)
    return (OSError, ValueError, NotImplementedError, *foreign)


def _options(place: str) -> dict[str, Any]:
    """Listings are asked for anew: other machines write as well."""
    return {} if place.startswith(("memory:", "http")) else {"use_listings_cache": False}


@contextmanager
def _read_errors(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise _failure("read", place, e) from e


def _failure(verb: str, place: str, error: Exception) -> ArchiveError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ArchiveError(f"cannot {verb} {place}: {' '.join(why.split()) or type(error).__name__}")
