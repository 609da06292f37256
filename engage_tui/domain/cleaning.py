"""Text on its way into the database and into its full-text index."""

from __future__ import annotations

import re
import unicodedata

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")

# Scripts written without spaces between words: kana, bopomofo, hangul, Chinese characters, Thai,
# Lao, Burmese, Khmer. The index would take a whole sentence of them for one word.
_SOLID = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029"
    "\u3031-\u3035\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_HAS_SOLID = re.compile(f"[{_SOLID}]")
_SOLID_BORDER = re.compile(rf"(?<=[{_SOLID}])(?=\S)|(?<=\S)(?=[{_SOLID}])")


def clean(raw: str) -> str:
    """Return the text as SQLite can hold it, otherwise untouched.

    Halves of a surrogate pair that stand together become their character, a half alone becomes
    U+FFFD. NUL, at which SQLite's `length()` stops, becomes U+2400, its visible symbol.
    """
    return _HALF.sub("\ufffd", _PAIR.sub(_joined, raw)).replace("\0", "\u2400")


def search_form(text: str) -> str | None:
    """Return what to index instead of the text, or None where the text itself will do.

    Characters of scripts written without spaces are set apart, so that a word of them is found as
    the phrase of its characters. `search_phrase` does the same to what a person looks for.
    """
    return _spaced(text) if _HAS_SOLID.search(text) else None


def search_phrase(term: str) -> str:
    """Return an FTS5 expression that finds the term as a phrase, whatever characters it holds.

    A `*` at the end asks for words that begin like the last one. A term without a letter or digit
    finds nothing.
    """
    term = clean(term).strip()
    words = term.rstrip("*")
    quoted = '"' + _spaced(words).replace('"', '""') + '"'
    return quoted + "*" if words and words != term else quoted


def _spaced(text: str) -> str:
    # Composed first: a decomposed syllable would fall into other pieces than a composed one.
    return _SOLID_BORDER.sub(" ", unicodedata.normalize("NFC", text))


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
