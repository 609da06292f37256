"""`engage queue`, `show`, `explain`, and the decisions about one conversation."""

from __future__ import annotations

import click

from engage_tui.cli.common import (
    Moment,
    at_option,
    json_option,
    opened,
    print_json,
    print_table,
    workspace_option,
)
from engage_tui.domain.display import display_name, display_row, display_text
from engage_tui.domain.model import Lane, Millis
from engage_tui.domain.timestamps import parse_duration, short_duration, to_iso
from engage_tui.engine.engine import Engine
from engage_tui.engine.inbox import ESCALATIONS
from engage_tui.store.conversations import Conversation
from engage_tui.store.queue import QueueRow


@click.command()
@click.argument("query", nargs=-1)
@at_option
@click.option("--limit", default=50, show_default=True, help="Rows at most; 0 for all.")
@json_option
@workspace_option
@click.pass_context
def queue(
    context: click.Context, query: tuple[str, ...], at: Millis | None, limit: int, as_json: bool
) -> None:
    """What to answer next, the most urgent first.

    QUERY narrows it: lane:waiting platform:youtube intent:price_question due:2h -label:done words.
    """
    with opened(context) as engine:
        now = engine.clock() if at is None else at
        selection = engine.inbox.select(" ".join(query), at=at)
        shown = 0
        after: tuple[int, int] | None = None
        while rows := engine.inbox.page(
            selection, limit=min(200, limit - shown) if limit else 200, after=after
        ):
            after = (rows[-1].order_at, rows[-1].id)
            shown += len(rows)
            if as_json:
                for row in rows:
                    print_json(_as_json(row))
            else:
                _print_rows(rows, now)
            if shown == limit:
                break
        if not as_json:
            _print_foot(engine, shown, limit, live=at is None)


def _print_rows(rows: list[QueueRow], now: Millis) -> None:
    print_table(
        ("ID", "DUE", "TIER", "FROM", "WHERE", "INTENT", "TEXT"),
        [
            (
                str(row.id),
                "" if row.due_at is None else short_duration(row.due_at - now),
                (row.tier or "") + (" VIP" if row.vip else ""),
                display_name(row.handle or row.name, str(row.id)),
                f"{row.platform} {row.kind}",
                row.intent or "",
                message_line(row.text, row.attachments),
            )
            for row in rows
        ],
        flexible=6,
    )


def _print_foot(engine: Engine, shown: int, limit: int, *, live: bool) -> None:
    counts = engine.inbox.counts() if live else {}
    notes = []
    if not shown:
        empty = not any(counts.values()) and live
        notes.append(
            "Nothing is stored yet: `engage import FILE` brings history in,"
            " `engage demo` is a brand to practise on."
            if empty
            else "Nothing here."
        )
    elif shown == limit:
        notes.append(f"The first {shown}; --limit 0 shows all.")
    if counts.get(Lane.HISTORY):
        notes.append(f"{counts[Lane.HISTORY]} older ones were never answered: lane:history")
    if counts.get(Lane.MODERATION):
        notes.append(f"{counts[Lane.MODERATION]} to moderate: lane:moderation")
    if engine.intake.any_untriaged():
        notes.append("Some messages are not read by the model yet: engage triage")
    for note in notes:
        click.echo(note, err=True)


def message_line(text: str, attachments: str) -> str:
    """Return a message on one line, with what came without text in brackets."""
    line = display_row(text)
    return f"{line} [{display_row(attachments, 60)}]".strip() if attachments else line


def _as_json(row: QueueRow) -> dict[str, object]:
    return {
        "conversation": str(row.id),
        "platform": row.platform,
        "account": row.account,
        "kind": row.kind,
        "person": row.handle or row.name,
        "lane": row.lane,
        "tier": row.tier,
        "due_at": _iso(row.due_at),
        "received_at": _iso(row.received_at),
        "intent": row.intent,
        "intent_confidence": row.intent_confidence,
        "sentiment": row.sentiment,
        "text": row.text,
        "status": row.status,
        "vip": bool(row.vip),
        "post": row.post,
        "escalated": row.escalated,
    }


def _iso(moment: Millis | None) -> str | None:
    return None if moment is None else to_iso(moment)


@click.command()
@click.argument("conversation", type=int)
@json_option
@workspace_option
@click.pass_context
def show(context: click.Context, conversation: int, as_json: bool) -> None:
    """One conversation with its messages, drafts and sends."""
    with opened(context) as engine:
        found = engine.inbox.conversation(conversation)
        sends = engine.desk.outbox(conversation=conversation)
        draft = engine.desk.draft_of(conversation)
        if as_json:
            print_json(_conversation_json(found))
            return
        click.echo(_head(found))
        if found.total_messages > len(found.messages):
            click.echo(f"({found.total_messages - len(found.messages)} older messages not shown)")
        for message in found.messages:
            who = "you" if message.direction == "out" else message.handle or message.name
            marks = "" if message.visibility == "visible" else f" [{message.visibility}]"
            reading = "" if message.intent is None else f"  ({message.intent})"
            click.echo(
                f"\n{to_iso(message.sent_at)}  {display_name(who, str(message.id))}{marks}{reading}"
            )
            body = display_text(message.text)
            rest = f"[{display_row(message.attachments, 200)}]" if message.attachments else ""
            click.echo("\n".join(f"  {line}" for line in f"{body}\n{rest}".strip().splitlines()))
        if draft:
            click.echo(f"\nDraft {draft.id} waits for approval: `engage approve {draft.id}`")
            click.echo(f"  {display_text(draft.text)}")
        for row in sends:
            click.echo(f"\nOutbox {row.id} ({row.kind}) {row.state.in_words}. {row.note}".rstrip())


def _head(found: Conversation) -> str:
    parts = [
        f"{found.platform} {found.kind} with {display_name(found.handle or found.name, '?')}",
        f"on {display_row(found.post, 60)!r}" if found.post else "",
        found.lane,
        found.tier or "",
        f"due {to_iso(found.due_at)}" if found.due_at is not None else "",
        "VIP" if found.vip else "",
        f"escalated to {found.escalated}" if found.escalated else "",
        " ".join(f"#{display_row(name, 40)}" for name in found.labels),
    ]
    return ", ".join(part for part in parts if part)


def _conversation_json(found: Conversation) -> dict[str, object]:
    return {
        "conversation": str(found.id),
        "platform": found.platform,
        "account": found.account,
        "kind": found.kind,
        "person": found.handle or found.name,
        "post": found.post,
        "lane": found.lane,
        "status": found.status,
        "tier": found.tier,
        "due_at": _iso(found.due_at),
        "labels": list(found.labels),
        "vip": found.vip,
        "messages": [
            {
                "message": message.remote_id,
                "direction": message.direction,
                "actor": message.actor,
                "person": message.handle or message.name,
                "text": message.text,
                "attachments": message.attachments,
                "sent_at": to_iso(message.sent_at),
                "visibility": message.visibility,
                "intent": message.intent,
                "intent_confidence": message.intent_confidence,
                "sentiment": message.sentiment,
                "language": message.language,
            }
            for message in found.messages
        ],
    }


@click.command()
@click.argument("conversation", type=int)
@at_option
@json_option
@workspace_option
@click.pass_context
def explain(context: click.Context, conversation: int, at: Millis | None, as_json: bool) -> None:
    """Why a conversation stands where it stands, and what would move it."""
    with opened(context) as engine:
        found = engine.inbox.explain(conversation, at=at)
        standing = found.standing
        if as_json:
            print_json(
                {
                    "conversation": str(conversation),
                    "lane": standing.lane.value,
                    "tier": standing.tier.value if standing.tier else None,
                    "due_at": _iso(standing.due_at),
                    "received_at": _iso(standing.received_at),
                    "facts": list(found.facts),
                    "moves": list(found.moves),
                }
            )
            return
        click.echo(f"Conversation {conversation} stands in {standing.lane.value}, because")
        for fact in found.facts:
            click.echo(f"  - {display_row(fact)}")
        click.echo("What would move it:")
        for move in found.moves:
            click.echo(f"  - {display_row(move)}")


@click.command()
@click.argument("conversations", nargs=-1, type=int, required=True)
@workspace_option
@click.pass_context
def resolve(context: click.Context, conversations: tuple[int, ...]) -> None:
    """Close conversations; a new message reopens them."""
    with opened(context, write=True) as engine:
        for conversation in conversations:
            engine.inbox.resolve(conversation)


@click.command()
@click.argument("conversations", nargs=-1, type=int, required=True)
@workspace_option
@click.pass_context
def reopen(context: click.Context, conversations: tuple[int, ...]) -> None:
    """Bring closed or snoozed conversations back."""
    with opened(context, write=True) as engine:
        for conversation in conversations:
            engine.inbox.reopen(conversation)


@click.command()
@click.argument("conversations", nargs=-1, type=int, required=True)
@click.option("--for", "length", metavar="DURATION", help="How long: 4h, 1d, 1w.")
@click.option("--until", type=Moment(), metavar="ISO", help="Until when.")
@workspace_option
@click.pass_context
def snooze(
    context: click.Context, conversations: tuple[int, ...], length: str | None, until: Millis | None
) -> None:
    """Put conversations off; a new message brings them back earlier."""
    if (length is None) == (until is None):
        raise click.UsageError("give either --for or --until")
    with opened(context, write=True) as engine:
        if length is not None:
            try:
                until = engine.clock() + parse_duration(length)
            except ValueError as error:
                raise click.BadParameter(str(error), param_hint="--for") from error
        assert until is not None
        for conversation in conversations:
            engine.inbox.snooze(conversation, until)


@click.command()
@click.argument("conversation", type=int)
@click.argument("names", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take the labels off.")
@workspace_option
@click.pass_context
def label(context: click.Context, conversation: int, names: tuple[str, ...], remove: bool) -> None:
    """Put labels on a conversation; the label vip marks the person."""
    with opened(context, write=True) as engine:
        for name in names:
            engine.inbox.label(conversation, name, on=not remove)


@click.command()
@click.argument("conversation", type=int)
@click.option("--kind", type=click.Choice(ESCALATIONS), default="support", show_default=True)
@workspace_option
@click.pass_context
def escalate(context: click.Context, conversation: int, kind: str) -> None:
    """Record that a conversation was handed on."""
    with opened(context, write=True) as engine:
        engine.inbox.escalate(conversation, kind)
