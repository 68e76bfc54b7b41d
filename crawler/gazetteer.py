"""Names of countries, provinces, towns and people, found in a text."""
