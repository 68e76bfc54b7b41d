"""Understand pages (pure modules) and drive Scrapy (edges)."""
