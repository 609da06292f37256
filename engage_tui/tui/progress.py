"""What the running engine says of itself, in the few words that the status line has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage_tui.domain.display import SafeText, display_row
from engage_tui.domain.model import Millis
from engage_tui.tui.words import local

if TYPE_CHECKING:
    from engage_tui.engine.runner import Notice


class Progress:
    """Remembers when the platforms were looked at last, and what went wrong since then."""

    def __init__(self) -> None:
        self._looked = ""
        self._under_way = SafeText("")
        self._trouble = SafeText("")
        self._before = SafeText("")
        """The trouble of the look before; it has passed when the next one ends without it."""

    def take(self, notice: Notice, now: Millis) -> bool:
        """Take a notice in; returns whether it is a trouble that was not there before."""
        from engage_tui.engine.runner import Topic

        text = display_row(notice.text)
        if notice.topic is Topic.TROUBLE:
            new, self._trouble = text not in (self._trouble, self._before), text
            self._under_way = SafeText("")
            return new
        self._under_way = SafeText("") if notice.done else text
        if notice.done and notice.topic is Topic.SYNC:
            self._looked = f"sync {local(now):%H:%M}"
            self._before, self._trouble = self._trouble, SafeText("")
        return False

    @property
    def words(self) -> tuple[str, str]:
        """The text and its style."""
        if self._under_way:
            return self._under_way, "$accent"
        if self._trouble or self._before:
            return f"{self._looked}, not all went well".lstrip(", "), "bold $error"
        return self._looked, "$foreground-muted"
