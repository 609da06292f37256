"""Lays a conversation out in lines of a given width; pure, so that it can run in a thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual.content import Content

from engage_tui.domain.display import SafeText, display_name, display_row, display_text
from engage_tui.domain.model import Actor, Direction, Lane, Millis, Visibility
from engage_tui.domain.outbox import State
from engage_tui.domain.timestamps import SECOND
from engage_tui.store.actions import OutboxRow
from engage_tui.store.conversations import Conversation, MessageRow
from engage_tui.tui.words import NAMES, ago, count_of, day_time, percent, plain, span

MOST = 60_000
"""Characters of a thread that are laid out, the newest messages first."""

Line = tuple[tuple[str, str], ...]
"""Parts of text, each with the name of its style."""

_BAR = "▎ "
_UNSEEN = {
    Visibility.HIDDEN: "hidden from others",
    Visibility.HELD: "held for review, others do not see it",
    Visibility.REJECTED: "rejected, others do not see it",
    Visibility.GONE: "gone from the platform",
}
_HINTS = {State.QUEUED: " (u takes it back)", State.NEEDS_HUMAN: " (g x)"}
_OURS = {
    Actor.AUTOMATION: "you, automatically",
    Actor.AI_DRAFT_APPROVED: "you, from an approved draft",
}


def thread_lines(
    conversation: Conversation, width: int, now: Millis, *, relative: bool = False
) -> list[Line]:
    """Return a conversation's messages, oldest first, with a blank line after each."""
    laid_out: list[list[Line]] = []
    room = MOST
    for message in reversed(conversation.messages):
        if room <= 0:
            break
        room -= len(message.text)
        laid_out.append(list(_message(conversation, message, width, now, relative)))
    lines: list[Line] = []
    if earlier := conversation.total_messages - len(laid_out):
        lines += [((f"{count_of(earlier, 'earlier message')} not shown here", "quiet"),), ()]
    for message_lines in reversed(laid_out):
        lines += [*message_lines, ()]
    return lines


def outbox_lines(rows: Sequence[OutboxRow], width: int, now: Millis) -> list[Line]:
    """Return what is on its way out in a conversation, with the time until it leaves."""
    lines: list[Line] = []
    for row in rows:
        style = "trouble" if row.state in (State.NEEDS_HUMAN, State.REFUSED) else "pending"
        what = "you" if row.kind.writes_text else f"you {plain(row.kind.value)} it"
        step = next_step(row, now) + _HINTS.get(row.state, "")
        lines.append(((_BAR, style), (what, "ours"), (f"  {step}", style)))
        lines += _barred(display_text(row.body), width, style) if row.body else ()
        if row.note:
            lines += _barred(display_row(row.note), width, style, "quiet")
        lines.append(())
    return lines


def next_step(row: OutboxRow, now: Millis) -> str:
    """Say where an action stands and what comes next."""
    if row.state is State.QUEUED:
        left = max(0, (row.next_at or now) - now)
        return f"sends in {-(-left // SECOND)} s" if left else "leaves now"
    if row.state is State.RETRY_WAIT and row.next_at is not None and row.next_at > now:
        return f"{row.state.in_words} in {span(row.next_at - now)}"
    return row.state.in_words


def header_lines(conversation: Conversation, now: Millis) -> tuple[Content, Content]:
    """Return the two lines above a conversation: where it is, and how it stands."""
    where = [display_row(conversation.post or "", 80)] if conversation.post else []
    kind = "comment on" if where else "comment"
    place = " ".join([kind, *where]) if conversation.kind == "comment" else "direct messages"
    first = [place, f"to {display_row(conversation.account, 40)}"]
    if conversation.follower:
        first.append("follows you")
    parts: list[tuple[str, str] | str] = []
    if conversation.vip:
        parts.append(("VIP", "bold $accent"))
    if conversation.tier and conversation.due_at is not None:
        parts.append(_deadline(conversation.tier, conversation.due_at, now))
    parts.append(plain(conversation.lane))
    if conversation.lane == Lane.SNOOZED and conversation.snoozed_until is not None:
        parts.append(f"until {day_time(conversation.snoozed_until, now)}")
    if conversation.escalated:
        parts.append((f"with {plain(conversation.escalated)}", "$warning"))
    parts += [f"#{display_row(label, 30)}" for label in conversation.labels]
    return Content(" · ".join(first)), Content(" · ").join(
        part if isinstance(part, str) else Content.styled(*part) for part in parts
    )


def _deadline(tier: str, due_at: Millis, now: Millis) -> tuple[str, str]:
    """Say when an answer is due, and how late it is."""
    due = day_time(due_at, now)
    if due_at < now:
        return f"{tier}, late by {span(now - due_at)}, due {due}", "bold $error"
    return f"{tier}, due in {span(due_at - now)}, {due}", ""


def title(conversation: Conversation) -> str:
    """Return who a conversation is with, and on which platform."""
    who = display_name(conversation.handle or conversation.name, conversation.person_remote_id)
    name = display_row(conversation.name, 40)
    shown = f"{who}  {name}" if name and name != who else str(who)
    return f"{NAMES[conversation.platform]}  {shown}"


def _message(
    conversation: Conversation, message: MessageRow, width: int, now: Millis, relative: bool
) -> Iterator[Line]:
    inbound = message.direction == Direction.IN
    leads = message.id == conversation.lead_message_id and conversation.due_at is not None
    style = "lead" if leads else "theirs" if inbound else "ours"
    who = (
        display_name(message.handle or message.name, message.remote_id)
        if inbound
        else _OURS.get(Actor(message.actor), "you")
    )
    time = ago(message.sent_at, now) if relative else day_time(message.sent_at, now)
    about = [time, *(["edited"] if message.edited_at else [])]
    if message.acknowledgement:
        about.append("acknowledgement")
    yield (
        (_BAR, style),
        (who, "ours" if not inbound else "who"),
        (f"  {', '.join(about)}", "quiet"),
    )
    text = display_text(message.text)
    if text:
        yield from _barred(text, width, style)
    if message.attachments:
        yield from _barred(display_row(f"[{message.attachments}]"), width, style, "quiet")
    if message.visibility in _UNSEEN:
        unseen = SafeText(_UNSEEN[Visibility(message.visibility)])
        yield from _barred(unseen, width, style, "trouble")
    if inbound and message.intent:
        yield from _barred(display_row(_reading(message)), width, style, "quiet")


def _reading(message: MessageRow) -> str:
    """Return what the model, or the person who corrected it, makes of a message."""
    intent = plain(message.intent or "")
    if message.corrected:
        intent += " (corrected)"
    elif message.intent_confidence is not None:
        intent += f" {percent(message.intent_confidence)}"
    return " · ".join(part for part in (intent, message.sentiment, message.language) if part)


def _barred(text: SafeText, width: int, bar: str, style: str = "text") -> Iterable[Line]:
    wrapped = Content(text).wrap(max(8, width - len(_BAR)))
    return [((_BAR, bar), (line.plain.rstrip(), style)) for line in wrapped]
