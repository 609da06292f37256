"""What the commands share: opening a workspace, sentences for errors, tables and JSON."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TextIO, TypeVar

import click

from engage_tui.domain.cells import fit, width
from engage_tui.domain.display import display_row
from engage_tui.domain.model import Millis
from engage_tui.domain.query import QueryError
from engage_tui.domain.templates import SlotError
from engage_tui.domain.timestamps import parse_iso
from engage_tui.engine.config import ConfigError
from engage_tui.engine.engine import Engine
from engage_tui.engine.lock import Busy
from engage_tui.engine.workspace import DEFAULT, DEMO, WorkspaceError, locate
from engage_tui.replies.compose import ComposeError
from engage_tui.store.conversations import UnknownConversation
from engage_tui.store.corrections import NotRead, UnknownMessage
from engage_tui.store.database import StoreError
from engage_tui.store.drafts import UnknownDraft
from engage_tui.store.outbox import OutboxError

F = TypeVar("F", bound=Callable[..., Any])

_EXPECTED = (
    Busy,
    ComposeError,
    ConfigError,
    NotRead,
    OutboxError,
    StoreError,
    UnknownConversation,
    UnknownDraft,
    UnknownMessage,
    WorkspaceError,
)


class Moment(click.ParamType[Millis]):
    """A time on the command line, as UTC milliseconds."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Millis:
        """Read ISO 8601."""
        try:
            return value if isinstance(value, int) else parse_iso(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def choice(kind: type[StrEnum]) -> click.Choice[str]:
    """Return the values of an enumeration as a parameter type; click itself would take names."""
    return click.Choice([member.value for member in kind])


at_option = click.option(
    "--at", type=Moment(), metavar="ISO", help="Ask as of this time instead of now."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a line, for programs."
)


def workspace_option(command: F) -> F:
    """Let a command take `--workspace` too, as people tend to write it there."""

    def remember(context: click.Context, param: click.Parameter, value: str | None) -> None:
        if value:
            context.obj = value

    return click.option(
        "--workspace",
        metavar="NAME",
        expose_value=False,
        callback=remember,
        help="The brand to work on.",
    )(command)


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what people can mend into one line on standard error and the right exit status."""
    try:
        yield
    except QueryError as error:
        raise click.UsageError(f"{error.message}\n{error.caret()}") from error
    except SlotError as error:
        names = ", ".join(f"--set {slot}=…" for slot in error.slots)
        raise click.ClickException(f"{error}; give it with {names}") from error
    except _EXPECTED as error:
        raise click.ClickException(display_row(str(error.args[0]), 600)) from error


@contextmanager
def opened(context: click.Context, *, write: bool = False) -> Iterator[Engine]:
    """Open the workspace that the command line names.

    A command that only reads still brings the queue up to date when it can; beside a running
    engine it reads what is there.
    """
    with sentences():
        name = context.obj or DEFAULT
        try:
            engine = _open(name, read_only=False)
        except Busy as busy:
            if write:
                raise click.ClickException(f"{busy}; do it there, or close it first") from busy
            engine = _open(name, read_only=True)
        with engine:
            if not engine.viewer:
                if engine.intake.rules_changed():
                    if engine.accounts():
                        click.echo("The settings changed; sorting everything by them.", err=True)
                    engine.intake.apply_rules()
                engine.inbox.advance()
            yield engine


def _open(name: str, *, read_only: bool) -> Engine:
    if name == DEMO:
        from engage_tui.engine.demo import open_demo

        return open_demo(read_only=read_only)
    return Engine(locate(name), read_only=read_only)


def standard_input() -> TextIO:
    """Return standard input as UTF-8; what is not UTF-8 is replaced, never an error."""
    return io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")


def print_json(value: Mapping[str, object]) -> None:
    """Print one object on a line of its own."""
    click.echo(json.dumps(value, ensure_ascii=False))


def print_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, flexible: int | None = None
) -> None:
    """Print aligned columns; the flexible one gives way so that lines fit the terminal.

    Cells must have passed the display gate.
    """
    widths = [max(width(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    if flexible is not None:
        others = sum(widths) - widths[flexible] + 2 * (len(widths) - 1)
        room = shutil.get_terminal_size((120, 24)).columns - others
        widths[flexible] = max(10, min(widths[flexible], room))
    for row in (head, *rows):
        cells = (fit(cell, size) for cell, size in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
