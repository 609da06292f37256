"""Figures: a KPI folded from its samples, with everything that it was made of."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Final

from engage_tui.domain.kpi import Kpi, Unit
from engage_tui.domain.model import Millis
from engage_tui.domain.samples import Sample
from engage_tui.domain.timestamps import HOUR, MINUTE, SECOND, short_duration


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
        for kind in sample.kinds:
            self.kinds[kind] += 1
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
