"""A hostile HTTP server that logs every byte, and the judge that holds an archive against its log."""
