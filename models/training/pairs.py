"""Reads the sentence pairs English – other language."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.training.sources import chance

LANGUAGES = ("pl", "es", "de", "fr", "pt", "it", "zh-Hans", "zh-Hant")
"""The languages that the network learns to understand beside English."""

Pair = tuple[str, str]
"""English and its translation."""

_NAMES = "cldr_emoji_names"


def files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield source, language and file."""
    for path in sorted(folder.glob("*.tsv.gz")):
        source, tag = path.name.removesuffix(".tsv.gz").split(".")
        if source != _NAMES:
            yield source, "zh-Hans" if tag == "zh" else tag, path


def read(path: Path) -> list[Pair]:
    """Return the pairs of a file in an order of their own, which no file's order shapes."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [line.rstrip("\n").split("\t")[:2] for line in lines]
    return sorted(((english, other) for english, other in found), key=lambda p: chance(p[1]))


def by_language(folder: Path, languages: Sequence[str] = LANGUAGES) -> dict[str, list[Pair]]:
    """Return all pairs of each language."""
    found: dict[str, list[Pair]] = {language: [] for language in languages}
    for _, language, path in files(folder):
        if language in found:
            found[language] += read(path)
    return found
