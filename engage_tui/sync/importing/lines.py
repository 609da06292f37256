"""Reads a file line by line or row by row in flat memory, whatever its lines are like."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import IO, TypeAlias

from engage_tui.sync.importing.records import BadLine, ImportFormatError

LONGEST_LINE = 1_000_000
"""Bytes that one line may have; a message is a thousand times shorter."""

Row: TypeAlias = dict[str, str]
"""A row by column, the columns as `column_name` writes them; what is not given is empty."""


def bounded_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line with its line end, or None for one that is longer than `LONGEST_LINE`."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def column_name(title: str) -> str:
    """Return a column's title in one spelling: `Comment ID`, `comment-id` → `comment_id`."""
    return "_".join(title.strip().lower().replace("-", " ").replace(".", " ").split())


def header_of(line: str) -> tuple[list[str], str]:
    """Return the column names of a header line and the delimiter that gives most of them."""
    line = line.removeprefix("\ufeff").rstrip("\r\n")
    titles, delimiter = max(
        ((next(csv.reader([line], delimiter=mark), []), mark) for mark in ",;\t"),
        key=lambda found: len(found[0]),
    )
    return [column_name(title) for title in titles], delimiter


def table_rows(stream: IO[bytes]) -> Iterator[tuple[int, Row] | BadLine]:
    """Yield the rows of a CSV file with a header line, each with the line that it begins on.

    Raises:
        ImportFormatError: the file is UTF-16, as some spreadsheets write it.
    """
    lines = _decoded(stream)
    header = next(lines, "")
    if header.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        raise ImportFormatError("is UTF-16 text; save it as CSV in UTF-8")
    columns, delimiter = header_of(header)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        number = reader.line_num + 2
        try:
            cells = next(reader, None)
        except csv.Error:
            yield BadLine(number, "has a field that is too long; is a quotation mark missing?")
            continue
        if cells is None:
            return
        if not any(cells):
            continue
        if any(cells[len(columns) :]):
            yield BadLine(number, f"has {len(cells)} fields, the header has {len(columns)}")
        elif _NOT_TEXT.search("".join(cells)):
            yield BadLine(number, "is not UTF-8 text or far too long")
        else:
            # Spreadsheets drop the empty cells at the end of a row.
            padded = cells + [""] * (len(columns) - len(cells))
            yield number, dict(zip(columns, padded, strict=False))


_NOT_TEXT = re.compile("[\udc80-\udcff]")


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    """Yield lines in which bytes that are no text are lone surrogates: only their row is lost."""
    for line in bounded_lines(stream):
        yield (b"\xff\n" if line is None else line).decode("utf-8", "surrogateescape")
