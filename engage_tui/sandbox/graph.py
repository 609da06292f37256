"""The manners of the practice Graph API: chosen fields, paged edges, error bodies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.responses import JSONResponse

from engage_tui.sandbox.paging import Slice

_FIELD = re.compile(r"([a-z_]+)(?:\.limit\((\d{1,3})\))?")

Body: TypeAlias = dict[str, Any]
Value: TypeAlias = Callable[["Field"], Any]
"""Gives the value of a field, asked only if the field was."""


class GraphError(Exception):
    """A refusal with the Graph API's code and, where there is one, its subcode."""

    def __init__(self, code: int, message: str, subcode: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode

    def response(self) -> JSONResponse:
        """Return the answer; a dead token has a status of its own."""
        error: Body = {
            "message": f"(#{self.code}) {self}",
            "type": "OAuthException" if self.code in (10, 190) else "IGApiException",
            "code": self.code,
            "fbtrace_id": "A0practice",
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        status = {190: 401, 4: 403, 10: 403}.get(self.code, 400)
        return JSONResponse({"error": error}, status_code=status)


@dataclass(frozen=True, slots=True)
class Field:
    """A field that was asked for: how many items of an edge, and which fields within."""

    name: str
    limit: int | None
    inner: tuple[Field, ...]

    def chosen(self, values: dict[str, Value], always: str = "id") -> Body:
        """Return the inner fields of an object, unknown ones left out, `id` always."""
        asked = self.inner or (Field(always, None, ()),)
        body = {field.name: values[field.name](field) for field in asked if field.name in values}
        body = {name: value for name, value in body.items() if value is not None}
        return body if always in body else {always: values[always](self), **body}


def fields(text: str) -> Field:
    """Read a `fields` parameter, as the inner fields of a nameless one.

    Raises:
        GraphError: the parameter cannot be read.
    """
    found, rest = _fields(text.replace(" ", ""))
    if rest:
        raise GraphError(2500, "Syntax error in the fields.")
    return Field("", None, found)


def _fields(text: str) -> tuple[tuple[Field, ...], str]:
    """Read fields up to the end or a closing brace, and return what is left behind them."""
    found: list[Field] = []
    while text and not text.startswith("}"):
        match = _FIELD.match(text)
        if match is None:
            raise GraphError(2500, "Syntax error in the fields.")
        text = text[match.end() :]
        inner: tuple[Field, ...] = ()
        if text.startswith("{"):
            inner, text = _fields(text[1:])
            if not text.startswith("}"):
                raise GraphError(2500, "Syntax error in the fields.")
            text = text[1:]
        found.append(Field(match[1], int(match[2]) if match[2] else None, inner))
        text = text.removeprefix(",")
    return tuple(found), text


def edge(part: Slice[Any], items: list[Body], path: str) -> Body:
    """Return a page of an edge; the last one has no link to a next."""
    if not items:
        return {"data": []}
    paging: Body = {"cursors": {"before": part.before, "after": part.after}}
    if part.more:
        paging["next"] = f"https://graph.instagram.com/v26.0/{path}?after={part.after}"
    return {"data": items, "paging": paging}
