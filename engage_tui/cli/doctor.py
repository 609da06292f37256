"""`engage doctor`: whether everything is in order, and what to do where it is not."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator

import click

from engage_tui import __version__
from engage_tui.cli.common import opened, workspace_option
from engage_tui.domain.display import display_row
from engage_tui.domain.outbox import State
from engage_tui.engine.engine import Engine
from engage_tui.store.database import SQLITE_VERSION, WAL_IS_SAFE


@click.command()
@workspace_option
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check the program, the settings, the database, the model and the outbox."""
    with opened(context) as engine:
        findings = list(_findings(engine))
    for good, sentence in findings:
        click.echo(f"{'ok' if good else '!!'}  {display_row(sentence, 300)}")
    context.exit(0 if all(good for good, _ in findings) else 1)


def _findings(engine: Engine) -> Iterator[tuple[bool, str]]:
    """Yield whether each thing is good, and a sentence about it."""
    from engage_tui.triage import ModelError

    workspace = engine.workspace
    yield True, f"engage-tui {__version__}, Python {sys.version.split()[0]}"
    found = "read" if workspace.config.exists() else "not there, so the defaults apply"
    yield True, f"settings {workspace.config}: {found}"
    verdict = engine.store.check()
    yield verdict == "ok", f"database {workspace.database}: {verdict}"
    mode = stat.S_IMODE(workspace.database.stat().st_mode)
    yield not mode & 0o077, f"database file mode {mode:o}, which should be 600"
    race = (
        ""
        if WAL_IS_SAFE
        else (": older than 3.51.3, so never open the file with another writing program meanwhile")
    )
    yield True, f"SQLite {SQLITE_VERSION}{race}"
    try:
        yield True, f"model {engine.model.version}"
        if engine.model.left_out:
            yield False, f"model: {engine.model.left_out}"
    except ModelError as error:
        yield False, f"model: {error}"
    problems = len(engine.desk.library.problems)
    yield not problems, f"templates: {problems} mistakes, named by `engage templates lint`"
    for account in engine.accounts():
        note = f": {account.note}" if account.note else ""
        where = f"{account.handle} on {account.platform}"
        yield account.state != "parked", f"account {where} is {account.state}{note}"
    uncertain = sum(row.state is State.NEEDS_HUMAN for row in engine.desk.outbox(only_open=True))
    yield not uncertain, f"outbox: {uncertain} sends wait for a decision"
