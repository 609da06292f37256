"""The append-only file of everything that was done to the practice platforms from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engage_tui.domain.model import Millis


class JournalError(Exception):
    """The file is not a journal of the practice platforms."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first line: what the whole world is made from."""

    seed: int
    start: Millis
    every: Millis
    """How far apart the followers' messages are."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One change: a text (`reply`, `dm`, `private_reply`) or a new state of an entry (`state`)."""

    kind: str
    at: Millis
    target: str
    """The entry replied to or changed; for a direct message the person."""
    thread: str = ""
    id: str = ""
    text: str = ""
    state: str = ""
    listed_at: Millis = 0


class Journal:
    """A file of JSON lines: the beginning, then openings and effects in the order they happened.

    Each line reaches the operating system before the effect is acknowledged, so that it survives
    the end of the process. A last line without its end was never acknowledged and is dropped.
    """

    def __init__(self, path: Path, beginning: Beginning) -> None:
        self._path = path
        self.beginning = beginning
        self.openings: list[Millis] = []
        self.effects: list[Effect] = []

    @classmethod
    def open(cls, path: Path, beginning: Beginning) -> Journal:
        """Open a journal, or begin one; an existing one keeps its own beginning.

        Raises:
            JournalError: the file holds something else.
        """
        lines = list(_lines(path))
        try:
            journal = cls(path, Beginning(**lines[0]) if lines else beginning)
            for line in lines[1:]:
                if "opened" in line:
                    journal.openings.append(line["opened"])
                else:
                    journal.effects.append(Effect(**line))
        except TypeError:
            raise JournalError(f"{path.name} is not a journal of the practice platforms") from None
        if not lines:
            journal._append(asdict(beginning))
        return journal

    def note_opening(self, at: Millis) -> None:
        """Note that the practice was started at a moment."""
        self.openings.append(at)
        self._append({"opened": at})

    def note(self, effect: Effect) -> None:
        """Note an effect; once this returns, the effect has happened."""
        self.effects.append(effect)
        # Fields at their default are left out: most effects need half of them.
        self._append({name: value for name, value in asdict(effect).items() if value})

    def _append(self, line: dict[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def read_effects(path: Path) -> list[Effect]:
    """Return the effects in a journal without opening it for writing."""
    return [Effect(**line) for line in list(_lines(path))[1:] if "opened" not in line]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read the whole lines, after cutting off one that was never finished."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        path.write_bytes(whole)
    for line in whole.splitlines():
        try:
            decoded = json.loads(line)
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict):
            raise JournalError(f"{path.name} is not a journal of the practice platforms")
        yield decoded
