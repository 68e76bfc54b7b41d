"""Scrapy's own commands where ours must differ: exit statuses, and no traces of looking around."""

LOOKING = {"ARCHIVE_ENABLED": False, "JOURNAL_ENABLED": False}
