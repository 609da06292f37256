"""`engage` and `engage run`: the console, and the same engine without a screen."""

from __future__ import annotations

import asyncio
import signal

import click

from engage_tui.cli.common import opened, sentences, workspace_option
from engage_tui.domain.display import display_row
from engage_tui.engine.engine import Engine
from engage_tui.engine.lock import Busy
from engage_tui.engine.workspace import DEFAULT, DEMO, locate


def console(name: str | None) -> None:
    """Open the console on a workspace; beside a running engine it opens as a viewer."""
    if name == DEMO:
        from engage_tui.cli.demo import open_console

        open_console(fresh=False)
        return
    with sentences():
        workspace = locate(name or DEFAULT)
        if not workspace.database.exists():
            click.echo(
                "This workspace is empty. `engage demo` opens a practice brand, and"
                " `engage import FILE` brings your own history in; then come back."
            )
            return
        try:
            engine = Engine(workspace)
        except Busy as busy:
            click.echo(f"{busy}; this one opens as a viewer.", err=True)
            engine = Engine(workspace, read_only=True)
    show(engine)


def show(engine: Engine) -> None:
    """Run the console until the person leaves it."""
    from engage_tui.tui.app import run_console

    with engine:
        run_console(engine)


@click.command()
@workspace_option
@click.pass_context
def run(context: click.Context) -> None:
    """Keep looking, reading and sending without a screen, until ctrl+c."""
    from engage_tui.engine.runner import Notice, Runner

    def tell(notice: Notice) -> None:
        if notice.done:
            click.echo(f"{notice.topic}: {display_row(notice.text, 300)}")

    async def until_stopped(engine: Engine) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        runner = Runner(engine, tell)
        await runner.start()
        await stop.wait()
        await runner.stop()

    with opened(context, write=True) as engine:
        click.echo(f"Running in {engine.workspace.folder}; ctrl+c stops.", err=True)
        asyncio.run(until_stopped(engine))
