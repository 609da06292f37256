"""The manners of the practice Graph API: chosen fields, paged edges, error bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from starlette.requests import Request
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

    def chosen(self, values: dict[str, Value]) -> Body:
        """Return the inner fields of an object: `id` always, unknown and empty ones never."""
        found: Body = {"id": values["id"](self)}
        for field in self.inner:
            if field.name in values and (value := values[field.name](field)) is not None:
                found[field.name] = value
        return found


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


def parameters(request: Request, body: bytes) -> Body:
    """Gather the parameters, wherever they came: query, form fields or a JSON document.

    Raises:
        GraphError: the document cannot be read.
    """
    given: Body = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            document = json.loads(body)
        except ValueError:
            raise GraphError(100, "The document cannot be read.") from None
        return given | document if isinstance(document, dict) else given
    return given | dict(parse_qsl(body.decode("utf-8", "replace")))


def page_size(given: Body, most: int) -> int:
    """Return how many items a page is to have.

    Raises:
        GraphError: the limit is not a number.
    """
    asked = str(given.get("limit", 25))
    if not asked.isdigit() or int(asked) < 1:
        raise GraphError(100, "The limit is not a number.")
    return min(int(asked), most)
