"""`engage reply`, `approve`, `reject` and `act`: everything leaves through the outbox."""

from __future__ import annotations

import asyncio

import click

from engage_tui.cli.common import (
    json_option,
    opened,
    print_json,
    standard_input,
    workspace_option,
)
from engage_tui.domain.display import display_row, display_text
from engage_tui.domain.model import ActionKind
from engage_tui.domain.timestamps import SECOND, to_iso
from engage_tui.engine.engine import Engine
from engage_tui.store.actions import OutboxRow

_MODERATION = [kind.value for kind in ActionKind if not kind.writes_text]

wait_option = click.option(
    "--wait", is_flag=True, help="Wait for the undo window and send before returning."
)


@click.command()
@click.argument("conversation", type=int)
@click.option("--text", help="The words of the reply; - reads them from standard input.")
@click.option("--template", metavar="ID", help="Take the words from a template.")
@click.option("--language", metavar="TAG", help="Language of the template instead of the person's.")
@click.option(
    "--set", "values", multiple=True, metavar="SLOT=VALUE", help="Fill a slot; may be repeated."
)
@click.option("--private", is_flag=True, help="Answer a comment by a direct message.")
@click.option("--approve", is_flag=True, help="Approve it at once.")
@wait_option
@json_option
@workspace_option
@click.pass_context
def reply(
    context: click.Context,
    conversation: int,
    text: str | None,
    template: str | None,
    language: str | None,
    values: tuple[str, ...],
    private: bool,
    approve: bool,
    wait: bool,
    as_json: bool,
) -> None:
    """Write a reply to a conversation; it waits for approval.

    Without --text and --template the templates that fit are listed.
    """
    with opened(context, write=True) as engine:
        if text is None and template is None:
            _suggest(engine, conversation, as_json)
            return
        if text == "-":
            text = standard_input().read().rstrip("\n")
        asked = dict(_slot(value) for value in values)
        draft = engine.desk.propose(
            conversation,
            text=text,
            template=template,
            language=language,
            asked=asked,
            private=private,
        )
        if approve:
            row = engine.desk.approve(draft.id)
            report(engine, finish(engine, row, wait=wait), as_json)
        elif as_json:
            print_json(
                {
                    "conversation": str(conversation),
                    "draft": draft.text,
                    "draft_id": draft.id,
                    "source": draft.source,
                    "entries": [draft.template_id] if draft.template_id else [],
                    "language": draft.language,
                }
            )
        else:
            click.echo(display_text(draft.text))
            click.echo(f"Draft {draft.id}: `engage approve {draft.id}` sends it.", err=True)


def _suggest(engine: Engine, conversation: int, as_json: bool) -> None:
    found = engine.inbox.conversation(conversation)
    for ranked in engine.desk.suggestions(found):
        missing = engine.desk.missing(found, ranked)
        if as_json:
            print_json(
                {
                    "template": ranked.template.id,
                    "language": ranked.language,
                    "text": ranked.text,
                    "missing": missing,
                    "reasons": list(ranked.reasons),
                }
            )
            continue
        needs = f" needs {', '.join(missing)};" if missing else ""
        click.echo(f"{ranked.template.id} ({ranked.language});{needs} {'; '.join(ranked.reasons)}")
        click.echo(f"    {display_row(ranked.text)}")


def _slot(value: str) -> tuple[str, str]:
    name, equals, filled = value.partition("=")
    if not equals:
        raise click.BadParameter(f"{value!r} is not like name=value", param_hint="--set")
    return name.strip("{} "), filled


@click.command()
@click.argument("draft", type=int)
@click.option("--again", is_flag=True, help="Send words that were sent to this message before.")
@wait_option
@json_option
@workspace_option
@click.pass_context
def approve(context: click.Context, draft: int, again: bool, wait: bool, as_json: bool) -> None:
    """Approve a draft: it leaves when its undo window has passed."""
    with opened(context, write=True) as engine:
        row = engine.desk.approve(draft, again=again)
        report(engine, finish(engine, row, wait=wait), as_json)


@click.command()
@click.argument("draft", type=int)
@workspace_option
@click.pass_context
def reject(context: click.Context, draft: int) -> None:
    """Turn a draft down."""
    with opened(context, write=True) as engine:
        engine.desk.reject(draft)


@click.command()
@click.argument("conversation", type=int)
@click.argument("action", type=click.Choice(_MODERATION))
@click.option("--yes", is_flag=True, help="Do not ask before what cannot be undone.")
@wait_option
@json_option
@workspace_option
@click.pass_context
def act(
    context: click.Context, conversation: int, action: str, yes: bool, wait: bool, as_json: bool
) -> None:
    """Hide, show, hold, publish, reject or delete the message that a conversation is about."""
    final = action in (ActionKind.DELETE, ActionKind.REJECT)
    with opened(context, write=True) as engine:
        if final and not yes:
            click.confirm(f"{action} cannot be undone on the platform. Go on?", abort=True)
        row = engine.desk.act(conversation, ActionKind(action))
        report(engine, finish(engine, row, wait=wait), as_json)


def finish(engine: Engine, row: OutboxRow, *, wait: bool) -> OutboxRow:
    """Send a row before returning if that was asked for; the undo window is kept."""

    async def until_it_moved() -> None:
        sender = engine.sender()
        await sender.recover()
        left = (row.next_at or 0) - engine.clock()
        await asyncio.sleep(max(left, 0) / SECOND)
        await sender.step()

    if wait:
        asyncio.run(until_it_moved())
    return engine.desk.get(row.id)


def report(engine: Engine, row: OutboxRow, as_json: bool) -> None:
    """Say where an outbox row stands, and what happens next."""
    if as_json:
        print_json(row_json(row))
        return
    click.echo(f"Outbox {row.id}: {row.kind} {row.state.in_words}. {display_row(row.note)}".strip())
    if not row.state.final:
        click.echo(
            f"It leaves with `engage run`, the console, or `engage outbox send`; until then"
            f" `engage outbox cancel {row.id}` takes it back.",
            err=True,
        )


def row_json(row: OutboxRow) -> dict[str, object]:
    """Return an outbox row in the shape that programs rely on."""
    return {
        "id": row.id,
        "conversation": str(row.conversation_id),
        "kind": row.kind.value,
        "state": row.state.value,
        "remote_id": row.remote_id,
        "approved_at": to_iso(row.approved_at),
        "sent_at": None if row.sent_at is None else to_iso(row.sent_at),
        "text": row.body,
        "note": row.note,
        "attempts": row.attempts,
        "approved_by": row.approved_by,
        "template": row.template_id,
    }
