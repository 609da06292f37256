"""Reads keys one at a time into commands, sequences such as `g k` included.

A key that can be nothing else acts at once. A key that is a command and also begins a longer one
waits `WAIT` seconds for the rest. A key that only begins something waits for as long as it takes,
while the status line shows how it may go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engage_tui.tui.keymap import Keys

WAIT = 0.7
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one key led to."""

    command: str | None = None
    """The command to run now."""
    timed: bool = False
    """Whether `SequenceReader.settle` is to be called when `WAIT` has passed."""
    lost: Keys = ()
    """The keys of a sequence that leads nowhere."""
    taken: bool = True
    """Whether the key belongs to a command; others may use it if not."""


class SequenceReader:
    """Holds the keys of a sequence that has begun."""

    def __init__(self) -> None:
        self.pending: Keys = ()

    def press(self, key: str, table: Mapping[Keys, str]) -> Step:
        """Take one key; `table` holds the sequences that count where the focus is."""
        keys = (*self.pending, key)
        longer = any(len(known) > len(keys) and known[: len(keys)] == keys for known in table)
        if longer:
            self.pending = keys
            return Step(timed=keys in table)
        began, self.pending = self.pending, ()
        if keys in table:
            return Step(table[keys])
        if not began:
            return Step(taken=False)
        return Step() if key == "escape" else Step(lost=keys)

    def settle(self, table: Mapping[Keys, str]) -> str | None:
        """Return the command that the pending keys are by themselves, and begin anew."""
        keys, self.pending = self.pending, ()
        return table.get(keys)

    def ways_on(self, table: Mapping[Keys, str]) -> list[tuple[str, str]]:
        """Return the next keys that lead somewhere, each with its command."""
        began = len(self.pending)
        return [
            (known[began], command)
            for known, command in table.items()
            if len(known) > began and known[:began] == self.pending
        ]
