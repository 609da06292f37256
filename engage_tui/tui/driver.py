"""The last wall before the terminal: only what Textual itself writes gets through.

Text passes `domain.display` before it reaches a widget. Should some way in have been forgotten,
its escape sequences end here. A write is either a *command*, which Textual gives on its own (modes
at start and stop, the pointer's shape, the bell, our own copy to the clipboard), or a *frame*: text
with colours, cursor positions, links to web pages and line ends. A command in the middle of a frame
can only have come from text, and so can any other control character: it becomes U+FFFD, and what
followed it harmless letters.
"""

from __future__ import annotations

import re
import sys
from functools import cache

from textual.driver import Driver

_COMMAND = re.compile(
    # Line wrap, cursor, mouse, focus, alternate screen, paste, synchronised frames and the window's
    # size in band; the questions whether the last two are known; the keyboard protocol on and off.
    r"(?:\x1b\[(?:\?(?:7|25|100[0346]|101[56]|1049|2004|2026|2048)[hl]|\?20(?:26|48)\$p|[><]\d*u))+"
    r"|\x07"
    r"|\x1b\]22;[a-z-]*\x07"
    r"|\x1b\]52;c;[A-Za-z0-9+/]*={0,2}\x07"
)
_COLOUR = r"\[[0-9;:]{0,80}m"
_POSITION = r"\[\d{1,5};\d{1,5}H"
# An address with a name in front of the host (`bank.example@evil.example`) is no link of ours.
_LINK = r"\]8;id=[0-9-]{0,40};https?://[\w.:\[\]-]{1,255}(?:[/?#][!-~]{0,2000})?\x1b\\"
_LINK_END = r"\]8;;\x1b\\"
# Alone it does nothing.
_STRING_END = r"\\"
_STRANGE = re.compile(
    rf"\x1b(?!{_COLOUR}|{_POSITION}|{_LINK}|{_LINK_END}|{_STRING_END})"
    r"|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]",
    re.ASCII,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:]{0,80}|\](?:8(?:;[!-~]{0,2400}\x1b?)?)?)?\Z")
_LONGEST_UNFINISHED = 2_410


def let_through(data: str, held: str = "") -> tuple[str, str]:
    """Return what may be written of `held` and `data`, and what to hold until the next write.

    Only the beginning of a sequence that a frame may contain is held: Textual writes a long frame
    in pieces where the system wants that.
    """
    if _COMMAND.fullmatch(data):
        return _STRANGE.sub("\ufffd", held) + data, ""
    data = held + data
    unfinished = _UNFINISHED.search(data, max(0, len(data) - _LONGEST_UNFINISHED))
    end = unfinished.start() if unfinished else len(data)
    return _STRANGE.sub("\ufffd", data[:end]), data[end:]


@cache
def safe_driver_class() -> type[Driver]:
    """Return Textual's driver for this system with the wall in its `write`."""
    if sys.platform == "win32":
        from textual.drivers.windows_driver import WindowsDriver as PlatformDriver
    else:
        from textual.drivers.linux_driver import LinuxDriver as PlatformDriver

    class SafeDriver(PlatformDriver):
        """A driver that cannot be made to write what Textual would not."""

        _held = ""

        def write(self, data: str) -> None:
            shown, self._held = let_through(data, self._held)
            if shown:
                super().write(shown)

    return SafeDriver
