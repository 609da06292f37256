"""Cuts texts into the word pieces that the network knows, the same for training and for reading.

A text is first brought to the words of `features.normalise`. A word then loses its accents and
its drawn-out letters ("looove"), and is cut from the left into the longest known pieces, where
a piece inside a word is written with `##` before it (WordPiece, as BERT does it; on plain English
the two agree). Chinese and Japanese characters, which `normalise` sets apart, are put together
again and cut into the longest known runs, without `##`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from engage_tui.triage.features import is_ideograph, normalise

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
"""The first pieces of every vocabulary, in this order."""
PAD, UNKNOWN, FIRST, LAST = range(4)

WINDOW = 96
"""Pieces that the network reads at once, those at both ends included."""
_STEP = 64
_MOST_WINDOWS, _LAST_WINDOWS = 16, 4
"""Enough for a thousand words; keeps what a stranger can cost within a fraction of a second."""
_LONGEST = 20
_REMEMBERED = 50_000

_DRAWN_OUT = re.compile(r"([^\W\d_])\1\1+")
_NO_STROKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


class Pieces:
    """A vocabulary, and how texts are cut by it; a word's pieces never depend on its neighbours."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Take the pieces in the order of their numbers.

        Raises:
            ValueError: the special pieces are not the first, or a piece comes twice.
        """
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        if tuple(vocabulary[: len(SPECIAL)]) != SPECIAL or len(self._numbers) != len(vocabulary):
            raise ValueError("not a vocabulary of word pieces")
        # Words repeat: remembering their pieces makes cutting many times faster.
        self._known_word = lru_cache(_REMEMBERED)(self._word)

    def __len__(self) -> int:
        return len(self._numbers)

    def cut(self, text: str) -> list[int]:
        """Return the numbers of all pieces of a text, however long it is."""
        return self._pieces(normalise(text))

    def windows(self, normalised: str) -> list[list[int]]:
        """Return what the network reads of a text that went through `normalise`.

        One row, or several overlapping ones for a long text; of a very long one its beginning and
        its end.
        """
        parts = _parts(self._pieces(normalised), WINDOW - 2, _STEP)
        rows = [[FIRST, *part, LAST] for part in parts]
        if len(rows) > _MOST_WINDOWS:
            return rows[: _MOST_WINDOWS - _LAST_WINDOWS] + rows[-_LAST_WINDOWS:]
        return rows

    def _pieces(self, normalised: str) -> list[int]:
        found: list[int] = []
        for ideographs, words in groupby(normalised.split(), is_ideograph):
            if ideographs:
                found += self._longest_first("".join(words), "")
                continue
            for word in words:
                found += self._known_word(word) if len(word) <= _LONGEST else self._word(word)
        return found

    def _word(self, word: str) -> tuple[int, ...]:
        return self._longest_first(plain(word), "##")

    def _longest_first(self, word: str, inside: str) -> tuple[int, ...]:
        """Cut a word; a character that no piece covers counts as unknown."""
        found, start = [], 0
        while start < len(word):
            prefix = inside if start else ""
            for end in range(min(len(word), start + _LONGEST), start, -1):
                number = self._numbers.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                number, end = UNKNOWN, start + 1
            found.append(number)
            start = end
        return tuple(found)


def plain(word: str) -> str:
    """Return a word without accents, strokes and drawn-out letters."""
    parts = unicodedata.normalize("NFD", word.translate(_NO_STROKE))
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return _DRAWN_OUT.sub(r"\1", bare)


def _parts(pieces: list[int], size: int, step: int) -> Iterator[list[int]]:
    """Yield stretches of at most `size` that overlap by `size - step`; at least one."""
    for start in range(0, max(1, len(pieces) - size + step), step):
        yield pieces[start : start + size]
