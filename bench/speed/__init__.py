"""How fast, and at what cost: ``python -m bench.speed``."""
