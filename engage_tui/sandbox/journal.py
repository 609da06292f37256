"""The append-only file of everything that was done to the practice platforms from outside."""

from __future__ import annotations

import json
import os
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
        if not path.exists():
            journal = cls(path, beginning)
            journal._append(asdict(beginning))
            return journal
        content = path.read_bytes()
        first, *lines = _whole_lines(content)
        journal = cls(path, Beginning(**first))
        for line in lines:
            if "opened" in line:
                journal.openings.append(line["opened"])
            else:
                journal.effects.append(Effect(**line))
        os.truncate(path, content.rfind(b"\n") + 1)
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
    """Return the effects in a journal, which may be in use meanwhile.

    Raises:
        JournalError: the file holds something else.
    """
    _, *lines = _whole_lines(path.read_bytes())
    return [Effect(**line) for line in lines if "opened" not in line]


def _whole_lines(content: bytes) -> list[dict[str, Any]]:
    """Return the lines that were finished, the beginning first."""
    try:
        lines = [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]
        Beginning(**lines[0])
    except (ValueError, TypeError, IndexError):
        raise JournalError("the file is not a journal of the practice platforms") from None
    return lines
