"""Scrapy's settings module: the only configuration beside the site files."""

import os

from scrapy.settings import default_settings

from archive import __version__

BOT_NAME = "djeli"
SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "spiders.loader.SiteSpiderLoader"
COMMANDS_MODULE = "crawler.scrapy_commands"  # exit statuses that tell the truth

# Where everything is kept: warc/, articles/, sites/ (your own site files), state/.
DATA_DIR = os.environ.get("DJELI_DATA_DIR", "data")

# Archive first.
ADDONS = {"crawler.addon.ArchiveAddon": 100}
SCHEDULER = "crawler.scheduler.JournalScheduler"
DOWNLOADER = "crawler.downloader.Downloader"  # never more requests at a host than are allowed
REQUEST_FINGERPRINTER_CLASS = (
    "crawler.sameness.PlainFingerprinter"  # Scrapy's, in a sixth of the time
)
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.compression.TolerantCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.politeness.PoliteRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.redirects.MetaRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "crawler.counting.DownloaderStats": 850,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.redirects.RedirectMiddleware": 600,
}
STATS_CLASS = "crawler.counting.PlainStats"  # the same numbers
LOG_FORMATTER = "crawler.counting.QuietLogFormatter"  # the same lines, where they are written
ITEM_PIPELINES = {"crawler.store.ArticlePipeline": 300}
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.politeness.PoliteThrottle": 0,
    "crawler.progress.Progress": 500,
}

# Scrapy imports every component of its own lists, those that are switched off as well: with these
# two come aiohttp, requests and tldextract, a third of the time to the first request.
_IDLE = (
    "scrapy.extensions.remote_control.RemoteControl",
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
)
EXTENSIONS_BASE = {k: v for k, v in default_settings.EXTENSIONS_BASE.items() if k not in _IDLE}
DOWNLOADER_MIDDLEWARES_BASE = {
    k: v for k, v in default_settings.DOWNLOADER_MIDDLEWARES_BASE.items() if k not in _IDLE
}

# The other five of Scrapy's in one, each as its settings say: a page went through twenty generators.
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
    "crawler.yielded.YieldedMiddleware": 900,
}

# Who asks, and where to complain: named in every request and in each WARC file's warcinfo.
OPERATOR = os.environ.get("DJELI_OPERATOR", "")  # such as "Desk Sahel, desk@example.org"
USER_AGENT = " ".join(
    filter(None, [f"Djeli/{__version__} (archiving crawler for African security news)", OPERATOR])
)

# A guest behaves.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 4  # of a site's hosts; Ctrl-C waits for as many, each a delay after the other
DOWNLOAD_DELAY_JITTER = 0  # half the delay now and then is not the delay
DOWNLOAD_DELAY = 1.0  # seconds; a site file's `delay` overrides it
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
COOKIES_ENABLED = (
    False  # no session, no personal page; and tldextract would ask the network for a list
)

# No way from a stranger's page into the operator's own network: see crawler/addresses.py.
TWISTED_DNS_RESOLVER = "crawler.addresses.GuardedResolver"
ALLOW_PRIVATE = False  # --allow-private, or a site file's `allow_private`
PRIVATE_PLACES: list[str] = []  # host:port of sites whose own address is a private one

# gzip, deflate and br only: replay tools cannot decode zstd.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
}

# A page gives one article, and Scrapy starts this many tasks for what each page gives, needed or not.
CONCURRENT_ITEMS = 1

# Bounds on what a stranger may send.
DOWNLOAD_TIMEOUT = 60  # seconds
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # bytes; what came until then is kept, marked truncated
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 10
LISTING_PAGES = 20  # how far back a listing is paged through, as long as it brings unknown articles
SITEMAP_ARTICLES = 5000  # how many articles of its sitemaps one crawl of a site asks for
CRAWL_DUE = False  # --due: pages that failed wait until their time has come
CRAWL_SINCE = None  # --since: a day; archives are walked back to it
REQUISITES = True  # style sheets, pictures and fonts of articles; a site file may say false

# Nobody drives this process from outside.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
