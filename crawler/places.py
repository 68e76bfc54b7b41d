"""The countries of an article: what it is about, what it mentions, and the words that show it."""
