"""What the status line of the inbox says: the urgent first, on the right what the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage_tui.tui.widgets.status import Part
from engage_tui.tui.words import count_of

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen


def status_of(screen: InboxScreen, progress: Part) -> tuple[list[Part], Part]:
    """Return the parts for the left, and the one for the right."""
    listing, parts = screen.listing, screen.sending.parts()
    if screen.engine.viewer:
        parts.insert(0, ("viewer: another engage writes here", "$warning"))
    if listing.selected:
        parts.append((f"{len(listing.selected):,} selected", "bold"))
    if listing.ranging:
        parts.append(("range: V ends it", ""))
    top = screen.undos.top
    if top is not None and not top.rows:
        parts.append((f"{top.sentence} (u takes it back)", ""))
    if screen.answering.unsent:
        parts.append((count_of(screen.answering.unsent, "unsent text"), "$foreground-muted"))
    total = len(listing.ids)
    at = f"{listing.cursor + 1:,}/{total:,}" if total else ""
    text, style = progress
    return parts, ("  ".join(filter(None, (text, at))), style)
