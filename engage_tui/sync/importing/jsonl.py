"""Reads JSON Lines in the import shape, one message a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from engage_tui.sync.importing.lines import LONGEST_LINE, bounded_lines
from engage_tui.sync.importing.records import BadLine, Parsed
from engage_tui.sync.importing.shape import Shape, ShapeError


def read_jsonl(stream: IO[bytes]) -> Iterator[Parsed]:
    """Yield a message or a bad line for each line that is not blank; extra fields are ignored."""
    shape = Shape()
    for number, line in enumerate(bounded_lines(stream), 1):
        if line is None:
            yield BadLine(number, f"is longer than {LONGEST_LINE:,} bytes")
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            if text.isspace() or not text:
                continue
            yield shape.message(json.loads(text))
        except ShapeError as error:
            yield BadLine(number, str(error))
        except UnicodeDecodeError:
            yield BadLine(number, "is not UTF-8 text")
        except (ValueError, RecursionError):
            yield BadLine(number, "is not JSON")
