"""The reading room: the archive as web pages, for people."""
