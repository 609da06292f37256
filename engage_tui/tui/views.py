"""The saved views of the inbox, in the order of the keys that open them."""

from __future__ import annotations

from dataclasses import dataclass

from engage_tui.domain.model import Lane


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `lane` where its count is that of a lane."""

    name: str
    query: str
    lane: Lane | None = None
    decided: bool = False
    """Whether what was decided stays in it."""
    order: str = "by due time"


VIEWS: tuple[View, ...] = (
    View("Needs reply", "lane:needs_reply", Lane.NEEDS_REPLY),
    View("Overdue", "lane:needs_reply due:overdue"),
    View("DMs", "lane:needs_reply kind:dm"),
    View("Moderation", "lane:moderation", Lane.MODERATION),
    View("Waiting", "lane:waiting", Lane.WAITING, order="newest first"),
    View("Snoozed", "lane:snoozed", Lane.SNOOZED, order="by end"),
    View("Resolved", "lane:resolved", Lane.RESOLVED, decided=True, order="newest first"),
    View("History", "lane:history", Lane.HISTORY, order="oldest first"),
    View("All", "lane:all", decided=True),
)

MODERATION = VIEWS[3]
HISTORY = VIEWS[7]


def number(view: View) -> int:
    """Return the key that opens a view."""
    return VIEWS.index(view) + 1
