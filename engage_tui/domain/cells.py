"""Widths of text in terminal cells, for plain tables; widgets measure with their own library."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Return how many cells a text takes; combining marks take none, wide letters two."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def fit(text: str, cells: int) -> str:
    """Return the text cut with an ellipsis, or filled with spaces, to exactly so many cells."""
    room = cells - width(text)
    if room >= 0:
        return text + " " * room
    kept, used = [], 0
    for char in text:
        used += _cell(char)
        if used > cells - 1:
            used -= _cell(char)
            break
        kept.append(char)
    return "".join(kept) + "…" + " " * (cells - 1 - used)


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
