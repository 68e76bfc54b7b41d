"""What the contestants run, each in an environment of its own: they import nothing of Djeli but where they are Djeli."""
