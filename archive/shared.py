"""One instance a folder in a process, however many crawls use it."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Finish what is waiting and give everything back."""


T = TypeVar("T", bound=Closable)


class Shared(Generic[T]):
    """The open instances by folder; the last user to release one closes it.

    What is still open when the interpreter ends is closed then.
    """

    def __init__(self) -> None:
        self._open: dict[Path, tuple[T, int]] = {}
        self._lock = threading.Lock()
        atexit.register(self.close_all)

    def open(self, folder: Path, make: Callable[[Path], T]) -> T:
        """The folder's instance, made if there is none; to be answered by one ``release``."""
        key = folder.resolve()
        with self._lock:
            instance, users = self._open.get(key) or (make(key), 0)
            self._open[key] = instance, users + 1
        return instance

    def release(self, folder: Path) -> None:
        """One user less."""
        key = folder.resolve()
        with self._lock:
            if key not in self._open:
                return
            instance, users = self._open.pop(key)
            if users > 1:
                self._open[key] = instance, users - 1
            else:
                instance.close()

    def close_all(self) -> None:
        """Close every instance, whoever uses it; one that cannot be closed leaves none open."""
        with self._lock, ExitStack() as closing:
            while self._open:
                instance, _ = self._open.popitem()[1]
                closing.callback(instance.close)
