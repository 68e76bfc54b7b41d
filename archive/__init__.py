"""Keep what was fetched and find it again.  Knows no Scrapy and no HTML cleaning."""

__version__ = "0.1.0"
