"""The command palette: every command with its keys, so that it teaches them."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from engage_tui.tui.keymap import Command, Place, at
from engage_tui.tui.messages import CommandChosen
from engage_tui.tui.screens.command_screen import CommandScreen


class CommandProvider(Provider):
    """Finds commands by words of their titles."""

    async def discover(self) -> Hits:
        """Give every command that acts where the focus is."""
        for command in self._commands():
            yield DiscoveryHit(_line(Content(_name(command)), command), partial(self._run, command))

    async def search(self, query: str) -> Hits:
        """Give the commands that the words fit."""
        matcher = self.matcher(query)
        for command in self._commands():
            name = _name(command)
            if (score := matcher.match(name)) > 0:
                yield Hit(
                    score, _line(matcher.highlight(name), command), partial(self._run, command)
                )

    def _commands(self) -> list[Command]:
        screen = self.screen
        return at(screen.place if isinstance(screen, CommandScreen) else Place.ELSEWHERE)

    def _run(self, command: Command) -> None:
        self.screen.post_message(CommandChosen(command.id))


def _name(command: Command) -> str:
    return f"{command.group.value}: {command.title}"


def _line(name: Content, command: Command) -> Content:
    return Content.assemble(name, (f"   {command.shown_keys}", "bold $footer-key-foreground"))
