"""The KPI catalogue: what each figure is called, how it is computed and which way is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class KpiError(ValueError):
    """A figure was asked for that does not exist; the text names the nearest ones."""


class Unit(StrEnum):
    """What a value is measured in."""

    PERCENT = "%"
    SECONDS = "s"
    COUNT = "count"


class Better(StrEnum):
    """Which way a figure should go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "none"


_WHERE: Final = ("platform", "account")
_WHO: Final = (*_WHERE, "actor")
_ALL: Final = (*_WHO, "tier")
_READ: Final = (*_WHERE, "intent", "language")
SEGMENTS: Final = (*_ALL, "intent", "language")
"""What figures can be told apart by; not every KPI by each of them."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """One entry of the catalogue.

    `formula` and `missing` are sentences for people; `headline` is the statistic that a duration
    shows as its value (S397). The rest are words of the explanation: for the moments that begin and
    end a sample, and for one that is in the numerator and one that is not.
    """

    name: str
    title: str
    unit: Unit
    better: Better
    formula: str
    source: str
    missing: str
    segments: tuple[str, ...] = _WHERE
    headline: str = "median"
    begins: str = "received"
    ends: str = "first reply"
    verdict: tuple[str, str] = ("", "")


_NOTHING_BEGAN: Final = "no conversation began in this window"

CATALOGUE: Final[Mapping[str, Kpi]] = MappingProxyType(
    {
        kpi.name: kpi
        for kpi in (
            Kpi(
                "dm_volume",
                "Direct messages",
                Unit.COUNT,
                Better.NEITHER,
                "count of direct messages that came in during the window",
                "S100",
                "",
            ),
            Kpi(
                "reply_rate",
                "Reply rate",
                Unit.PERCENT,
                Better.UP,
                "conversations with a meaningful reply ÷ conversations that began × 100",
                "S119",
                _NOTHING_BEGAN,
                _ALL,
            ),
            Kpi(
                "sla_response_rate",
                "Answered within SLA",
                Unit.PERCENT,
                Better.UP,
                "conversations that began and whose first meaningful reply came by its due time"
                " ÷ those answered or due by the end of the window × 100",
                "S120",
                "no conversation that began in this window was answered or due yet",
                _ALL,
                verdict=("in time", "missed"),
            ),
            Kpi(
                "art",
                "Meaningful reply, median",
                Unit.SECONDS,
                Better.DOWN,
                "median of first meaningful reply − received, over conversations that began"
                " and were answered",
                "S122",
                "no conversation that began in this window was answered",
                _ALL,
            ),
            Kpi(
                "frt_any",
                "Any reply, median",
                Unit.SECONDS,
                Better.DOWN,
                "median of first reply − received, acknowledgements included, over conversations"
                " that began and were answered",
                "S121",
                "no conversation that began in this window got a reply",
                _ALL,
            ),
            Kpi(
                "response_time",
                "Response time, mean",
                Unit.SECONDS,
                Better.DOWN,
                "mean of next reply of any kind − first message, over the turns that began"
                " and were answered",
                "S123",
                "no message that came in this window got a reply",
                _WHO,
                headline="mean",
                ends="reply",
            ),
            Kpi(
                "comment_handled_rate",
                "Comments dealt with",
                Unit.PERCENT,
                Better.UP,
                "comments with a meaningful reply at or after them or a moderation action"
                " ÷ comments × 100",
                "S124",
                "no comment came in this window",
                ends="reply",
                verdict=("", "nothing done yet"),
            ),
            Kpi(
                "sla_compliance",
                "SLA compliance",
                Unit.PERCENT,
                Better.UP,
                "turns answered by their due time ÷ turns that were due × 100",
                "S128",
                "nothing was due in this window",
                _ALL,
                ends="answer",
                verdict=("in time", "missed"),
            ),
            Kpi(
                "sla_breaches",
                "SLA breaches",
                Unit.COUNT,
                Better.DOWN,
                "count of turns that were due in the window without a meaningful reply by then",
                "S129",
                "",
                _ALL,
                ends="answer",
                verdict=("missed", "in time"),
            ),
            Kpi(
                "escalation_rate",
                "Escalation rate",
                Unit.PERCENT,
                Better.DOWN,
                "conversations handed on ÷ conversations that began × 100",
                "S133",
                _NOTHING_BEGAN,
                verdict=("", "not handed on"),
            ),
            Kpi(
                "automation_share",
                "Automated replies",
                Unit.PERCENT,
                Better.NEITHER,
                "automated meaningful replies ÷ meaningful replies × 100",
                "S143",
                "no meaningful reply left in this window",
                begins="sent",
            ),
            Kpi(
                "sentiment_share",
                "Positive messages",
                Unit.PERCENT,
                Better.UP,
                "messages read as positive ÷ messages that were read × 100",
                "S144",
                "no message of this window has been read by the model",
            ),
            Kpi(
                "intent_accuracy",
                "Intents read rightly",
                Unit.PERCENT,
                Better.UP,
                "messages whose intent the model had read as the person who checked it says"
                " ÷ messages whose intent a person confirmed or corrected × 100",
                "S135",
                "nobody confirmed or corrected what the model read in this window",
                _READ,
                begins="checked",
                verdict=("right", "wrong"),
            ),
        )
    }
)


def find(name: str) -> Kpi:
    """Return a catalogue entry.

    Raises:
        KpiError: there is none of this name.
    """
    if name not in CATALOGUE:
        near = get_close_matches(name, CATALOGUE, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(CATALOGUE)}"
        raise KpiError(f"unknown KPI {name!r}; {hint}")
    return CATALOGUE[name]


def conversation_rate(comments: int, direct_messages: int, impressions: int) -> float | None:
    """Return interactions for 1,000 impressions (S101), or None without impressions."""
    return 1_000 * (comments + direct_messages) / impressions if impressions else None


def dm_per_10k(direct_messages: int, impressions: int) -> float | None:
    """Return direct messages for 10,000 impressions (S106), or None without impressions."""
    return 10_000 * direct_messages / impressions if impressions else None
