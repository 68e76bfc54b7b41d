"""Extractors beside which ours is measured; each runs in an environment of its own."""
