"""The KPI catalogue: what each figure is called, how it is computed and which way is good."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from statistics import fmean, median
from types import MappingProxyType
from typing import Final

from engage_tui.domain.model import Millis
from engage_tui.domain.samples import Sample
from engage_tui.domain.timestamps import HOUR, MINUTE, SECOND, short_duration


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
SEGMENTS: Final = _ALL
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
                "First meaningful reply, median",
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
                "First reply of any kind, median",
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


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI for one window and one segment, with everything that it was made of.

    Durations are in seconds. `n` is how many things were counted; a value of None says in
    `missing` what it lacks. `rows` are the samples behind it, which may be read from the store
    only when they are iterated.
    """

    kpi: Kpi
    window: str
    start: Millis
    end: Millis
    segment: Mapping[str, str]
    value: float | None
    n: int
    numerator: int | None = None
    denominator: int | None = None
    median: float | None = None
    mean: float | None = None
    missing: str | None = None
    inputs: Mapping[str, float] = field(default_factory=dict)
    rows: Iterable[Sample] = field(default=(), compare=False, repr=False)


@dataclass(slots=True)
class Tally:
    """Folds samples into the numbers of a figure, in memory that does not grow with texts."""

    n: int = 0
    hits: int = 0
    raw: int = 0
    lengths: array[int] = field(default_factory=lambda: array("q"))
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, sample: Sample) -> None:
        """Count one sample, or only why it was left out."""
        self.raw += sample.raw
        self.kinds.update(sample.kinds)
        if sample.counted:
            self.n += 1
            self.hits += sample.hit
            if sample.length is not None:
                self.lengths.append(sample.length)

    def value(self, kpi: Kpi) -> float | None:
        """Return the headline: a count, a share in percent, or a duration in seconds."""
        if kpi.unit is Unit.COUNT:
            return self.hits
        if not self.n:
            return None
        if kpi.unit is Unit.PERCENT:
            return 100 * self.hits / self.n
        return (median if kpi.headline == "median" else fmean)(self.lengths) / SECOND

    def figure(
        self, kpi: Kpi, window: str, start: Millis, end: Millis, segment: Mapping[str, str]
    ) -> Figure:
        """Return the finished figure, without its rows."""
        value = self.value(kpi)
        timed = kpi.unit is Unit.SECONDS
        answered = timed and bool(self.n)
        return Figure(
            kpi,
            window,
            start,
            end,
            segment,
            value,
            self.n,
            numerator=None if timed else self.hits,
            denominator=self.n if kpi.unit is Unit.PERCENT else None,
            median=median(self.lengths) / SECOND if answered else None,
            mean=fmean(self.lengths) / SECOND if answered else None,
            missing=kpi.missing if value is None else None,
            inputs=self._inputs(kpi),
        )

    def _inputs(self, kpi: Kpi) -> dict[str, float]:
        inputs: dict[str, float] = dict(sorted(self.kinds.items()))
        if kpi.name == "sentiment_share" and self.n:
            for mood in ("negative", "neutral", "positive"):
                inputs[f"{mood}_share"] = 100 * self.kinds[mood] / self.n
        if kpi.name == "sla_breaches":
            inputs["due"] = self.n
            inputs["raw_breaches"], inputs["buffered_breaches"] = self.raw, self.hits
            inputs |= lateness(self.lengths)
        return inputs


_LATE: Final = (("15m", 15 * MINUTE), ("1h", HOUR), ("4h", 4 * HOUR), ("24h", 24 * HOUR))


def lateness(lengths: Iterable[Millis]) -> dict[str, float]:
    """Return how late missed deadlines are: median and most in seconds, and counts by length."""
    late = sorted(lengths)
    if not late:
        return {}
    spread: dict[str, float] = {
        "lateness_median": median(late) / SECOND,
        "lateness_max": late[-1] / SECOND,
    }
    before = 0
    for name, limit in _LATE:
        within = sum(length <= limit for length in late)
        spread[f"late_up_to_{name}"] = within - before
        before = within
    return spread | {"late_over_24h": len(late) - before}


def show(value: float | None, unit: Unit) -> str:
    """Write a value for people: `33.3 %`, `2h00`, `14`; a dash where there is none."""
    if value is None:
        return "–"
    if unit is Unit.PERCENT:
        return f"{value:.1f} %"
    if unit is Unit.SECONDS:
        return short_duration(round(value * SECOND))
    return f"{value:,.0f}"


def conversation_rate(comments: int, direct_messages: int, impressions: int) -> float | None:
    """Return interactions for 1,000 impressions (S101), or None without impressions."""
    return 1_000 * (comments + direct_messages) / impressions if impressions else None


def dm_per_10k(direct_messages: int, impressions: int) -> float | None:
    """Return direct messages for 10,000 impressions (S106), or None without impressions."""
    return 10_000 * direct_messages / impressions if impressions else None
