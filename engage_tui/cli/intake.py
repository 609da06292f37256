"""`engage import` and `engage sync`: messages come in, from files and from the platforms."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engage_tui.cli.common import (
    choice,
    json_option,
    opened,
    print_json,
    print_table,
    workspace_option,
)
from engage_tui.domain.display import display_row
from engage_tui.domain.model import Platform
from engage_tui.engine.intake import ImportReport
from engage_tui.sync.importing import BadLine, Format, ImportFormatError, Owner

_AUTO = "auto"


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice([_AUTO, *(kind.value for kind in Format)]),
    default=_AUTO,
    show_default=True,
    help="What kind of file it is.",
)
@click.option("--account", default="", metavar="HANDLE", help="Whose history an export is.")
@click.option("--name", default="", help="Your display name in an Instagram or Facebook export.")
@click.option(
    "--platform",
    type=choice(Platform),
    help="For tables without a platform column.",
)
@json_option
@workspace_option
@click.pass_context
def import_files(
    context: click.Context,
    files: tuple[Path, ...],
    format_name: str,
    account: str,
    name: str,
    platform: str | None,
    as_json: bool,
) -> None:
    """Bring in history: JSON Lines, CSV, YouTube Takeout, Instagram and Facebook exports.

    Importing the same file again changes nothing. A line that cannot be read is named on standard
    error; the rest goes in.
    """
    owner = Owner(platform or "", account, name)
    total = ImportReport()
    failed = False
    with opened(context, write=True) as engine:
        for path in files:
            with _progress(path.name, silent=as_json) as progress:
                try:
                    report = engine.intake.import_file(
                        path,
                        format=None if format_name == _AUTO else Format(format_name),
                        owner=owner,
                        on_bad=_named_after(path),
                        progress=progress,
                    )
                except ImportFormatError as error:
                    failed = True
                    click.echo(f"{path}: {display_row(str(error), 400)}", err=True)
                    continue
            total.read += report.read
            total.bad += report.bad
            total.ingested.count(report.ingested)
    taken = total.ingested
    if as_json:
        print_json(
            {
                "read": total.read,
                "new": taken.new,
                "changed": taken.changed,
                "unchanged": taken.unchanged,
                "bad": total.bad,
            }
        )
    else:
        click.echo(
            f"Read {total.read}: {taken.new} new, {taken.changed} changed,"
            f" {taken.unchanged} known already, {total.bad} bad."
        )
        if taken.new:
            click.echo("Next: `engage triage` reads them, `engage queue` orders them.", err=True)
    context.exit(1 if failed else 0)


def _named_after(path: Path) -> Callable[[BadLine], None]:
    def tell(bad: BadLine) -> None:
        place = f"{path}:{bad.file}" if bad.file else str(path)
        line = f":{bad.line}" if bad.line else ""
        click.echo(f"{place}{line}: {display_row(bad.reason, 300)}", err=True)

    return tell


@contextmanager
def _progress(label: str, *, silent: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while a person is watching."""
    if silent or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=display_row(label, 40), file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


@click.command()
@json_option
@workspace_option
@click.pass_context
def sync(context: click.Context, as_json: bool) -> None:
    """Fetch what is new from every connected account."""
    with opened(context, write=True) as engine:
        if not engine.connectors:
            raise click.ClickException(
                "no account is connected in this workspace; history can be imported with"
                " `engage import`, and `engage demo` practises on a made-up brand"
            )
        reports = asyncio.run(engine.intake.sync())
        for report in reports:
            if as_json:
                print_json(
                    {
                        "account": report.account.handle,
                        "platform": report.account.platform.value,
                        "new": report.ingested.new,
                        "changed": report.ingested.changed,
                        "unchanged": report.ingested.unchanged,
                        "pages": report.pages,
                        "quota_used": report.cost,
                        "problem": report.problem or None,
                    }
                )
        if not as_json:
            print_table(
                ("ACCOUNT", "PLATFORM", "NEW", "CHANGED", "PAGES", "QUOTA", "PROBLEM"),
                [
                    (
                        display_row(report.account.handle),
                        report.account.platform.value,
                        str(report.ingested.new),
                        str(report.ingested.changed),
                        str(report.pages),
                        str(report.cost),
                        display_row(report.problem) or "none",
                    )
                    for report in reports
                ],
            )
    context.exit(1 if any(report.problem for report in reports) else 0)
