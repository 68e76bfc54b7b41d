"""Pages that are one article: its parts joined, AMP and print versions left for the article's own page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.article import Article
from crawler.parts import MOST, Continued, lacking
from crawler.urls import identity
from crawler.verdict import Extract

_HELD = 500  # pages that wait for another; of more the oldest are taken as they are
_KNOWN = 100_000  # articles whose addresses are remembered


@dataclass(slots=True)
class _Chain:
    """The parts so far, and where the next one is."""

    parts: list[Article]
    next: Continued


class Joiner:
    """Articles in, in the order of their records; out come those that are whole.

    ``join`` makes one article of several parts.  What waits in the end is given by ``rest``.
    """

    def __init__(self, join: Callable[[list[Article]], Article]) -> None:
        self._join = join
        self._chains: OrderedDict[str, _Chain] = OrderedDict()  # by the address of the next part
        self._held: OrderedDict[str, Extract] = OrderedDict()  # versions, by their own address
        self._known: OrderedDict[str, None] = OrderedDict()

    def take(self, page: Extract) -> Iterator[Article]:
        """What is whole now that this page has come."""
        article = page.result
        if not isinstance(article, Article):
            return
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

    def rest(self) -> Iterator[Article]:
        """Parts whose next one never came, and versions of pages that are not there."""
        for chain in self._chains.values():
            yield self._own(lacking(self._join(chain.parts), chain.next.url))
        self._chains.clear()
        for page in self._held.values():
            article = page.result
            if not isinstance(article, Article) or page.version is None:
                continue
            if identity(page.version.url) not in self._known:
                yield self._own(article)
        self._held.clear()

    def _begin(self, chain: _Chain) -> Iterator[Article]:
        """Wait for the next part, unless it has come already."""
        held = self._held.pop(chain.next.url, None)
        if held and isinstance(held.result, Article):
            yield from self._go_on(chain, held.result, held.continued)
            return
        self._chains[chain.next.url] = chain
        yield from self._overflow()

    def _go_on(self, chain: _Chain, article: Article, then: Continued | None) -> Iterator[Article]:
        parts = [*chain.parts, article]
        self._remember(article)
        if then is None or chain.next.is_whole or len(parts) >= MOST:
            yield self._own(self._join(parts))
        else:
            yield from self._begin(_Chain(parts, then))

    def _own(self, article: Article) -> Article:
        self._remember(article)
        return article

    def _remember(self, article: Article) -> None:
        for url in (article.url, article.canonical_url):
            self._known[identity(url)] = None
        while len(self._known) > 2 * _KNOWN:
            self._known.popitem(last=False)

    def _overflow(self) -> Iterator[Article]:
        if len(self._chains) > _HELD:
            _, chain = self._chains.popitem(last=False)
            yield self._own(self._join(chain.parts))
        if len(self._held) > _HELD:
            _, page = self._held.popitem(last=False)
            if isinstance(page.result, Article):
                yield self._own(page.result)
