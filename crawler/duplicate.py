"""What an article carries so that those that share its text are found: its sketch."""

from __future__ import annotations

from archive.sketch import Sketch


def sketch_of(text: str) -> str | None:
    """The text's sketch as ``Article.sketch`` has it; None for a text without words."""
    sketch = Sketch.of(text)
    return sketch.to_text() if sketch else None
