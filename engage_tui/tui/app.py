"""The console as an application: screens, keys, the running engine, and how it ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from os import environ
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from engage_tui.domain.display import display_row
from engage_tui.engine.engine import Engine
from engage_tui.tui.driver import safe_driver_class
from engage_tui.tui.keymap import Keys, Place, table
from engage_tui.tui.messages import CommandChosen, OpenConversation
from engage_tui.tui.progress import Progress
from engage_tui.tui.screens.command_screen import Act, CommandScreen, finish
from engage_tui.tui.screens.inbox import InboxScreen
from engage_tui.tui.sequences import WAIT, SequenceReader
from engage_tui.tui.theme import NIGHT
from engage_tui.tui.words import count_of

if TYPE_CHECKING:
    from engage_tui.engine.runner import Notice, Runner

_PATIENCE = 10
"""Seconds that a step of the engine may take to finish when the console is closed."""


def run_console(engine: Engine) -> None:
    """Open the console on an engine and return when it is closed; the caller closes the engine.

    Raises:
        SystemExit: the console had to stop; it has said so in one sentence.
    """
    app = EngageApp(engine)
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)


class EngageApp(App[None]):
    """The console of one workspace.

    Args:
        engine: an open engine; the caller closes it.
        background: whether to look, read and send; a viewer never does.
    """

    TITLE = "engage"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False  # ours opens on its own keys

    def __init__(self, engine: Engine, *, background: bool = True) -> None:
        plain = "NO_COLOR" in environ
        super().__init__(driver_class=safe_driver_class(), ansi_color=True if plain else None)
        self.engine = engine
        self.register_theme(NIGHT)
        self.theme = "ansi-dark" if plain else NIGHT.name
        self._background = background and not engine.viewer
        self._runner: Runner | None = None
        self._progress = Progress()
        self._inbox = InboxScreen(engine)
        self._sequences = SequenceReader()
        self._waiting: Timer | None = None
        self._tables: dict[Place, dict[Keys, str]] = {place: table(place) for place in Place}
        self._acts: dict[str, Act] = {
            "go.inbox": self._back_to_inbox,
            "go.moderation": partial(self._in_inbox, "go.moderation"),
            "go.outbox": partial(self._go, _outbox),
            "go.kpi": partial(self._go, _figures),
            "go.goals": partial(self._go, _goals),
            "sync": self._sync,
            "palette": self._palette,
            "help": self._help,
            "theme": self.action_change_theme,
            "suspend": self.action_suspend_process,
            "quit": self.action_quit,
        }

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the themes of the terminal's own colours what they leave out."""
        return {"foreground-disabled": "ansi_bright_black"}

    async def on_mount(self) -> None:
        """Show the inbox; everything else waits for its first frame."""
        await self.push_screen(self._inbox)
        if self._background:
            self._inbox.call_after_refresh(self.run_worker, self._run_engine, group="engine")

    async def on_unmount(self) -> None:
        """Let the step that is being taken come to its end."""
        if self._runner is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._runner.stop(), _PATIENCE)

    def on_key(self, event: events.Key) -> None:
        """Read a key as part of a command, unless a dialog is open or a widget has taken it."""
        if self.screen.is_modal:
            return
        known = self._tables[self._place]
        printable = event.is_printable and event.key != "space"
        step = self._sequences.press((printable and event.character) or event.key, known)
        self._show_pending(known)
        if self._waiting is not None:
            self._waiting.stop()
        if not step.taken:
            return
        event.stop()
        event.prevent_default()
        if step.lost:
            self._tell(f"{' '.join(step.lost)} is no command here; ? shows them all.")
        elif step.command is not None:
            self.perform(step.command)
        elif step.timed:
            self._waiting = self.set_timer(WAIT, self._settle)

    def on_mouse_down(self) -> None:
        """Take note that the person is at work."""
        self._inbox.browsing.begun = True

    def perform(self, command: str) -> None:
        """Run a command by its id, in the present screen if that has it."""
        self._inbox.browsing.begun = True
        if isinstance(self.screen, CommandScreen) and self.screen.perform(command):
            return
        if command not in self._acts:
            self._tell("This works in the inbox: g i goes there.")
            return
        outcome = self._acts[command]()
        if outcome is not None:
            self.run_worker(finish(outcome), group="commands")

    async def action_quit(self) -> None:
        """Quit, after a question when something that was approved or written has not left."""
        if self.screen.is_modal:
            self.exit()
        else:
            self.run_worker(self._quit(), group="quit", exclusive=True)

    def action_help_quit(self) -> None:
        """Say how to quit; this key would do it by accident."""
        self._tell("ctrl+q quits; q goes one step back.")

    async def action_simulate_key(self, key: str) -> None:
        """Refuse: only a person presses keys here."""

    @on(CommandChosen)
    def _run_chosen(self, message: CommandChosen) -> None:
        self.perform(message.command)

    @on(OpenConversation)
    async def _open_conversation(self, message: OpenConversation) -> None:
        await self._back_to_inbox()
        self._inbox.browsing.show_only(message.conversation_id)

    def _fatal_error(self) -> None:
        """End with one sentence: a traceback would show strangers' words, and perhaps secrets."""
        error = sys.exc_info()[1]
        place = error.__traceback__ if error else None
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = ""
        if place is not None:
            where = f" in {place.tb_frame.f_globals.get('__name__')}, line {place.tb_lineno}"
        self.panic(
            Text(
                f"engage had to stop: {type(error).__name__}{where}. What was approved is kept."
                " Start it again, and please report this line."
            )
        )

    @property
    def _place(self) -> Place:
        return self.screen.place if isinstance(self.screen, CommandScreen) else Place.ELSEWHERE

    def _show_pending(self, known: dict[Keys, str]) -> None:
        if isinstance(self.screen, CommandScreen):
            pending = self._sequences.pending
            ways_on = self._sequences.ways_on(known) if pending else []
            self.screen.keys_pending(" ".join(pending), ways_on)

    def _settle(self) -> None:
        known = self._tables[self._place]
        command = self._sequences.settle(known)
        self._show_pending(known)
        if command is not None:
            self.perform(command)

    async def _run_engine(self) -> None:
        self._runner = await asyncio.to_thread(self._make_runner)
        await self._runner.start()

    def _make_runner(self) -> Runner:
        from engage_tui.engine.runner import Runner

        return Runner(self.engine, self._noticed)

    def _noticed(self, notice: Notice) -> None:
        if self._progress.take(notice, self.engine.clock()):
            text = str(display_row(notice.text))
            self.notify(text, title="Something went wrong", severity="error", markup=False)
        for screen in self.screen_stack:
            if isinstance(screen, CommandScreen):
                screen.noticed(self._progress.words, changed=notice.done and notice.changed)

    async def _sync(self) -> None:
        if self._runner is None:
            self._tell("This is a viewer: another engage looks for new messages.")
        elif not self.engine.connectors:
            self._tell("No account is connected; `engage accounts add` connects one.")
        else:
            await self._runner.sync()

    async def _back_to_inbox(self) -> None:
        while self.screen is not self._inbox:
            await self.pop_screen()

    async def _in_inbox(self, command: str) -> None:
        await self._back_to_inbox()
        self._inbox.perform(command)

    async def _go(self, make: Callable[[Engine], Screen[None]]) -> None:
        await self._back_to_inbox()
        await self.push_screen(make(self.engine))

    def _palette(self) -> None:
        from textual.command import CommandPalette

        from engage_tui.tui.palette import CommandProvider

        self.push_screen(CommandPalette([CommandProvider], placeholder="What do you want to do?"))

    def _help(self) -> None:
        from engage_tui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self._place))

    async def _quit(self) -> None:
        leaving, unsent = len(self._inbox.sending.leaving), self._inbox.answering.unsent
        reasons = []
        if leaving:
            reasons.append(f"{count_of(leaving, 'send')} not out yet: sent at the next start.")
        if unsent:
            reasons.append(f"{count_of(unsent, 'unsent text')}: gone when you quit.")
        if reasons:
            from engage_tui.tui.screens.ask import Confirm

            question = Confirm("Quit now?", "\n".join(reasons), yes="quit")
            if not await self.push_screen_wait(question):
                return
        self.exit()

    def _tell(self, sentence: str) -> None:
        self.notify(sentence, markup=False)


def _outbox(engine: Engine) -> Screen[None]:
    from engage_tui.tui.screens.outbox import OutboxScreen

    return OutboxScreen(engine)


def _figures(engine: Engine) -> Screen[None]:
    from engage_tui.tui.screens.kpi import KpiScreen

    return KpiScreen(engine)


def _goals(engine: Engine) -> Screen[None]:
    from engage_tui.tui.screens.goals import GoalsScreen

    return GoalsScreen(engine)
