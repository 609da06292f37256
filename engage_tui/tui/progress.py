"""What the running engine says of itself, in the few words that the status line has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage_tui.domain.display import SafeText, display_row
from engage_tui.domain.model import Millis
from engage_tui.tui.words import local

if TYPE_CHECKING:
    from engage_tui.engine.runner import Notice


class Progress:
    """Remembers when the platforms were looked at last, and what went wrong since."""

    def __init__(self) -> None:
        self.trouble = SafeText("")
        """What went wrong in the last look; nothing when all went well."""
        self._looked = ""
        self._under_way = SafeText("")

    def take(self, notice: Notice, now: Millis) -> bool:
        """Take a notice in; returns whether it is a trouble that was not there before."""
        from engage_tui.engine.runner import Topic

        text = display_row(notice.text)
        if notice.topic is Topic.TROUBLE:
            new, self.trouble = text != self.trouble, text
            return new
        self._under_way = SafeText("") if notice.done else text
        if notice.topic is Topic.SYNC:
            if notice.done:
                self._looked = f"sync {local(now):%H:%M}"
            elif notice.opening:
                self.trouble = SafeText("")
        return False

    @property
    def words(self) -> tuple[str, str]:
        """The text and its style."""
        if self._under_way:
            return self._under_way, "$accent"
        if self.trouble:
            return f"{self._looked} ! trouble".strip(), "bold $error"
        return self._looked, "$text-muted"
