"""How links are found: feed, sitemap, robots.txt, API or page in bytes, dated links out; all pure."""

from crawler.urls import canonical, identity
from spiders.feeds import feed_links
from spiders.link import Link, not_among
from spiders.listing import PageLinks, page_links
from spiders.selected import listing_links, listing_url
from spiders.shape import may_be_article, may_list_articles
from spiders.sitemaps import Sitemap, robots_sitemaps, sitemap_links

__all__ = [
    "Link",
    "PageLinks",
    "Sitemap",
    "canonical",
    "feed_links",
    "identity",
    "listing_links",
    "listing_url",
    "may_be_article",
    "may_list_articles",
    "not_among",
    "page_links",
    "robots_sitemaps",
    "sitemap_links",
]
