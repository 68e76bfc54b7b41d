"""Tasks of a large run: a task is a value, and so is what it comes to; what is large goes to the storage, where there is one."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol, Self

from archive import storage
from archive.errors import ArchiveError
from spiders.site import Site, site_for

WORK = "work"  # the folder of what only a run that goes on needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is the same for all tasks of a run; ``out`` is where results go, None for back to the caller."""

    version: str
    sites: Mapping[str, Site]
    sites_only: bool = False
    out: str | None = None

    def wants(self, url: str) -> bool:
        """Whether an address is read."""
        return not self.sites_only or site_for(url, self.sites) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a task came to; ``files`` are results by their names under ``out``, empty once they are there."""

    key: str
    began: int | None = 0
    next: int | None = None
    articles: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    def to_json(self) -> str:
        """Without the files."""
        fields = asdict(replace(self, files={}))
        del fields["files"]
        return json.dumps(fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of ``to_json``."""
        fields = json.loads(text)
        return cls(**{**fields, "faults": tuple(fields["faults"])})


class Task(Protocol):
    """Something to be done with a portion."""

    @property
    def name(self) -> str:
        """Tells it from all others of the run."""

    @property
    def place(self) -> str:
        """What it reads, for people."""

    def key(self, context: Context) -> str:
        """Changes when its result may."""

    def run(self, context: Context) -> Done:
        """Do it; raises ``ArchiveError`` for what cannot be read or written."""


def accomplish(task: Task, context: Context) -> Done:
    """Do a task and put its results in their places, what says that it is done last."""
    if context.version != version():
        raise ArchiveError(
            f"{task.place}: this worker has {version()}, the run is of {context.version}"
        )
    done = task.run(context)
    if context.out is None:
        return done
    for name, data in done.files.items():
        put_bytes(data, storage.joined(context.out, name))
    done = replace(done, files={})
    put_bytes(done.to_json().encode(), storage.joined(context.out, WORK, f"{task.name}.json"))
    return done


def version() -> str:
    """Of all that shapes an article."""
    from importlib.metadata import version as installed

    from archive import __version__

    names = ("trafilatura", "langdetect", "lxml")
    return ", ".join((f"djeli {__version__}", *(f"{name} {installed(name)}" for name in names)))


def put_bytes(data: bytes, place: str) -> None:
    """Durably and whole."""
    with tempfile.NamedTemporaryFile(prefix="djeli-") as file:
        file.write(data)
        file.flush()
        storage.put(Path(file.name), place)
