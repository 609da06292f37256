"""The written messages are complete, and what is held out was not given away."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from engage_tui.domain.triage import Intent
from models.training.sources import written

ROWS: list[dict[str, Any]] = list(written())
LANGUAGES = ("en", "pl", "es", "de", "fr", "pt", "zh-Hans", "zh-Hant")


def test_every_row_says_what_it_teaches() -> None:
    assert len(ROWS) >= 6_000
    known = {"text", "intent", "sentiment", "lang", "kind", "split"}
    assert all(set(row) == known and row["text"].strip() for row in ROWS)
    assert {row["sentiment"] for row in ROWS} == {"positive", "neutral", "negative"}
    assert {row["kind"] for row in ROWS} == {"comment", "dm"}
    assert {row["split"] for row in ROWS} == {"train", "dev"}
    assert max(Counter((row["text"].casefold(), row["lang"]) for row in ROWS).values()) == 1


def test_every_language_has_every_intent_on_both_sides() -> None:
    counts = Counter((row["lang"], row["intent"], row["split"]) for row in ROWS)
    for language in LANGUAGES:
        for intent in Intent:
            assert counts[language, intent.value, "dev"] >= 8
            assert counts[language, intent.value, "train"] >= 30


def test_no_message_has_a_near_copy_on_the_other_side_of_the_split() -> None:
    cut = [(row["split"], row["text"], _runs(row["text"])) for row in ROWS]
    held_out = [runs for split, _, runs in cut if split == "dev"]
    holding: dict[str, list[int]] = defaultdict(list)
    for place, runs in enumerate(held_out):
        for run in runs:
            holding[run].append(place)
    for split, text, runs in cut:
        if split == "train":
            shared = Counter(place for run in runs for place in holding[run])
            for place, count in shared.items():
                assert count / len(runs | held_out[place]) < 0.6, text


def _runs(text: str) -> set[str]:
    """Return the runs of three letters of a text, two in Chinese; the whole text if shorter."""
    letters = "".join(character for character in text.casefold() if character.isalnum())
    size = 2 if any(character > "\u3000" for character in letters) else 3
    if len(letters) <= size:
        return {text}
    return {letters[at : at + size] for at in range(len(letters) - size + 1)}
