"""The words with which a person narrows the queue: `engage queue [QUERY]` and the search box.

A query is a list of terms with spaces between them; a conversation must meet all of them.

| term | the conversations |
|---|---|
| `parcel` | with this word in a message; `parc*` finds words that begin so |
| `"where is"` | with these words in this order |
| `lane:waiting` | of a lane: needs_reply, moderation, waiting, snoozed, resolved, history, all |
| `platform:youtube` | of instagram, facebook, youtube, tiktok, mastodon or bluesky |
| `kind:dm` | of direct messages (`dm`) or of comments (`comment`) |
| `status:open` | that are open, snoozed or resolved |
| `tier:premium` | of an SLA class: premium, priority, standard, overflow |
| `intent:price_question` | with this intent |
| `sentiment:negative` | that are negative, neutral or positive |
| `account:@brand` | of one of the brand's accounts |
| `person:@ann` | with a person, by handle or name |
| `label:"big fish"` | that carry a label |
| `before:2026-11-02` | received before a time |
| `after:7d` | received at or after a time, here seven days ago |
| `due:overdue` | whose time to answer is over |
| `due:2h` | due within two hours or overdue; `due:<2h` is the same |
| `has:draft` | with a proposed reply |

`-` in front of a term takes the conversations which do not meet it: `-label:spam`. Commas are *or*:
`platform:youtube,instagram`. A value with a space or a comma goes in quotes.
In keys and known values upper and lower case are the same, and so are `needs-reply` and
`needs_reply`; the `@` of a handle may be left out. Times are ISO 8601 (UTC unless they say
otherwise) or lengths such as `90m`, `4h`, `7d`, `2w`: before now for `before:` and `after:`, from
now for `due:`, which takes a time too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

from engage_tui.domain.cells import width
from engage_tui.domain.cleaning import clean
from engage_tui.domain.model import Kind, Lane, Millis, Platform, Status
from engage_tui.domain.sla import Tier
from engage_tui.domain.timestamps import parse_duration, parse_iso, to_datetime
from engage_tui.domain.triage import Intent, Sentiment

LONGEST: Final = 1_000
"""Characters in a query."""
MOST_TERMS: Final = 50

Value: TypeAlias = str | Millis

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "lane": (*(lane.value for lane in Lane), "all"),
    "platform": tuple(platform.value for platform in Platform),
    "kind": tuple(kind.value for kind in Kind),
    "status": tuple(status.value for status in Status),
    "tier": tuple(tier.value for tier in Tier),
    "intent": tuple(intent.value for intent in Intent),
    "sentiment": tuple(sentiment.value for sentiment in Sentiment),
    "has": ("draft",),
}
_HANDLES: Final = ("account", "person")
_TIMES: Final = ("before", "after", "due")
KEYS: Final = (*_CHOICES, *_HANDLES, "label", *_TIMES)

# `https://…` is text that somebody pasted, not a key with a value.
_HEAD = re.compile(r"(?P<minus>-?)(?:(?P<key>[A-Za-z_]+):(?!//))?")
_WORD = re.compile(r'"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]\S*)')
_VALUE = re.compile(r'"(?P<quoted>[^"]*)"|(?P<bare>[^\s",][^\s,]*)')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; it holds where any of the values does, and the other way round if negated.

    Free text has no key and one value, which may end in `*`. `before` means earlier than the
    moment, `after` at it or later, `due` due earlier than it; the moments are `Millis`. All other
    values are texts: of the known ones exactly as the enumerations write them, of handles without
    the `@`.
    """

    key: str | None
    values: tuple[Value, ...]
    negated: bool
    position: int
    """Index of its first character in the query."""


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions that must all hold; without any, everything does."""

    terms: tuple[Term, ...] = ()

    def asks(self, key: str) -> bool:
        """Whether any term speaks of the key, so that no default is wanted for it."""
        return any(term.key == key for term in self.terms)


class QueryError(ValueError):
    """What is wrong with a query, in one sentence, and where."""

    def __init__(self, message: str, text: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = position

    def caret(self) -> str:
        """Return two lines: the query, and a caret under the place."""
        line = _printable(self.text)
        return f"{line}\n{' ' * width(line[: self.position])}^"


def parse(text: str, *, now: Millis) -> Query:
    """Read a query; `now` is what its lengths of time are counted from.

    Raises:
        QueryError: the text is not a query.
    """
    text = clean(text)
    if len(text) > LONGEST:
        raise QueryError(f"the query is longer than {LONGEST} characters", text, LONGEST)
    terms: list[Term] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if len(terms) == MOST_TERMS:
            raise QueryError(f"the query has more than {MOST_TERMS} terms", text, at)
        term, at = _read_term(text, at, now)
        if text[at : at + 1].strip():
            raise QueryError("a space is missing here", text, at)
        terms.append(term)
    return Query(tuple(terms))


def _read_term(text: str, start: int, now: Millis) -> tuple[Term, int]:
    head = _HEAD.match(text, start)
    assert head is not None, "every part of it is optional"
    negated = bool(head["minus"])
    if head["key"] is None:
        word, at = _read_value(_WORD, text, head.end(), "a word or a key is missing here")
        return Term(None, (word,), negated, start), at
    key = head["key"].lower()
    if key not in KEYS:
        hint = _nearest(key, KEYS)
        raise QueryError(
            f'there is no key "{key}"; {hint}; put text with a colon in quotes',
            text,
            head.start("key"),
        )
    values: list[Value] = []
    at = head.end()
    while True:
        place = at
        raw, at = _read_value(_VALUE, text, at, f"{key}: needs a value here")
        try:
            values.append(_resolve(key, raw, now))
        except ValueError as error:
            raise QueryError(str(error), text, place) from error
        if at == len(text) or text[at] != ",":
            break
        if key in _TIMES:
            raise QueryError(f"{key}: takes one value", text, at)
        at += 1
    return Term(key, tuple(values), negated, start), at


def _read_value(pattern: re.Pattern[str], text: str, at: int, missing: str) -> tuple[str, int]:
    found = pattern.match(text, at)
    if found is None:
        unclosed = text[at : at + 1] == '"'
        raise QueryError("the closing quote is missing" if unclosed else missing, text, at)
    value: str = found["bare"] or found["quoted"].strip()
    if not value:
        raise QueryError("there is nothing between the quotes", text, at)
    return value, found.end()


def _resolve(key: str, raw: str, now: Millis) -> Value:
    """Return the value as the key wants it.

    Raises:
        ValueError: the key has no such value; the message is for people.
    """
    if key in _CHOICES:
        value = raw.lower().replace("-", "_")
        if value not in _CHOICES[key]:
            raise ValueError(f'{key}: has no "{_printable(raw)}"; {_nearest(value, _CHOICES[key])}')
        return value
    if key in _HANDLES:
        return raw.removeprefix("@") or raw
    if key == "due":
        return now if raw.lower() == "overdue" else _moment(key, raw.removeprefix("<"), now, 1)
    if key in _TIMES:
        return _moment(key, raw, now, -1)
    return raw


def _moment(key: str, raw: str, now: Millis, direction: int) -> Millis:
    try:
        moment = now + direction * parse_duration(raw)
        to_datetime(moment)  # beyond the calendar it would not fit into the database either
    except OverflowError:
        raise ValueError(f"{key}: {_printable(raw)} is too far away") from None
    except ValueError:
        pass
    else:
        return moment
    try:
        return parse_iso(raw)
    except ValueError:
        word = ", or overdue" if key == "due" else ""
        raise ValueError(
            f"{key}: takes a time like 2026-11-02 or 2026-11-02T09:14, "
            f"or a length like 90m, 4h, 7d{word}"
        ) from None


def _nearest(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _printable(text: str) -> str:
    """Return the text with a space for every character that could move the caret or worse."""
    return "".join(char if char.isprintable() else " " for char in text)
