"""Articles on disk: ``articles/YYYY-MM-DD.jsonl``, one a line, and the catalogue made from them.

An article is acknowledged once its line is durable and the catalogue has it, in that order.  An id
that is there already is acknowledged without being written again, so that a page which is extracted
a second time after a crash leaves no second line.  Processes that share the folder take turns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

from archive.article import Article, Written
from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.folders import locked, make_folder, sync_folder
from archive.groupcommit import GroupCommit
from archive.shared import Shared

_stores: Shared[ArticleStore] = Shared()


def open_articles(data_dir: Path) -> ArticleStore:
    """The article store of that folder; every call is to be answered by one ``release``.

    Raises ``ArchiveError`` if it cannot be written.
    """
    return _stores.open(data_dir, ArticleStore)


def release(store: ArticleStore) -> None:
    """The last to release a store closes it."""
    _stores.release(store.data_dir)


class ArticleStore:
    """Appends articles on a thread of its own; ``add`` may be called from any thread."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._folder = data_dir / "articles"
        self._path = data_dir / "catalogue.sqlite"
        try:
            make_folder(self._folder)
            catch_up(data_dir)
        except OSError as e:
            raise ArchiveError(f"cannot write {e.filename or self._folder}: {e.strerror}") from e
        self._catalogue: Catalogue | None = None
        self._commits: GroupCommit[Article, bool] = GroupCommit(
            "articles", self._write, self._finish
        )

    def add(self, article: Article) -> Future[bool]:
        """Done once the article is durable; False if it was there already."""
        return self._commits.submit(article)

    def close(self) -> None:
        """Write what is waiting."""
        self._commits.close()

    def _finish(self) -> None:
        if self._catalogue:
            self._catalogue.close()

    def _write(self, articles: Sequence[Article]) -> list[bool]:
        if self._catalogue is None:  # a connection of SQLite belongs to the thread that made it
            self._catalogue = Catalogue(self._path)
        try:
            with locked(self._folder):
                return self._write_alone(articles, self._catalogue)
        except OSError as e:
            raise ArchiveError(f"cannot write {e.filename or self._folder}: {e.strerror}") from e

    def _write_alone(self, articles: Sequence[Article], catalogue: Catalogue) -> list[bool]:
        by_day: dict[str, dict[str, Article]] = {}
        for article in articles:
            by_day.setdefault(article.fetched_at[:10], {}).setdefault(article.id, article)
        for day in by_day:
            _catch_up_file(self._folder / f"{day}.jsonl", catalogue)
        known = catalogue.known(article.id for article in articles)
        for day, batch in by_day.items():
            fresh = [Written.of(article) for id_, article in batch.items() if id_ not in known]
            if fresh:
                path = self._folder / f"{day}.jsonl"
                catalogue.add_written(fresh, path.name, _append(path, fresh))
        results = []
        for article in articles:
            results.append(article.id not in known)
            known.add(article.id)
        return results


def catch_up(data_dir: Path) -> None:
    """Cut a half-written last line off each file, and tell the catalogue what it has missed."""
    folder = data_dir / "articles"
    with locked(folder):
        catalogue = Catalogue(data_dir / "catalogue.sqlite")
        try:
            for path in sorted(folder.glob("*.jsonl")):
                _catch_up_file(path, catalogue)
        finally:
            catalogue.close()


def _catch_up_file(path: Path, catalogue: Catalogue) -> None:
    size = path.stat().st_size if path.exists() else 0
    held = catalogue.size_of(path.name)
    if size == held:
        return
    start = held if held < size else 0  # a shorter file is another one, to be read from its start
    with path.open("r+b") as file:
        file.seek(start)
        missed = file.read()
        whole = missed[: missed.rfind(b"\n") + 1]
        articles = list(_articles_in(whole, path, start))
        file.truncate(start + len(whole))
        os.fsync(file.fileno())
    catalogue.add(articles, path.name, start + len(whole))


def _articles_in(lines: bytes, path: Path, start: int) -> Iterator[Article]:
    for line in lines.splitlines(keepends=True):
        try:
            yield Article.from_json(line.decode())
        except (ValueError, KeyError, TypeError) as e:
            raise ArchiveError(f"{path} at byte {start}: this line is no article: {e!r}") from e
        start += len(line)


def _append(path: Path, articles: Sequence[Written]) -> int:
    """The size of the file after they are durable in it; after a failure it is as it was."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError as e:
        raise ArchiveError(f"cannot write {path}: {e.strerror or e}") from e
    before = os.fstat(fd).st_size
    try:
        view = memoryview("".join(f"{article.line}\n" for article in articles).encode())
        while view:
            view = view[os.write(fd, view) :]
        os.fdatasync(fd)
        if not before:
            sync_folder(path.parent)
        return os.fstat(fd).st_size
    except OSError as e:
        os.ftruncate(fd, before)
        raise ArchiveError(f"cannot write {path}: {e.strerror or e}") from e
    finally:
        os.close(fd)
