"""Reads the template files, the ones that come with the program and the user's own.

A file holds `[[entry]]` tables in TOML. A mistake costs the entry that it stands in, never the
rest of the library, and is reported with its file, line and entry.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.templates import SLOTS, Template, slots_of, unknown_slots
from engage_tui.domain.timestamps import DAY, from_datetime
from engage_tui.domain.triage import Intent

STARTER = Path(__file__).parent / "starter"
"""The folder of the templates that come with the program."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a template file; `entry` is empty where it concerns the whole file."""

    file: Path
    line: int
    entry: str
    sentence: str

    def __str__(self) -> str:
        """Return it the way compilers do: `file:line: entry: sentence`."""
        entry = f"{self.entry}: " if self.entry else ""
        return f"{self.file}:{self.line}: {entry}{self.sentence}"


@dataclass(slots=True)
class Library:
    """Every template that could be read, by id, and what was wrong with the others."""

    templates: dict[str, Template] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_library(folders: Sequence[Path], known_slots: Set[str] = frozenset()) -> Library:
    """Read every `*.toml` of the folders; an id in a later folder replaces that of an earlier.

    A folder that does not exist is an empty one. `known_slots` are the slots that the brand
    declares; those of the fixed list are always known.
    """
    library = Library()
    slots = known_slots | SLOTS.keys()
    for folder in folders:
        found: dict[str, Template] = {}
        for file in sorted(folder.glob("*.toml")):
            _read_file(file, slots, found, library.problems)
        library.templates |= found
    return library


def _read_file(
    file: Path, slots: Set[str], found: dict[str, Template], problems: list[Problem]
) -> None:
    try:
        source = file.read_text(encoding="utf-8")
        document = tomllib.loads(source)
    except OSError as error:
        problems.append(Problem(file, 1, "", f"cannot be read: {error.strerror}"))
        return
    except UnicodeDecodeError:
        problems.append(Problem(file, 1, "", "is not UTF-8 text"))
        return
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else source.count("\n") + 1
        problems.append(Problem(file, line, "", f"is not valid TOML: {error}"))
        return
    entries = document.pop("entry", [])
    for key in document:
        problems.append(Problem(file, 1, "", f"{key} is not known here; write [[entry]] tables"))
    if not _is_tables(entries):
        problems.append(Problem(file, 1, "", "entry is a list of tables: write [[entry]]"))
        return
    starts = _entry_lines(source)
    lines = source.splitlines()
    for index, raw in enumerate(entries):
        # Entries written in another way (`entry = [{…}]`) have no line of their own.
        start, end = starts[index : index + 2] if index < len(starts) - 1 else (1, len(lines) + 1)
        entry = _Entry(raw, file, lines[start - 1 : end - 1], start)
        template = entry.read(slots, found)
        problems.extend(entry.problems)
        if template is not None:
            found[template.id] = template


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _entry_lines(source: str) -> list[int]:
    """Return the line of each `[[entry]]` and, last, the line after the end."""
    lines = source.splitlines()
    head = re.compile(r"\s*\[\[\s*entry\s*\]\]")
    return [at for at, line in enumerate(lines, 1) if head.match(line)] + [len(lines) + 1]


_FIELDS = {
    *("id", "title", "intents", "platforms", "kinds", "tone", "links"),
    *("valid_until", "acknowledgement", "text"),
}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_Word = TypeVar("_Word", bound=StrEnum)


class _Entry:
    """One `[[entry]]` while it is checked; collects everything that is wrong with it."""

    def __init__(self, raw: dict[str, object], file: Path, lines: list[str], start: int) -> None:
        self._raw = raw
        self._file = file
        self._lines = lines
        self._start = start
        identifier = raw.get("id")
        self._id = identifier.strip() if isinstance(identifier, str) else ""
        self.problems: list[Problem] = []

    def read(self, slots: Set[str], found: dict[str, Template]) -> Template | None:
        """Return the template, or None when there is anything wrong with it."""
        self._check_id(found)
        for key in sorted(self._raw.keys() - _FIELDS):
            self._wrong(key, f"{key} is not a known key{_nearest(key, _FIELDS)}")
        template = Template(
            id=self._id,
            title=self._text("title") or self._id,
            texts=self._texts(slots),
            intents=tuple(self._words("intents", Intent)),
            platforms=frozenset(self._words("platforms", Platform)),
            kinds=frozenset(self._words("kinds", Kind)),
            tone=self._text("tone"),
            links=tuple(self._links()),
            valid_until=self._valid_until(),
            acknowledgement=self._flag("acknowledgement"),
        )
        return None if self.problems else template

    def _wrong(self, key: str, sentence: str) -> None:
        written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
        line = next((at for at, line in enumerate(self._lines) if written.match(line)), 0)
        self.problems.append(Problem(self._file, self._start + line, self._id, sentence))

    def _check_id(self, found: dict[str, Template]) -> None:
        if not self._id:
            self._wrong("id", "has no id")
        elif not _ID.fullmatch(self._id):
            self._wrong("id", "the id may hold small letters, digits, - and _, at most 64")
        elif self._id in found:
            self._wrong("id", "the id is used twice in this folder; the first one counts")

    def _text(self, key: str) -> str:
        value = self._raw.get(key, "")
        if isinstance(value, str):
            return value.strip()
        self._wrong(key, f"{key} is a text: write it in quotes")
        return ""

    def _flag(self, key: str) -> bool:
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, f"{key} is true or false")
        return value is True

    def _list(self, key: str) -> list[str]:
        value = self._raw.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        self._wrong(key, f'{key} is a list of texts: write ["…", "…"]')
        return []

    def _words(self, key: str, words: type[_Word]) -> list[_Word]:
        names = [str(word) for word in words]
        listed = list(dict.fromkeys(self._list(key)))
        for value in listed:
            if value not in names:
                self._wrong(key, f"{value!r} is not one of the {key}{_nearest(value, names)}")
        return [words(value) for value in listed if value in names]

    def _links(self) -> list[str]:
        links = self._list("links")
        for link in links:
            if not re.fullmatch(r"https?://\S+", link):
                self._wrong("links", f"{link!r} is not a link that begins with https://")
        return links

    def _valid_until(self) -> Millis | None:
        value = self._raw.get("valid_until")
        if isinstance(value, datetime):
            return from_datetime(value)
        if isinstance(value, date):
            # The day itself still counts.
            return from_datetime(datetime(value.year, value.month, value.day)) + DAY
        if value is not None:
            self._wrong("valid_until", "valid_until is a date without quotes, like 2027-03-31")
        return None

    def _texts(self, slots: Set[str]) -> dict[str, str]:
        value = self._raw.get("text")
        if not isinstance(value, dict) or not value:
            self._wrong("text", 'has no text; write [entry.text] and below it en = "…"')
            return {}
        texts: dict[str, str] = {}
        for tag, text in value.items():
            if not _LANGUAGE_TAG.fullmatch(tag):
                self._wrong(tag, f"{tag!r} is not a language tag like en, pt-BR or zh-Hans")
            elif not isinstance(text, str) or not text.strip():
                self._wrong(tag, f"the text in {tag} is empty")
            else:
                texts[tag] = text.strip()
                self._check_slots(tag, text, slots)
        return texts

    def _check_slots(self, tag: str, text: str, slots: Set[str]) -> None:
        for slot in unknown_slots(text, slots):
            if slot in slots_of(text):
                self._wrong(tag, f"{{{slot}}} is not a known slot{_nearest(slot, slots)}")
            else:
                self._wrong(tag, f"a single {slot} stands in the text; write {slot * 2} for one")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
