"""What an importer yields for each line, and the identities it makes up where a file has none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from engage_tui.domain.model import MessageRecord, PersonRecord


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that gave no message, and why.

    `line` counts from 1; in a JSON document it is the number of the item, and 0 means the whole
    file. `file` is the name inside an export of several files, else empty.
    """

    line: int
    reason: str
    file: str = ""


Parsed: TypeAlias = MessageRecord | BadLine


class ImportFormatError(Exception):
    """A file that cannot be read at all; the text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose history it is, for files that do not say so themselves; empty: not given."""

    platform: str = ""
    """Used by tables that have no platform column."""
    account: str = ""
    """The handle that messages are filed under."""
    name: str = ""
    """The display name that exports of Instagram and Facebook give as the sender."""


def stable_id(*parts: object) -> str:
    """Return a short id that the same parts always give, for messages that have none."""
    joined = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:20]


def unnamed_person(conversation: str) -> PersonRecord:
    """Return the other side of a conversation about whom the file says nothing.

    The prefix keeps the id apart from every id that a platform gives.
    """
    return PersonRecord(f"conversation:{conversation}")
