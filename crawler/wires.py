"""The agency whose text an article is, by the words that credit it."""
