"""The `engage` command; each subcommand is imported only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

import click

from engage_tui import __version__

COMMANDS: Mapping[str, str] = {
    "act": "reply:act",
    "approve": "reply:approve",
    "correct": "triage:correct",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "escalate": "queue:escalate",
    "explain": "queue:explain",
    "goals": "goals:goals",
    "import": "intake:import_files",
    "kpi": "kpi:kpi",
    "label": "queue:label",
    "outbox": "outbox:outbox",
    "queue": "queue:queue",
    "reject": "reply:reject",
    "reopen": "queue:reopen",
    "reply": "reply:reply",
    "resolve": "queue:resolve",
    "run": "run:run",
    "show": "queue:show",
    "similar": "similar:similar",
    "snooze": "queue:snooze",
    "sync": "intake:sync",
    "templates": "templates:templates",
    "triage": "triage:triage",
}
"""Module and attribute under `engage_tui.cli` by the name of the command."""


class LazyGroup(click.Group):
    """Loads a command when it is used, so that none pays for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command in order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        loaded = importlib.import_module(f"engage_tui.cli.{module}")
        command: click.Command = getattr(loaded, attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]}?", ctx) from error


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.version_option(__version__, prog_name="engage")
@click.option("--workspace", metavar="NAME", help="The brand to work on; each has its own data.")
@click.pass_context
def engage(context: click.Context, workspace: str | None) -> None:
    """A terminal inbox for the comments and direct messages of your brand.

    Without a command it opens the console; `engage demo` shows it on a practice brand.
    """
    context.obj = workspace
    if context.invoked_subcommand is None:
        from engage_tui.cli.run import console

        console(workspace)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line: exit 0 when done, 1 when something could not be, 2 on wrong use."""
    engage.main(arguments, prog_name="engage")


if __name__ == "__main__":
    main()
