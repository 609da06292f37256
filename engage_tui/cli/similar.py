"""`engage similar`: messages like another one, and groups that one answer would serve."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from engage_tui.cli.common import (
    json_option,
    opened,
    print_json,
    print_table,
    standard_input,
    workspace_option,
)
from engage_tui.cli.triage import chosen_classifier, texts_of
from engage_tui.domain.display import display_name, display_row
from engage_tui.engine.engine import Engine
from engage_tui.store.embeddings import Embedded
from engage_tui.triage.classifier import UNDETERMINED

MOST_LINES = 10_000
"""Of a file that is grouped; every line is compared with every group."""


@click.command()
@click.argument("what", required=False, metavar="[ID, or FILE with --groups]")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(min=1), help="Rows.")
@click.option(
    "--least",
    type=click.FloatRange(-1, 1),
    help="The similarity to reach, 1 for the same; without it what asks the same.",
)
@click.option("--account", metavar="HANDLE", help="Only what came to this account of yours.")
@click.option(
    "--groups", is_flag=True, help="Groups of waiting messages, or of lines, that ask the same."
)
@click.option("--copies", is_flag=True, help="Groups of copies instead, spam included.")
@json_option
@workspace_option
@click.pass_context
def similar(
    context: click.Context,
    what: str | None,
    limit: int,
    least: float | None,
    account: str | None,
    groups: bool,
    copies: bool,
    as_json: bool,
) -> None:
    """Messages that mean much the same as that of a conversation, or groups that ask the same.

    With --groups FILE (or - for standard input) the lines of a file are put into groups: JSON Lines
    with a "text", or plain lines.
    """
    from engage_tui.triage import ModelError

    try:
        if what is not None and groups and not copies:
            _group_file(context, what, as_json)
        elif what is None and (groups or copies):
            _group_waiting(context, copies, as_json)
        elif what is not None and what.isdecimal() and not copies:
            _near(context, int(what), limit, least, account, as_json)
        else:
            raise click.UsageError("give the ID of a conversation, --groups [FILE] or --copies")
    except ModelError as error:
        raise click.ClickException(str(error)) from error


def _near(
    context: click.Context,
    conversation: int,
    limit: int,
    least: float | None,
    account: str | None,
    as_json: bool,
) -> None:
    from engage_tui.engine.lookalikes import NotComparable

    with opened(context) as engine:
        accounts = None if account is None else _accounts(engine, account)
        try:
            near = engine.lookalikes.near(conversation, limit=limit, least=least, accounts=accounts)
        except NotComparable as error:
            raise click.ClickException(str(error)) from error
        if as_json:
            for other in near.found:
                print_json({"similarity": round(other.similarity, 4), **_as_json(other.message)})
            return
        click.echo(f"{conversation}  {_language(near.asked)}  {display_row(near.asked.text)}")
        if not near.found:
            click.echo("Nothing else is like it. A smaller --least shows what comes nearest.")
            return
        print_table(
            ("LIKE", *_HEAD),
            [(f"{other.similarity:.2f}", *_cells(other.message)) for other in near.found],
            flexible=6,
        )


def _accounts(engine: Engine, handle: str) -> list[int]:
    bare = handle.lstrip("@").casefold()
    found = [a.id for a in engine.accounts() if a.handle.lstrip("@").casefold() == bare]
    if not found:
        raise click.ClickException(f"there is no account {display_row(handle, 80)}")
    return found


def _group_waiting(context: click.Context, copies: bool, as_json: bool) -> None:
    with opened(context) as engine:
        found = engine.lookalikes.copies() if copies else engine.lookalikes.questions()
    for number, group in enumerate(found, 1):
        languages = sorted({_language(message) for message in group})
        if as_json:
            members = [_as_json(message) for message in group]
            print_json({"group": number, "languages": languages, "members": members})
            continue
        what = "are copies of each other" if copies else "ask the same"
        click.echo(f"{len(group)} {what} ({', '.join(languages)}):")
        print_table(_HEAD, [_cells(message) for message in group], flexible=5)
        click.echo()
    if not found and not as_json:
        what = "are copies" if copies else "ask the same"
        click.echo(f"No two of the messages that wait {what}.")


def _group_file(context: click.Context, source: str, as_json: bool) -> None:
    from engage_tui.triage.grouping import questions_among

    lines = list(islice(_lines(source), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise click.ClickException(f"{source} has more than {MOST_LINES:,} lines; split it")
    found = questions_among(chosen_classifier(context), [text for _, text in lines])
    number_of = {place: number for number, group in enumerate(found, 1) for place in group}
    if as_json:
        for place, (key, _) in enumerate(lines):
            print_json({"id": key, "group": number_of.get(place)})
        return
    for group in found:
        click.echo(f"{len(group)} ask the same:")
        for place in group:
            click.echo(f"  {display_row(str(lines[place][0]), 40)}  {display_row(lines[place][1])}")
    if not found:
        click.echo("No two lines ask the same.")


def _lines(source: str) -> Iterator[tuple[object, str]]:
    if source == "-":
        yield from texts_of(enumerate(standard_input(), 1))
        return
    path = Path(source)
    if not path.is_file():
        raise click.UsageError(f"there is no file {source}")
    with path.open(encoding="utf-8", errors="replace") as stream:
        yield from texts_of(enumerate(stream, 1))


_HEAD = ("ID", "FROM", "WHERE", "LANE", "LANG", "TEXT")


def _cells(message: Embedded) -> tuple[str, ...]:
    return (
        str(message.conversation),
        display_name(message.handle or message.name, str(message.conversation)),
        f"{message.platform} {message.kind}",
        message.lane,
        _language(message),
        display_row(message.text),
    )


def _language(message: Embedded) -> str:
    return message.language or UNDETERMINED


def _as_json(message: Embedded) -> dict[str, object]:
    return {
        "conversation": str(message.conversation),
        "text": message.text,
        "language": message.language,
        "lane": message.lane,
        "intent": message.intent,
        "platform": message.platform,
        "account": message.account,
        "kind": message.kind,
        "person": message.handle or message.name,
    }
