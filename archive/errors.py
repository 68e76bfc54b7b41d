"""The errors that a user meets; each names what it is about."""


class DjeliError(Exception):
    """A message for people, in one line; commands print it and exit with status 1."""


class ArchiveError(DjeliError):
    """The archive can not be written or read; names the file."""


class DamagedRecordError(ArchiveError):
    """Bytes in a WARC file are not a whole record; names file and offset."""


class SiteError(DjeliError):
    """A site file is wrong or missing; names file, key and what is allowed."""


class UsageError(DjeliError):
    """A command was called wrongly; commands print it and exit with status 2."""
