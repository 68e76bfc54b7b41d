"""Extraction as most pipelines have it: trafilatura's article, langdetect's language."""

from __future__ import annotations

import json

import trafilatura
from langdetect import DetectorFactory, LangDetectException, detect

DetectorFactory.seed = 0


def article(html: str | bytes, url: str) -> str | None:
    """One JSON object, or None where there is no text."""
    found = trafilatura.extract(html, url=url, output_format="json", with_metadata=True)
    if not found:
        return None
    told = json.loads(found)
    try:
        told["language"] = detect(told.get("text") or "")
    except LangDetectException:
        told["language"] = None
    return json.dumps(told, ensure_ascii=False)
