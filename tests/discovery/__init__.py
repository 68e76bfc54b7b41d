"""How links are found, on what servers really send."""
