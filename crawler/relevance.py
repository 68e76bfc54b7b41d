"""How much an article is about security, with the terms that say so."""
