"""The hand-written texts of the practice followers, dealt so that none comes twice too soon."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from engage_tui.domain.model import Kind
from engage_tui.sandbox.brand import PRODUCTS
from engage_tui.sandbox.records import Follower

LANGUAGES = {
    "en": 58,
    "pl": 10,
    "de": 9,
    "es": 8,
    "fr": 5,
    "pt": 4,
    "zh-Hans": 3,
    "zh-Hant": 2,
    "ar": 1,
    "he": 1,
}
"""The languages of the followers, with how common each is in a hundred."""


@cache
def table(name: str) -> dict[str, Any]:
    """Return one of the data files."""
    return tomllib.loads(
        files("engage_tui.sandbox").joinpath(f"data/{name}.toml").read_text("utf-8")
    )


class Phrases:
    """Deals texts from shuffled decks; the same dealing order gives the same texts."""

    def __init__(self) -> None:
        self._decks: dict[tuple[str, ...], list[str]] = {}

    def message(self, follower: Follower, intent: str, kind: Kind, rng: Random) -> list[str]:
        """Return what a follower writes, in one or more parts."""
        language = follower.language
        if not self._listed(language, intent, kind.value):
            language = "en"
        text = self._deal(rng, language, intent, kind.value)
        return [part.strip() for part in _filled(text, language, follower, rng).split("||")]

    def follow_up(self, follower: Follower, rng: Random) -> str:
        """Return what a follower writes back after an answer; drawn apart from the decks."""
        text = rng.choice(table(follower.language)["after"]["text"])
        return _filled(text, follower.language, follower, rng)

    def answer(self, follower: Follower, intent: str, rng: Random) -> str | None:
        """Return what the brand answers, None where it has nothing to say."""
        for language in (follower.language, "en"):
            known = table(language).get("answer", {}).get(intent)
            if known:
                return _filled(rng.choice(known), language, follower, rng)
        return None

    def _listed(self, language: str, intent: str, kind: str) -> list[str]:
        by_kind = table(language).get(intent, {})
        return [*by_kind.get("any", ()), *by_kind.get(kind, ())]

    def _deal(self, rng: Random, *key: str) -> str:
        deck = self._decks.setdefault(key, [])
        if not deck:
            deck += self._listed(*key)
            rng.shuffle(deck)
        return deck.pop()


def _filled(text: str, language: str, follower: Follower, rng: Random) -> str:
    fill = table(language)["fill"]
    for slot, value in (
        ("{product}", rng.choice(PRODUCTS)),
        ("{colour}", rng.choice(fill["colour"])),
        ("{city}", rng.choice(fill["city"])),
        ("{order}", f"MK-{rng.randint(41_000, 48_999)}"),
        ("{first}", follower.first_name),
    ):
        text = text.replace(slot, value)
    return text
