"""A screen whose commands come from the keymap."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable

from textual.screen import Screen

from engage_tui.tui.keymap import Place

Act = Callable[[], Awaitable[None] | None]


class CommandScreen(Screen[None]):
    """Runs commands by their id; what has the focus says which of them count."""

    ENABLE_COMMAND_PALETTE = False

    @property
    def place(self) -> Place:
        """What has the focus."""
        return Place.ELSEWHERE

    @property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        return {}

    def perform(self, command: str) -> bool:
        """Run a command; returns whether it is one of this screen."""
        act = self.acts.get(command)
        if act is None:
            return False
        outcome = act()
        if isawaitable(outcome):
            self.run_worker(finish(outcome), group="dialogs")
        return True

    def keys_pending(self, began: str, ways_on: list[tuple[str, str]]) -> None:
        """Show a sequence that has begun; nothing began where `began` is empty."""

    def noticed(self, progress: tuple[str, str], *, changed: bool) -> None:
        """Hear what the engine is doing, and whether it has changed what is stored."""

    def tell(self, sentence: str, *, wrong: bool = False) -> None:
        """Say something to the person."""
        self.notify(sentence, severity="error" if wrong else "information", markup=False)


async def finish(outcome: Awaitable[None]) -> None:
    """Wait for what a command began, as a worker does."""
    await outcome
