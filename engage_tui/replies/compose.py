"""From a conversation and a text to an action: which way it goes, what fills slots, what fits."""

from __future__ import annotations

from collections.abc import Mapping

from engage_tui.domain.model import ActionKind, Kind, Millis
from engage_tui.domain.settings import Brand
from engage_tui.platforms.protocol import Capabilities
from engage_tui.store.conversations import Conversation, MessageRow


class ComposeError(ValueError):
    """A text or an action does not fit the conversation; the sentence says what to change."""


def reply_kind(conversation: Conversation, *, private: bool = False) -> ActionKind:
    """Return how an answer leaves: in the thread, as a direct message, or privately."""
    if conversation.kind == Kind.DM:
        return ActionKind.DM
    return ActionKind.PRIVATE_REPLY if private else ActionKind.REPLY


def lead_message(conversation: Conversation) -> MessageRow:
    """Return the message that an answer is aimed at.

    Raises:
        ComposeError: nobody wrote anything in it.
    """
    for message in conversation.messages:
        if message.id == conversation.lead_message_id:
            return message
    inbound = [m for m in conversation.messages if m.direction == "in"]
    if not inbound:
        raise ComposeError("there is no message in this conversation that could be answered")
    return inbound[-1]


def target(conversation: Conversation, message: MessageRow, kind: ActionKind) -> str:
    """Return the remote id that an action of this kind is aimed at."""
    return conversation.person_remote_id if kind is ActionKind.DM else message.remote_id


def check(
    capabilities: Capabilities, conversation: Conversation, kind: ActionKind, text: str
) -> None:
    """Refuse what the platform would refuse.

    Raises:
        ComposeError: the platform has no such action here, or the text is empty or too long.
    """
    allowed = capabilities.actions.get(Kind(conversation.kind), frozenset())
    platform = conversation.platform.capitalize()
    if kind not in allowed:
        known = ", ".join(sorted(action.value for action in allowed)) or "nothing"
        raise ComposeError(
            f"{platform} has no {kind.value} for a {conversation.kind}; it has: {known}"
        )
    if not kind.writes_text:
        return
    if not text.strip():
        raise ComposeError("the text is empty")
    limit = capabilities.limits.get(kind)
    if limit is not None and limit.measure(text) > limit.most:
        raise ComposeError(
            f"the text has {limit.measure(text)} {limit.unit};"
            f" {platform} takes {limit.most} in a {kind.value}"
        )


def deadline(
    capabilities: Capabilities, conversation: Conversation, message: MessageRow
) -> Millis | None:
    """Return the moment from which the platform accepts no answer any more."""
    window = capabilities.reply_window.get(Kind(conversation.kind))
    return None if window is None else message.sent_at + window


def slot_values(
    brand: Brand, conversation: Conversation, asked: Mapping[str, str], sla_hours: int | None
) -> dict[str, str]:
    """Return what is known for the slots of a template; what is asked for wins."""
    declared = {name: str(v) for name, v in brand.slots.items() if not isinstance(v, Mapping)}
    known = {
        "first_name": first_name(conversation.name),
        "handle": conversation.handle,
        "brand": brand.name,
        "link": brand.links[0] if brand.links else "",
        "sla_hours": "" if sla_hours is None else str(sla_hours),
    }
    return {**known, **declared, **asked}


def first_name(name: str) -> str:
    """Return the first word of a display name if it can be one: letters only, not shouted."""
    first = name.split()[0] if name.split() else ""
    bare = first.replace("-", "").replace("'", "").replace("\u2019", "")
    return first if bare.isalpha() and len(first) <= 20 else ""
