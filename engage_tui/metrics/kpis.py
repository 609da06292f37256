"""Answers what a KPI is for a window and its segments, how it came about, and how it moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from engage_tui.domain.figures import Figure, Tally
from engage_tui.domain.kpi import CATALOGUE, SEGMENTS, Kpi, KpiError, find
from engage_tui.domain.model import Millis
from engage_tui.domain.samples import SAMPLERS, Sample, Scope, View
from engage_tui.domain.sla import SlaPolicy, Tier
from engage_tui.domain.timestamps import DAY, parse_duration
from engage_tui.domain.turns import ConversationFacts, Deadlines
from engage_tui.store import figures
from engage_tui.store.database import Connection

ALL: Final = "all"
"""The window of the whole history."""

_LOOKS_BACK: Final = {"sla_compliance", "sla_breaches"}
"""What came before the window can be due in it."""

_OF_SAMPLES: Final = ("tier", "intent", "language")
"""Segments that a conversation may have several of."""

_Segment: TypeAlias = tuple[tuple[str, str], ...]
"""The items of a segment; hashable, and in the order in which figures are listed."""


@dataclass(frozen=True, slots=True)
class _Question:
    """Which conversations a figure is about; asked again when somebody looks at its rows."""

    connection: Connection
    kpis: tuple[Kpi, ...]
    window: str
    scope: Scope
    by: str | None
    platform: str | None
    account: str | None

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters, as part of every segment."""
        chosen = {"platform": self.platform, "account": self.account}
        return {name: value for name, value in chosen.items() if value is not None}

    def samples(self) -> Iterator[tuple[Kpi, _Segment, Sample]]:
        """Read the store and yield what each conversation gives to each KPI."""
        start = self.scope.start
        if any(kpi.name in _LOOKS_BACK for kpi in self.kpis):
            start = self.scope.deadlines.reach(start)
        found = figures.conversations(
            self.connection, start, self.scope.end, platform=self.platform, account=self.account
        )
        for facts in found:
            for segment, seen in _seen_by(facts, self.by):
                view = View(seen, self.scope)
                for kpi in self.kpis:
                    for sample in SAMPLERS[kpi.name](view):
                        if self.by not in _OF_SAMPLES:
                            yield kpi, segment, sample
                        elif (value := getattr(sample, self.by)) is not None:
                            yield kpi, ((self.by, str(value)),), sample


@dataclass(frozen=True, slots=True)
class _Rows:
    """The samples behind one figure, read from the store each time they are iterated."""

    question: _Question
    segment: _Segment

    def __iter__(self) -> Iterator[Sample]:
        for _, segment, sample in self.question.samples():
            if segment == self.segment:
                yield sample


def compute(
    connection: Connection,
    names: Sequence[str] | None,
    *,
    window: str,
    now: Millis,
    policy: SlaPolicy,
    by: str | None = None,
    platform: str | None = None,
    account: str | None = None,
) -> list[Figure]:
    """Return figures for the window that ends before `now`, KPI by KPI, segment by segment.

    Conversations and turns belong to a window by their receipt, deadlines by their due time, what a
    person says of a reading by when they say it. What
    happened at `now` or later is not known. A meaningful reply is one that a person or an
    automation meant as an answer; acknowledgements count for `frt_any` and `response_time` alone.

    Args:
        connection: a reading connection, kept open while rows of the figures are iterated.
        names: KPIs of the catalogue; None: every one that has data.
        window: a length such as `24h`, `7d` or `30d`, or `all`.
        now: the moment that is asked about.
        policy: the SLA rules that hold.
        by: one of `SEGMENTS`; then each figure is for one of them. For the
            actor `human`, a conversation is taken as if only people's replies had been sent.
        platform: only conversations on this platform.
        account: only conversations of accounts with this handle.

    Raises:
        KpiError: there is no such KPI or segment.
        ValueError: the window is not a length.
    """
    if by is not None and by not in SEGMENTS:
        raise KpiError(f"figures cannot be told apart by {by!r}; use {', '.join(SEGMENTS)}")
    kpis = tuple(dict.fromkeys(CATALOGUE.values() if names is None else map(find, names)))
    able = tuple(kpi for kpi in kpis if by is None or by in kpi.segments)
    scope = Scope(_start(connection, window, now), now, Deadlines(policy))
    question = _Question(connection, able, window, scope, by, platform, account)
    tallies = {kpi.name: _expected(by) for kpi in able}
    for kpi, segment, sample in question.samples():
        tallies[kpi.name][segment].add(sample)
    result: list[Figure] = []
    for kpi in kpis:
        if kpi in able:
            result += _figures(replace(question, kpis=(kpi,)), tallies[kpi.name])
        else:
            lacking = Tally().figure(kpi, window, scope.start, now, question.narrowed)
            why = f"{kpi.name} is not told apart by {by}"
            result.append(replace(lacking, value=None, missing=why))
    return [figure for figure in result if figure.n] if names is None else result


def trend(
    connection: Connection,
    name: str,
    *,
    now: Millis,
    policy: SlaPolicy,
    days: int = 14,
    platform: str | None = None,
    account: str | None = None,
) -> list[float | None]:
    """Return the KPI for each of the last days, the oldest first, read in one go.

    A day is 24 hours, the last one ending before `now`. Replies count up to `now`, whichever day
    the conversation belongs to. None stands where a day has no value.

    Raises:
        KpiError: there is no such KPI.
    """
    kpi = find(name)
    scope = Scope(now - days * DAY, now, Deadlines(policy))
    question = _Question(connection, (kpi,), f"{days}d", scope, None, platform, account)
    tallies: defaultdict[int, Tally] = defaultdict(Tally)
    for _, _, sample in question.samples():
        tallies[(sample.at - scope.start) // DAY].add(sample)
    return [tallies[day].value(kpi) for day in range(days)]


def _start(connection: Connection, window: str, now: Millis) -> Millis:
    if window == ALL:
        first = figures.first_moment(connection)
        return now if first is None else min(first, now)
    length = parse_duration(window)
    if not length:
        raise ValueError("a window of no length holds nothing; write it like 24h, 7d or 30d")
    return max(now - length, 0)


def _expected(by: str | None) -> defaultdict[_Segment, Tally]:
    """Return tallies by segment, begun for those that are listed even where they hold nothing."""
    tallies: defaultdict[_Segment, Tally] = defaultdict(Tally)
    if by == "actor":
        for actor in ("human", "automation"):
            tallies[("actor", actor),] = Tally()
    elif by is None:
        tallies[()] = Tally()
    return tallies


def _seen_by(facts: ConversationFacts, by: str | None) -> list[tuple[_Segment, ConversationFacts]]:
    """Return the segments a conversation belongs to, with what each of them sees of it."""
    if by == "platform":
        return [((("platform", facts.platform),), facts)]
    if by == "account":
        return [((("platform", facts.platform), ("account", facts.account)), facts)]
    if by == "actor":
        return [
            ((("actor", "human"),), facts.answered_by(automated=False)),
            ((("actor", "automation"),), facts.answered_by(automated=True)),
        ]
    return [((), facts)]


def _figures(question: _Question, tallies: Mapping[_Segment, Tally]) -> Iterator[Figure]:
    (kpi,) = question.kpis
    scope = question.scope
    tallies = tallies or {(): Tally()}
    for segment in sorted(tallies, key=_place):
        shown = question.narrowed | dict(segment)
        figure = tallies[segment].figure(kpi, question.window, scope.start, scope.end, shown)
        yield replace(figure, rows=_Rows(question, segment))


def _place(segment: _Segment) -> tuple[int, _Segment]:
    tier = dict(segment).get("tier")
    return (Tier(tier).rank if tier else 0), segment
