"""Crawling on several machines: what travels with a site, how it is handed in, and the jobs."""
