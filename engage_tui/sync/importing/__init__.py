"""Reads histories from files: JSON Lines, CSV tables, and the exports of the platforms.

`Source` opens a path, `detect` names its format, `read` yields messages and bad lines one by one.
"""

from engage_tui.sync.importing.detect import Format, detect, read
from engage_tui.sync.importing.records import BadLine, ImportFormatError, Owner, Parsed
from engage_tui.sync.importing.source import Source

__all__ = [
    "BadLine",
    "Format",
    "ImportFormatError",
    "Owner",
    "Parsed",
    "Source",
    "detect",
    "read",
]
