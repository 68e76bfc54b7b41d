"""Pages that are one article: its parts joined, AMP and print versions left for the article's own page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from crawler.parts import MOST, Continued
from crawler.urls import identity
from crawler.versions import Version

_HELD = 500  # pages that wait for another; of more the oldest are taken as they are
_KNOWN = 100_000  # articles whose addresses are remembered


class Addressed(Protocol):
    """An article, or what stands for one."""

    @property
    def url(self) -> str:
        """Where it was fetched from."""

    @property
    def canonical_url(self) -> str:
        """What it calls its own address."""


A = TypeVar("A", bound=Addressed)


@dataclass(frozen=True, slots=True)
class Piece(Generic[A]):
    """A page with an article, where that goes on, and the article's own page if this is another version of it."""

    article: A
    continued: Continued | None = None
    version: Version | None = None


@dataclass(slots=True)
class _Chain(Generic[A]):
    """The parts so far, and where the next one is."""

    parts: list[A]
    next: Continued


class Joiner(Generic[A]):
    """Pages in, in the order of their records; out come articles that are whole.

    ``join`` makes one article of several parts, and notes in it the address of a further part that never
    came.  What waits in the end is given by ``rest``.
    """

    def __init__(self, join: Callable[[list[A], str | None], A]) -> None:
        self._join = join
        self._chains: OrderedDict[str, _Chain[A]] = OrderedDict()  # by the address of the next part
        self._held: OrderedDict[str, Piece[A]] = OrderedDict()  # versions, by their own address
        self._known: OrderedDict[str, None] = OrderedDict()

    def take(self, page: Piece[A]) -> Iterator[A]:
        """What is whole now that this page has come."""
        article = page.article
        if chain := self._chains.pop(article.url, None):
            yield from self._go_on(chain, article, page.continued)
        elif page.version and identity(page.version.url) in self._known:
            return
        elif page.version:
            self._held[article.url] = page
            yield from self._overflow()
        elif page.continued:
            yield from self._begin(_Chain([article], page.continued))
        else:
            yield self._own(article)

    def rest(self) -> Iterator[A]:
        """Parts whose next one never came, and versions of pages that are not there."""
        for chain in self._chains.values():
            yield self._own(self._join(chain.parts, chain.next.url))
        self._chains.clear()
        for page in self._held.values():
            if page.version and identity(page.version.url) not in self._known:
                yield self._own(page.article)
        self._held.clear()

    def _begin(self, chain: _Chain[A]) -> Iterator[A]:
        """Wait for the next part, unless it has come already."""
        if held := self._held.pop(chain.next.url, None):
            yield from self._go_on(chain, held.article, held.continued)
            return
        self._chains[chain.next.url] = chain
        yield from self._overflow()

    def _go_on(self, chain: _Chain[A], article: A, then: Continued | None) -> Iterator[A]:
        parts = [*chain.parts, article]
        self._remember(article)
        if then is None or chain.next.is_whole or len(parts) >= MOST:
            yield self._own(self._join(parts, None))
        else:
            yield from self._begin(_Chain(parts, then))

    def _own(self, article: A) -> A:
        self._remember(article)
        return article

    def _remember(self, article: A) -> None:
        for url in (article.url, article.canonical_url):
            self._known[identity(url)] = None
        while len(self._known) > 2 * _KNOWN:
            self._known.popitem(last=False)

    def _overflow(self) -> Iterator[A]:
        if len(self._chains) > _HELD:
            _, chain = self._chains.popitem(last=False)
            yield self._own(self._join(chain.parts, None))
        if len(self._held) > _HELD:
            _, page = self._held.popitem(last=False)
            yield self._own(page.article)
