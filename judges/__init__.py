"""Replay tools made by others, as judges of the archive: separate programs, in folders of their own."""
