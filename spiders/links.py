"""How links are found: feed, sitemap, robots.txt or page in bytes, dated links out; all pure."""

from crawler.urls import canonical
from spiders.feeds import feed_links
from spiders.link import Link
from spiders.listing import PageLinks, page_links
from spiders.shape import may_be_article, may_list_articles
from spiders.sitemaps import Sitemap, robots_sitemaps, sitemap_links

__all__ = [
    "Link",
    "PageLinks",
    "Sitemap",
    "canonical",
    "feed_links",
    "may_be_article",
    "may_list_articles",
    "page_links",
    "robots_sitemaps",
    "sitemap_links",
]
