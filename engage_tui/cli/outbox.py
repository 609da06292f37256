"""`engage outbox`: what waits, what was sent, what is uncertain."""

from __future__ import annotations

import asyncio

import click

from engage_tui.cli.common import json_option, opened, print_json, print_table, workspace_option
from engage_tui.cli.reply import report, row_json
from engage_tui.domain.display import display_name, display_row
from engage_tui.domain.timestamps import short_duration


@click.group()
@workspace_option
def outbox() -> None:
    """Approved replies and actions on their way out."""


@outbox.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only what has not ended.")
@json_option
@workspace_option
@click.pass_context
def list_rows(context: click.Context, only_open: bool, as_json: bool) -> None:
    """Every action, the open ones first."""
    with opened(context) as engine:
        rows = engine.desk.outbox(only_open=only_open)
        if as_json:
            for row in rows:
                print_json(row_json(row))
            return
        if not rows:
            click.echo("The outbox is empty.")
            return
        now = engine.clock()
        print_table(
            ("ID", "CONV", "KIND", "TO", "STATE", "AGE", "TEXT"),
            [
                (
                    str(row.id),
                    str(row.conversation_id),
                    row.kind.value,
                    display_name(row.handle, row.answers),
                    row.state.in_words,
                    short_duration(now - row.approved_at),
                    display_row(row.body or row.note),
                )
                for row in rows
            ],
            flexible=6,
        )


@outbox.command()
@click.argument("row", type=int)
@workspace_option
@click.pass_context
def cancel(context: click.Context, row: int) -> None:
    """Take an action back before it leaves."""
    with opened(context, write=True) as engine:
        report(engine, engine.desk.cancel(row), as_json=False)


@outbox.command()
@click.argument("row", type=int)
@workspace_option
@click.pass_context
def retry(context: click.Context, row: int) -> None:
    """Take the next step now; what may have arrived is looked up, never simply sent."""
    with opened(context, write=True) as engine:
        report(engine, engine.desk.retry(row), as_json=False)


@outbox.command()
@click.argument("row", type=int)
@click.argument("verdict", type=click.Choice(["there", "again", "drop"]))
@workspace_option
@click.pass_context
def resolve(context: click.Context, row: int, verdict: str) -> None:
    """End an uncertain row: it is there, send it again, or drop it."""
    with opened(context, write=True) as engine:
        report(engine, engine.desk.resolve(row, verdict), as_json=False)


@outbox.command()
@workspace_option
@click.pass_context
def send(context: click.Context) -> None:
    """Take the next step of everything that is due now."""
    with opened(context, write=True) as engine:

        async def once() -> int:
            sender = engine.sender()
            return await sender.recover() + await sender.step()

        moved = asyncio.run(once())
        waiting = len(engine.desk.outbox(only_open=True))
        click.echo(f"{moved} moved, {waiting} still open.")
