"""One conversation as a line of the list: what is shown of it, and how it is drawn."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engage_tui.domain.display import SafeText, display_name, display_row
from engage_tui.domain.model import Lane, Millis
from engage_tui.domain.sla import Tier
from engage_tui.store.queue import QueueRow
from engage_tui.tui.words import BADGES, short_intent, short_time, span

_WITH_DUE = frozenset({Lane.NEEDS_REPLY, Lane.MODERATION, Lane.HISTORY})
_URGENT = {Tier.PREMIUM: "!!", Tier.PRIORITY: "!"}
_KEPT = 2_048
"""Lines that are remembered."""
_WIDE = 84
"""Cells from which the intent has a column."""


class ListRow(NamedTuple):
    """What the list shows of a conversation; made away from the loop, once for each reading."""

    id: int
    lane: str
    due_at: Millis | None
    warn_at: Millis | None
    at: Millis | None
    """End of the snooze, or when the leading message came."""
    badge: str
    who: SafeText
    text: SafeText
    kind: str
    urgent: str
    intent: str
    vip: bool
    draft: bool
    trouble: bool


class Flags(NamedTuple):
    """How a row stands in the list at present."""

    cursor: bool = False
    selected: bool = False
    unsent: bool = False
    """Whether a text that was not sent waits in the composer."""
    outgoing: bool = False
    """Whether something stands in the outbox for it."""
    focused: bool = False
    """Whether the list has the focus."""


def list_row(row: QueueRow) -> ListRow:
    """Return the line of a stored conversation."""
    waits = row.lane in _WITH_DUE
    return ListRow(
        id=row.id,
        lane=row.lane,
        due_at=row.due_at if waits else None,
        warn_at=row.warn_at,
        at=row.snoozed_until if row.lane == Lane.SNOOZED else row.received_at,
        badge=BADGES[row.platform],
        who=display_name(row.handle or row.name, str(row.id)),
        text=display_row(row.text or (f"[{row.attachments}]" if row.attachments else "")),
        kind=row.kind,
        urgent=_URGENT.get(Tier(row.tier), "") if waits and row.tier else "",
        intent=short_intent(row.intent),
        vip=bool(row.vip),
        draft=bool(row.has_draft),
        trouble=bool(row.trouble),
    )


def due(row: ListRow, now: Millis, *, absolute: bool) -> tuple[str, str]:
    """Return the time column, at most six cells, and how urgent it is.

    The time is what is left until the answer is due, and negative when that is over. Where nothing
    is due it is the end of a snooze or the age of the message.
    """
    if row.due_at is None:
        if row.at is None:
            return "", "settled"
        length = row.at - now if row.lane == Lane.SNOOZED else now - row.at
        return (short_time(row.at, now) if absolute else span(length)), "settled"
    left = row.due_at - now
    text = short_time(row.due_at, now) if absolute else span(left)
    if left < 0:
        return (text if text.startswith("-") else f"!{text}"), "overdue"
    return text, "soon" if row.warn_at is not None and row.warn_at <= now else "later"


class RowPainter:
    """Draws rows in the styles of one theme, each state of a row once.

    Args:
        styles: by name: `row`, `cursor`, `cursor-blurred` and `selected` are whole lines, the
            others (`overdue`, `soon`, `later`, `settled`, `badge`, `who`, `quiet`, `urgent`,
            `mark`) parts of one.
    """

    def __init__(self, styles: dict[str, Style]) -> None:
        self._styles = styles
        # On the line of the cursor a part's own colour might not stand out from the ground.
        self._under_cursor = dict.fromkeys(styles, Style())
        self._drawn: dict[tuple[ListRow, int, Flags, tuple[str, str]], Strip] = {}

    def blank(self, width: int) -> Strip:
        """Return an empty line."""
        return Strip.blank(width, self._styles["row"])

    def waiting(self, width: int, flags: Flags) -> Strip:
        """Return the grey line that stands for a row until it has been read."""
        parts = [
            Segment(_cursor(flags), self._styles["mark"]),
            Segment("      ··", self._styles["quiet"]),
        ]
        return self._finished(parts, width, flags)

    def row(self, row: ListRow, width: int, flags: Flags, label: tuple[str, str]) -> Strip:
        """Return the line of a row; `label` is what `due` gave."""
        state = (row, width, flags, label)
        if state not in self._drawn:
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            self._drawn[state] = self._draw(row, width, flags, label)
        return self._drawn[state]

    def _draw(self, row: ListRow, width: int, flags: Flags, label: tuple[str, str]) -> Strip:
        style = self._under_cursor if flags.cursor and flags.focused else self._styles
        time, urgency = label
        who = min(20, max(10, width // 5))
        intent = 10 if width >= _WIDE else 0
        text = width - 2 - 7 - 3 - who - 1 - intent - 6
        marks = f"{row.urgent:>2}{'V' if row.vip else ' '}{_draft_mark(row, flags)}"
        body = "DM " if row.kind == "dm" else ""
        parts = [
            Segment(_cursor(flags) + ("●" if flags.selected else " "), style["mark"]),
            Segment(f"{time:>6} ", style[urgency]),
            Segment(f"{row.badge} ", style["badge"]),
            Segment(_fitted(row.who, who) + " ", style["who"]),
            Segment(body, style["quiet"]),
            Segment(_fitted(row.text, max(0, text - len(body)))),
        ]
        if intent:
            parts.append(Segment(f"{row.intent:>{intent}}", style["quiet"]))
        parts.append(Segment(f" {marks} ", style["urgent"]))
        return self._finished(parts, width, flags)

    def _finished(self, parts: list[Segment], width: int, flags: Flags) -> Strip:
        base = self._styles["row"]
        if flags.cursor:
            base = self._styles["cursor" if flags.focused else "cursor-blurred"]
        elif flags.selected:
            base = self._styles["selected"]
        return Strip(parts).adjust_cell_length(width).apply_style(base)


def _cursor(flags: Flags) -> str:
    return "▌" if flags.cursor else " "


def _draft_mark(row: ListRow, flags: Flags) -> str:
    if row.trouble:
        return "?"
    if flags.outgoing:
        return "→"
    return "D" if row.draft or flags.unsent else " "


def _fitted(text: str, width: int) -> str:
    """Return the text in exactly so many cells, with an ellipsis where it is cut."""
    if cell_len(text) <= width or width < 2:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…"
