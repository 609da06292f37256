"""Figures in words: changes say what is better, trends and tables keep to their cells."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from engage_tui.domain.figures import Figure
from engage_tui.domain.kpi import Unit, find
from engage_tui.domain.samples import Sample
from engage_tui.tui.figure_words import change_cell, day_chart, outcome, proof, sparkline
from engage_tui.tui.widgets.table import Cell, Column, aligned
from tests.making import NOW


def figure(kpi: str, value: float | None, **inputs: float) -> Figure:
    return Figure(find(kpi), "7d", 0, NOW, {}, value, 4, inputs=inputs)


@pytest.mark.parametrize(
    ("kpi", "before", "now", "said"),
    [
        ("reply_rate", 60.0, 72.5, "▲ 12.5 pp better"),
        ("reply_rate", 72.5, 60.0, "▼ 12.5 pp worse"),
        ("art", 3600.0, 2700.0, "▼ 25 % better"),
        ("art", 0.0, 2700.0, "▲ 45m worse"),
        ("sla_breaches", 0.0, 3.0, "▲ 3 worse"),
        ("dm_volume", 10.0, 15.0, "▲ 50 %"),
        ("reply_rate", 60.0, 60.01, "same"),
        ("art", 3600.0, 3600.0, "same"),
        ("reply_rate", None, 60.0, "–"),
        ("reply_rate", 60.0, None, "–"),
    ],
)
def test_a_change_says_how_much_and_whether_it_is_better(
    kpi: str, before: float | None, now: float | None, said: str
) -> None:
    assert change_cell(figure(kpi, now), figure(kpi, before)).text == said


def test_a_sparkline_has_a_cell_for_each_day() -> None:
    assert sparkline([0.0, None, 7.0, 3.0]) == "▁·█▄"
    assert sparkline([5.0, 5.0]) == "▁▁"
    assert sparkline([None, None]) == "··"


def test_the_chart_of_days_grows_from_zero() -> None:
    lines = str(day_chart([50.0, None, 100.0], Unit.PERCENT, NOW, 2)).split("\n")
    assert lines[0].split() == ["█████"]
    assert lines[1].split() == ["█████", "█████"]
    assert lines[2].split() == ["50.0%", "–", "100.0%"]
    assert [len(line) for line in lines] == [len(lines[0])] * 2 + [20, 20]


def test_inputs_are_written_in_their_units() -> None:
    said = str(proof(figure("sla_breaches", 4.0, still_open=3.0, lateness_max=7200.0)))
    assert said.endswith("still open 3, lateness max 2h00")
    assert str(proof(figure("sentiment_share", 5.0, positive_share=33.333))).endswith("33.3 %")


@pytest.mark.parametrize(
    ("kpi", "sample", "said"),
    [
        ("reply_rate", Sample(1, NOW, length=1_800_000), "first reply after 30m"),
        ("reply_rate", Sample(1, NOW, hit=False, kinds=("unanswered",)), "unanswered"),
        ("sla_compliance", Sample(1, NOW, due=NOW), "in time"),
        ("sla_compliance", Sample(1, NOW, hit=False, due=NOW), "missed"),
        (
            "sla_breaches",
            Sample(1, NOW, due=NOW, length=3_600_000, kinds=("still_open",)),
            "late by 1h00, still open",
        ),
        (
            "sla_response_rate",
            Sample(1, NOW, counted=False, kinds=("not_due_yet",)),
            "left out: not due yet",
        ),
        ("dm_volume", Sample(1, NOW), "counted"),
    ],
)
def test_a_row_says_what_became_of_it(kpi: str, sample: Sample, said: str) -> None:
    assert outcome(find(kpi), sample).text == said


COLUMNS = (Column("name"), Column("n", 4, right=True), Column("more", 6, least=30))


@pytest.mark.parametrize("width", [12, 20, 30, 60])
@pytest.mark.parametrize("name", ["ann", "杯子杯子杯子杯子杯子杯子", "a very long name " * 9])
def test_a_row_takes_exactly_its_cells(width: int, name: str) -> None:
    line = aligned((Cell(name), Cell("12"), Cell("rest")), COLUMNS, width)
    assert cell_len(line.plain) == width
    assert ("rest" in line.plain) == (width >= 30)
    assert "  12" in line.plain
