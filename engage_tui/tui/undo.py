"""The one stack of what can be taken back, sends included."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done and can be undone."""

    sentence: str
    """What was done, for the status line: `closed 3`."""
    undo: Callable[[], object]
    """Takes it back; runs in a thread."""
    rows: tuple[int, ...] = ()
    """The outbox rows that it queued; once one has left there is nothing to take back."""
    key: int | None = None
    """The conversation to go back to."""
    after: Callable[[], None] = lambda: None
    """Called on the loop once it has been taken back."""


class UndoStack:
    """The acts of this session, the last one on top."""

    def __init__(self) -> None:
        self._acts: list[Act] = []

    @property
    def top(self) -> Act | None:
        """What `u` would take back."""
        return self._acts[-1] if self._acts else None

    def push(self, act: Act) -> None:
        """Remember an act."""
        self._acts.append(act)

    def pop(self) -> Act | None:
        """Return the last act and forget it."""
        return self._acts.pop() if self._acts else None

    def forget_left(self, cancellable: Iterable[int]) -> None:
        """Forget the sends of which every row has left the outbox."""
        rows = frozenset(cancellable)
        self._acts = [act for act in self._acts if not act.rows or rows.intersection(act.rows)]
