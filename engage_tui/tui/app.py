"""The console as an application: screens, keys, the running engine, and how it ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from os import environ
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import TextArea

from engage_tui.domain.display import display_row
from engage_tui.engine.engine import Engine
from engage_tui.tui.keymap import Keys, Place, table
from engage_tui.tui.messages import CommandChosen, OpenConversation
from engage_tui.tui.screens.command_screen import Act, CommandScreen
from engage_tui.tui.screens.inbox import InboxScreen
from engage_tui.tui.sequences import WAIT, SequenceReader
from engage_tui.tui.theme import NIGHT
from engage_tui.tui.words import count_of

if TYPE_CHECKING:
    from engage_tui.engine.runner import Notice, Runner

_PATIENCE = 10
"""Seconds that a step of the engine may take to finish when the console is closed."""


class EngageApp(App[None]):
    """The console of one workspace.

    Args:
        engine: an open engine; the caller closes it.
        background: whether to look, read and send; a viewer never does.
    """

    TITLE = "engage"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, engine: Engine, *, background: bool = True) -> None:
        colours = "NO_COLOR" not in environ
        super().__init__(ansi_color=None if colours else True)
        self.engine = engine
        self.register_theme(NIGHT)
        self.theme = NIGHT.name if colours else "ansi-dark"
        self._background = background and not engine.viewer
        self._runner: Runner | None = None
        self._inbox = InboxScreen(engine)
        self._sequences = SequenceReader()
        self._tables: dict[Place, dict[Keys, str]] = {place: table(place) for place in Place}
        self._acts: dict[str, Act] = {
            "go.inbox": self._go_inbox,
            "go.moderation": partial(self._go_inbox, "go.moderation"),
            "go.outbox": partial(self._go, self._outbox_screen),
            "go.kpi": partial(self._go, self._kpi_screen),
            "go.goals": partial(self._go, self._goals_screen),
            "sync": self._sync,
            "palette": self._palette,
            "help": self._help,
            "theme": self.action_change_theme,
            "suspend": self.action_suspend_process,
            "quit": self.action_quit,
        }

    async def on_mount(self) -> None:
        """Show the inbox; everything else waits for its first frame."""
        await self.push_screen(self._inbox)
        if self._background:
            self._inbox.call_after_refresh(self._begin)

    async def on_unmount(self) -> None:
        """Let the step that is being taken come to its end."""
        if self._runner is not None:
            await asyncio.wait_for(self._runner.stop(), _PATIENCE)

    def on_key(self, event: events.Key) -> None:
        """Read the key as part of a command, unless a dialog is open or a widget has taken it."""
        if self.screen.is_modal:
            return
        key = event.character if event.is_printable and event.key != "space" else event.key
        known = self._tables[self._place]
        step = self._sequences.press(key or event.key, known)
        self._show_pending(known)
        if not step.taken:
            return
        event.stop()
        event.prevent_default()
        if step.lost:
            self._tell(f"{' '.join(step.lost)} is no command; ? lists them all.")
        if step.timed:
            self.set_timer(WAIT, self._settle)
        if step.command is not None:
            self._perform(step.command)

    async def action_quit(self) -> None:
        """Quit; ask first when something has been approved or written that has not left."""
        if isinstance(self.screen, InboxScreen) or not self.screen.is_modal:
            self.run_worker(self._quit(), group="quit", exclusive=True)
        else:
            self.exit()

    def action_help_quit(self) -> None:
        """Say how to quit: this key would do it by accident."""
        self._tell("ctrl+q quits; q goes one step back.")

    async def action_simulate_key(self, key: str) -> None:
        """Refuse: only a person presses keys here."""

    @on(CommandChosen)
    def _run_chosen(self, message: CommandChosen) -> None:
        self._perform(message.command)

    @on(OpenConversation)
    async def _open_conversation(self, message: OpenConversation) -> None:
        await self._back_to_inbox()
        self._inbox.browsing.show_only(message.conversation_id)

    def _fatal_error(self) -> None:
        """End with one sentence: a traceback would show strangers' words and perhaps secrets."""
        error = sys.exc_info()[1]
        place = error.__traceback__ if error else None
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = ""
        if place is not None:
            where = f" ({place.tb_frame.f_globals.get('__name__')}, line {place.tb_lineno})"
        self.panic(
            Text(
                f"engage had to stop: {type(error).__name__}{where}. What was approved is kept;"
                " start it again, and please report this line."
            )
        )

    @property
    def _place(self) -> Place:
        return self.screen.place if isinstance(self.screen, CommandScreen) else Place.ELSEWHERE

    def _perform(self, command: str) -> None:
        if isinstance(self.screen, CommandScreen) and self.screen.perform(command):
            return
        outcome = self._acts[command]()
        if outcome is not None:
            self.run_worker(_finish(outcome), group="commands")

    def _show_pending(self, known: dict[Keys, str]) -> None:
        if isinstance(self.screen, CommandScreen):
            pending = self._sequences.pending
            ways = self._sequences.ways_on(known) if pending else []
            self.screen.keys_pending(" ".join(pending), ways)

    def _settle(self) -> None:
        known = self._tables[self._place]
        command = self._sequences.settle(known)
        self._show_pending(known)
        if command is not None:
            self._perform(command)

    def _tell(self, sentence: str) -> None:
        self.notify(sentence, markup=False)
