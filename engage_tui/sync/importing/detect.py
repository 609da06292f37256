"""Tells what kind of history a path holds, and reads it."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import PurePath

from engage_tui.domain.model import Platform
from engage_tui.sync.importing import meta
from engage_tui.sync.importing.jsonl import read_jsonl
from engage_tui.sync.importing.lines import header_of
from engage_tui.sync.importing.records import BadLine, ImportFormatError, Owner, Parsed
from engage_tui.sync.importing.source import Source
from engage_tui.sync.importing.table import is_table, read_table
from engage_tui.sync.importing.takeout import is_takeout, read_takeout


class Format(StrEnum):
    """The kinds of history that can be read."""

    JSONL = "jsonl"
    CSV = "csv"
    TAKEOUT = "takeout"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"


LARGEST_DOCUMENT = 64_000_000
"""Bytes that one JSON document of an export may have; platforms begin a new one far earlier."""

_HEAD = 65_536
_THREAD = re.compile(r"(^|/)message_([0-9]+)\.json$")
_COMMENTS = {
    Format.INSTAGRAM: re.compile(r"(^|/)(post_comments(_[0-9]+)?|reels_comments)\.json$"),
    Format.FACEBOOK: re.compile(r"(^|/)comments(_and_reactions)?/comments(_[0-9]+)?\.json$"),
}
_GUESSED_FROM = 200
"""Threads that are looked at to find out the account's own name."""


def detect(source: Source) -> Format:
    """Return the format of a file by its beginning, of an export by the files in it.

    Raises:
        ImportFormatError: it is none that is known, or could be two.
    """
    with _sentences(source):
        if len(source.names) == 1:
            return _of_file(source, source.names[0])
        return _of_export(source)


def read(
    source: Source, format: Format | None = None, owner: Owner | None = None
) -> Iterator[Parsed]:
    """Yield messages and bad lines, lazily; without a format it is detected.

    `source.bytes_read` tells how far it has come.

    Raises:
        ImportFormatError: the files are broken, or do not say enough about whose they are.
    """
    format = format or detect(source)
    owner = owner or Owner()
    with _sentences(source):
        source.narrow(_files(source, format))
        if format in (Format.INSTAGRAM, Format.FACEBOOK):
            yield from _read_documents(source, Platform(format), owner)
            return
        for name in source.names:
            with source.open(name) as stream:
                if format is Format.JSONL:
                    found = read_jsonl(stream)
                elif format is Format.CSV:
                    found = read_table(stream, owner)
                else:
                    found = read_takeout(stream, owner)
                yield from _located(found, "" if source.single else name)


def _of_file(source: Source, name: str) -> Format:
    head = source.peek(name, _HEAD)
    line = head.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes]
    if ".jsonl" in suffixes or ".ndjson" in suffixes or _is_message(line):
        return Format.JSONL
    if b'"comments_v2"' in head:
        return Format.FACEBOOK
    if b'"string_map_data"' in head or b'"comments_reels_comments"' in head:
        return Format.INSTAGRAM
    if line.startswith(("{", "[")):
        if b'"participants"' in head:
            return _named_in(source)
        raise ImportFormatError("is JSON, but neither JSON Lines nor a file of an export")
    columns, _ = header_of(line)
    if is_takeout(columns):
        return Format.TAKEOUT
    if is_table(columns) or ".csv" in suffixes or ".tsv" in suffixes:
        return Format.CSV
    raise ImportFormatError("is none of: " + ", ".join(Format))


def _is_message(line: str) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "conversation" in value and "message" in value


def _of_export(source: Source) -> Format:
    with_comments = [
        format
        for format, layout in _COMMENTS.items()
        if any(layout.search(name) for name in source.names)
    ]
    if len(with_comments) == 1:
        return with_comments[0]
    if with_comments or any(_THREAD.search(name) for name in source.names):
        return _named_in(source)
    if _files(source, Format.TAKEOUT):
        return Format.TAKEOUT
    raise ImportFormatError("holds no messages or comments in a layout that is known")


def _named_in(source: Source) -> Format:
    """Return the one of the two look-alike exports whose name stands in the paths."""
    paths = "\n".join([source.path.absolute().as_posix(), *source.names]).lower()
    named = [format for format in (Format.INSTAGRAM, Format.FACEBOOK) if format in paths]
    if len(named) == 1:
        return named[0]
    raise ImportFormatError("could be of Instagram or of Facebook; say which as the format")


def _files(source: Source, format: Format) -> list[str]:
    """Return the files that hold messages or comments, each thread from its beginning."""
    if source.single or format in (Format.JSONL, Format.CSV):
        return list(source.names)
    if format is Format.TAKEOUT:
        return [
            name
            for name in source.names
            if name.lower().endswith(".csv") and is_takeout(_columns(source, name))
        ]
    foreign = "facebook_activity/" if format is Format.INSTAGRAM else "instagram_activity/"
    own = [name for name in source.names if foreign not in name]
    threads = [name for name in own if _THREAD.search(name)]
    return [name for name in own if _COMMENTS[format].search(name)] + sorted(
        threads, key=_thread_order
    )


def _columns(source: Source, name: str) -> list[str]:
    line = source.peek(name, _HEAD).split(b"\n", 1)[0]
    return header_of(line.decode("utf-8", "replace"))[0]


def _thread_order(name: str) -> tuple[str, int]:
    """Order by thread and then backwards: the export puts the newest messages into file 1."""
    found = _THREAD.search(name)
    return (name.rpartition("/")[0], -int(found[2]) if found else 0)


def _read_documents(source: Source, platform: Platform, owner: Owner) -> Iterator[Parsed]:
    threads = [name for name in source.names if source.single or _THREAD.search(name)]
    if threads:
        owner = replace(owner, name=_own_name(source, threads, owner.name))
    for name in source.names:
        located = source.path.as_posix() if source.single else name
        with source.open(name) as stream:
            document = stream.read(LARGEST_DOCUMENT + 1)
        if len(document) > LARGEST_DOCUMENT:
            found: Iterator[Parsed] = iter([BadLine(0, f"is over {LARGEST_DOCUMENT:,} bytes")])
        else:
            found = meta.read_document(document, located, platform, owner)
        yield from _located(found, "" if source.single else name)


def _own_name(source: Source, threads: list[str], given: str) -> str:
    """Return the name that the account writes under, which tells answers from questions."""
    firsts = [name for name in threads if source.single or name.endswith("message_1.json")]
    groups = [
        meta.participants(source.peek(name, LARGEST_DOCUMENT)) for name in firsts[:_GUESSED_FROM]
    ]
    if not any(groups):
        return given
    if given and not any(given in names for names in groups):
        raise ImportFormatError(f"holds no thread in which {given!r} takes part")
    name = given or meta.guess_name(groups)
    if not name:
        raise ImportFormatError("does not say which of the people in it is you; give your name")
    return name


def _located(found: Iterator[Parsed], file: str) -> Iterator[Parsed]:
    for item in found:
        yield replace(item, file=file) if file and isinstance(item, BadLine) else item


@contextmanager
def _sentences(source: Source) -> Iterator[None]:
    """Put the file's name before whatever goes wrong while it is read."""
    try:
        yield
    except ImportFormatError as error:
        raise ImportFormatError(f"{source.path.name} {error}") from error
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ImportFormatError(f"{source.path.name} is damaged: {error}") from error
