"""Turns texts into hashed n-gram features, the same for training and for reading messages.

A text goes through these steps:

1. beyond `MOST_CHARACTERS` only its beginning and its end are kept (`shorten`);
2. `normalise`: NFKC, `mask` (handles become `@user`, links `http`), casefold; invisible characters
   go, a character repeated more than three times stays three times; every symbol, every emoji and
   every Chinese or Japanese character stands alone as a word; words are joined by single spaces;
3. features are the runs of one to `words` words, and the runs of `shortest` to `longest`
   characters inside a word, where the space before or after it counts as a character. A run of
   characters has at least two that are not spaces, so that words of one character do not count
   twice;
4. each feature is hashed into a bucket from 1 to `buckets` - 1, and a bucket counts once for each
   text. Bucket 0 stands for "nothing" and fills up short rows.

The hash is plain arithmetic on code points: stable over processes, machines and versions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engage_tui.domain.triage import mask

Ids: TypeAlias = NDArray[np.int32]
Hashes: TypeAlias = NDArray[np.uint64]

MOST_CHARACTERS = 4_000
"""Longer texts are cut to this; platforms allow more only in descriptions and e-mail-like DMs."""
_TAIL = 1_000

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_REPEATED = re.compile(r"(.)\1{3,}", re.DOTALL)
_IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_IS_IDEOGRAPH = re.compile(_IDEOGRAPH)
_ALONE = re.compile(
    # \w leaves out the vowel signs of Indic and other scripts, which belong inside words.
    rf"[^\w\s\u0300-\u036f\u0590-\u0eff]|{_IDEOGRAPH}"
)

_PRIME = np.uint64(0x100000001B3)
_SPACE = 32


@dataclass(frozen=True, slots=True)
class NGrams:
    """Which features are taken, and how many buckets they share."""

    buckets: int = 2**18
    words: int = 2
    shortest: int = 2
    longest: int = 5


@dataclass(frozen=True, slots=True)
class Bags:
    """The features of several texts: those of text i are `ids[starts[i]:starts[i + 1]]`, sorted."""

    ids: Ids
    starts: NDArray[np.int64]

    def padded(self) -> Ids:
        """Return one row for each text, filled up with zeros to the longest."""
        counts = np.diff(self.starts)
        rows = np.zeros((len(counts), max(1, int(counts.max(initial=0)))), np.int32)
        rows[np.arange(rows.shape[1]) < counts[:, None]] = self.ids
        return rows


def shorten(text: str) -> str:
    """Keep the beginning and the end of a very long text."""
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[: MOST_CHARACTERS - _TAIL - 1]} {text[-_TAIL:]}"


def normalise(text: str) -> str:
    """Return the words of a text as the model sees them, joined by single spaces."""
    # One character of NFKC can become eighteen: what was short can be long after it.
    text = mask(shorten(unicodedata.normalize("NFKC", shorten(text)))).casefold()
    text = _REPEATED.sub(r"\1\1\1", _INVISIBLE.sub("", text))
    return " ".join(_ALONE.sub(r" \g<0> ", text).split())


def is_ideograph(word: str) -> bool:
    """Tell whether a word of `normalise` is one Chinese or Japanese character."""
    return _IS_IDEOGRAPH.fullmatch(word) is not None


def extract(texts: Sequence[str], ngrams: NGrams) -> Bags:
    """Hash the features of each text; a text's features never depend on its neighbours."""
    return hashed([normalise(text) for text in texts], ngrams)


def hashed(normalised: Sequence[str], ngrams: NGrams) -> Bags:
    """Hash the features of texts that went through `normalise`."""
    padded = [f" {text} " for text in normalised]
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32)
    owner = np.repeat(np.arange(len(padded)), [len(text) for text in padded])
    hashes, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for found in (_characters(codes, ngrams), _words(codes, owner, ngrams.words)):
        for values, positions in found:
            hashes.append(_spread(values))
            owners.append(owner[positions])
    buckets = np.concatenate(hashes) % np.uint64(ngrams.buckets - 1) + np.uint64(1)
    keys = np.unique(np.concatenate(owners) * ngrams.buckets + buckets.astype(np.int64))
    starts = np.searchsorted(keys, np.arange(len(padded) + 1) * ngrams.buckets)
    return Bags((keys % ngrams.buckets).astype(np.int32), starts)


def _characters(
    codes: NDArray[np.uint32], ngrams: NGrams
) -> list[tuple[Hashes, NDArray[np.int64]]]:
    """Hash runs of characters; two spaces part the texts, so no run reaches over their border."""
    values = np.zeros(len(codes) + 1, np.uint64)
    spaces = np.concatenate(([0], np.cumsum(codes == _SPACE)))
    found = []
    for size in range(1, min(ngrams.longest, len(codes)) + 1):
        ends = len(codes) - size + 1
        values = (values[:ends] ^ codes[size - 1 :]) * _PRIME
        if size < ngrams.shortest:
            continue
        inside = spaces[size - 1 : size - 1 + ends] - spaces[1 : 1 + ends]
        total = spaces[size : size + ends] - spaces[:ends]
        positions = np.flatnonzero((inside == 0) & (size - total >= 2))
        found.append((values[positions] + np.uint64(size), positions))
    return found


def _words(
    codes: NDArray[np.uint32], owner: NDArray[np.int64], longest: int
) -> list[tuple[Hashes, NDArray[np.int64]]]:
    """Hash runs of words; a word's hash is a polynomial over its code points."""
    filled = codes != _SPACE
    starts = np.flatnonzero(filled[1:] & ~filled[:-1]) + 1
    if not len(starts):
        return []
    place = np.arange(len(codes)) - np.repeat(
        np.concatenate(([0], starts)), np.diff(np.concatenate(([0], starts, [len(codes)])))
    )
    powers = np.cumprod(np.full(int(place.max()) + 1, _PRIME), dtype=np.uint64)
    words = np.add.reduceat(np.where(filled, codes * powers[place], np.uint64(0)), starts)
    runs, found = words, [(words, starts)]
    for size in range(2, longest + 1):
        count = max(0, len(words) - size + 1)
        runs = _spread(runs[:count]) + words[size - 1 :]
        same = np.flatnonzero(owner[starts[:count]] == owner[starts[size - 1 :]])
        found.append((runs[same], starts[same]))
    return found


def _spread(values: Hashes) -> Hashes:
    """Mix the bits of each value, so that its remainder depends on all of them."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))
