"""Shows figures: as JSON for programs, and opened up into formula, inputs and rows for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engage_tui.domain.figures import Figure, show
from engage_tui.domain.kpi import Kpi, Unit
from engage_tui.domain.samples import Sample
from engage_tui.domain.timestamps import SECOND, short_duration, to_iso

_DIGITS = {Unit.PERCENT: 4, Unit.SECONDS: 3, Unit.COUNT: 0}


def as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as programs read it; durations are in seconds, moments ISO 8601 in UTC."""
    unit = figure.kpi.unit
    written: dict[str, Any] = {
        "kpi": figure.kpi.name,
        "window": figure.window,
        "from": to_iso(figure.start),
        "to": to_iso(figure.end),
        "segment": dict(figure.segment),
        "value": _rounded(figure.value, unit),
        "unit": unit.value,
        "n": figure.n,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
    }
    if unit is Unit.SECONDS:
        written["median"] = _rounded(figure.median, unit)
        written["mean"] = _rounded(figure.mean, unit)
    if figure.missing is not None:
        written["missing"] = figure.missing
    written["inputs"] = {name: round(value, 4) for name, value in figure.inputs.items()}
    return written


def explain(figure: Figure) -> Iterator[str]:
    """Yield the lines that prove a figure: formula, numbers, inputs, then each row behind it.

    The rows are read from the store while they are yielded, so there may be any number of them.
    """
    yield from heading(figure)
    for sample in figure.rows:
        yield _row(figure.kpi, sample)


def heading(figure: Figure) -> Iterator[str]:
    """Yield what a figure is and is for, its formula, the numbers put in, then its inputs."""
    kpi = figure.kpi
    segment = ", ".join(f"{name} {value}" for name, value in figure.segment.items())
    about = f"{to_iso(figure.start)} to {to_iso(figure.end)}"
    yield f"{kpi.title} ({kpi.name}), {about}" + (f", {segment}" if segment else "")
    yield f"{kpi.name} = {kpi.formula} ({kpi.source})"
    yield _worked(figure)
    for name, value in figure.inputs.items():
        yield f"{name.replace('_', ' ')}: {value:.10g}"


def _worked(figure: Figure) -> str:
    """Return the formula with the numbers put in."""
    unit = figure.kpi.unit
    if figure.value is None:
        return f"no value: {figure.missing}"
    if unit is Unit.PERCENT:
        return f"{figure.numerator} ÷ {figure.denominator} × 100 = {show(figure.value, unit)}"
    if unit is Unit.COUNT:
        return f"count = {show(figure.value, unit)}"
    told = (
        f"{name} = {value:.10g} s ({show(value, unit)})"
        for name, value in (("median", figure.median), ("mean", figure.mean))
        if value is not None
    )
    return f"of {figure.n}: {', '.join(told)}"


def _row(kpi: Kpi, sample: Sample) -> str:
    message = "" if sample.message is None else f", message {sample.message}"
    begun = sample.at if sample.since is None else sample.since
    told = [f"{kpi.begins} {to_iso(begun)}"]
    if sample.due is not None:
        told.append(f"due {to_iso(sample.due)}")
    if sample.until is not None:
        told.append(f"{kpi.ends} {to_iso(sample.until)}")
    if sample.length is not None:
        late = "late by " if sample.due is not None else ""
        told.append(f"{late}{short_duration(sample.length)} ({sample.length / SECOND:.10g} s)")
    told += [kind.replace("_", " ") for kind in sample.kinds]
    if sample.counted:
        told.append(kpi.verdict[not sample.hit])
    else:
        told[-1] = f"left out: {told[-1]}"
    return f"conversation {sample.conversation}{message}: " + ", ".join(filter(None, told))


def _rounded(value: float | None, unit: Unit) -> float | None:
    digits = _DIGITS[unit]
    return None if value is None else round(value, digits or None)
