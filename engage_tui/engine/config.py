"""Reads config.toml against the declaration in domain/settings.py, with errors people can use."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engage_tui.domain.hours import BusinessHours, Span
from engage_tui.domain.settings import SECTION_TYPES, Hours, Settings, TierSettings
from engage_tui.domain.sla import (
    DEFAULT_LEVELS,
    DEFAULT_TIERS,
    BufferMode,
    Level,
    SlaPolicy,
    Tier,
    TierRule,
)
from engage_tui.domain.timestamps import DAY, parse_duration
from engage_tui.domain.triage import Intent

Path_ = tuple[str, ...]


class ConfigError(ValueError):
    """What is wrong, as `file:line: key: sentence`."""


def load(path: Path) -> tuple[Settings, SlaPolicy]:
    """Read the settings of a workspace; a missing file means the defaults.

    Raises:
        ConfigError: the file cannot be read, or a key or value is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is not TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    return parse(table, text, str(path))


def parse(table: Mapping[str, Any], text: str, name: str) -> tuple[Settings, SlaPolicy]:
    """Turn a TOML table into settings and the SLA policy that follows from them.

    Args:
        table: the parsed file.
        text: its source, for line numbers.
        name: how errors call the file.
    """
    reader = _Reader(text, name)
    settings = reader.section(Settings, table, ())
    return settings, reader.policy(settings)


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name

    def fail(self, path: Path_, sentence: str) -> ConfigError:
        line = _line_of(self.text, path)
        place = f"{self.name}:{line}" if line else self.name
        return ConfigError(f"{place}: {'.'.join(path)}: {sentence}")

    def section(self, kind: type[Any], table: Any, path: Path_) -> Any:
        """Build one declared section, checking every key and type."""
        if not isinstance(table, Mapping):
            raise self.fail(path, "must be a table of keys")
        hints = get_type_hints(kind)
        for name in table:
            if name not in hints:
                near = get_close_matches(name, hints, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(hints)}"
                raise self.fail((*path, name), f"there is no such key; {hint}")
        values = {
            name: self.value(hints[name], table[name], (*path, name))
            for name in hints
            if name in table
        }
        if "tiers" in values:
            values["tiers"] = self._tiers(kind, values["tiers"])
        return kind(**values)

    def value(self, hint: Any, value: Any, path: Path_) -> Any:
        if is_dataclass(hint) and isinstance(hint, type):
            return self.section(hint, value, path)
        if get_origin(hint) is dict:
            if not isinstance(value, Mapping):
                raise self.fail(path, "must be a table of keys")
            of = SECTION_TYPES.get(path[-1])
            if of is not None:
                return {k: self.section(of, v, (*path, k)) for k, v in value.items()}
            if hint == dict[str, str]:
                for k, v in value.items():
                    self._expect(isinstance(v, str), (*path, k), "must be a text in quotes")
            return dict(value)
        if get_origin(hint) is list:
            good = isinstance(value, list) and all(isinstance(item, str) for item in value)
            self._expect(good, path, 'must be a list of texts: ["one", "two"]')
            return value
        if hint is bool:
            self._expect(isinstance(value, bool), path, "must be true or false")
        elif hint is int:
            good = isinstance(value, int) and not isinstance(value, bool)
            self._expect(good, path, "must be a whole number")
        else:
            self._expect(isinstance(value, str), path, "must be a text in quotes")
        return value

    def _expect(self, good: bool, path: Path_, sentence: str) -> None:
        if not good:
            raise self.fail(path, sentence)

    def _tiers(self, kind: type[Any], given: dict[str, TierSettings]) -> dict[str, TierSettings]:
        """Fill in what a tier's table leaves out."""
        declared = next(f for f in fields(kind) if f.name == "tiers")
        assert declared.default_factory is not MISSING
        defaults: dict[str, TierSettings] = declared.default_factory()
        merged = dict(defaults)
        for name, tier in given.items():
            base = defaults.get(name, TierSettings())
            merged[name] = TierSettings(
                tier.window or base.window,
                tier.warn or base.warn,
                tier.hours or base.hours,
            )
        return merged

    def policy(self, settings: Settings) -> SlaPolicy:
        """Turn texts into durations, tiers and calendars; every value is checked here."""
        sla = settings.sla
        self._expect(
            0 <= sla.buffer_percent <= 100,
            ("sla", "buffer_percent"),
            "must be from 0 to 100",
        )
        self._expect(
            0 <= settings.reply.undo_seconds <= 60,
            ("reply", "undo_seconds"),
            "must be from 0 to 60",
        )
        self._expect(
            settings.sync.poll_seconds >= 5,
            ("sync", "poll_seconds"),
            "must be at least 5",
        )
        self._expect(
            settings.queue.history_days > 0,
            ("queue", "history_days"),
            "must be at least 1",
        )
        calendars = {
            name: self._calendar(hours, ("hours", name)) for name, hours in settings.hours.items()
        }
        tiers = {}
        for name, tier in sla.tiers.items():
            path = ("sla", "tiers", name)
            member = self._member(Tier, name, path)
            tiers[member] = TierRule(
                self._duration(tier.window, (*path, "window")),
                self._duration(tier.warn, (*path, "warn")),
                self._named(tier.hours, calendars, (*path, "hours")) if tier.hours else None,
            )
        levels = {
            self._member(Intent, intent, ("sla", "intents", intent)): self._member(
                Level, level, ("sla", "intents", intent)
            )
            for intent, level in sla.intents.items()
        }
        return SlaPolicy(
            tiers={**DEFAULT_TIERS, **tiers},
            levels={**DEFAULT_LEVELS, **levels},
            raise_vip=sla.raise_vip,
            raise_campaign=sla.raise_campaign,
            account_tiers={
                account: self._member(Tier, tier, ("sla", "accounts", account))
                for account, tier in sla.accounts.items()
            },
            buffer_mode=self._member(BufferMode, sla.buffer_mode, ("sla", "buffer_mode")),
            buffer_share=sla.buffer_percent / 100,
            expected_latency=self._duration(sla.expected_latency, ("sla", "expected_latency")),
            history=settings.queue.history_days * DAY,
        )

    def _member(self, kind: Any, value: str, path: Path_) -> Any:
        self._named(value, {member.value: member for member in kind}, path)
        return kind(value)

    def _named(self, value: str, known: Mapping[str, Any], path: Path_) -> Any:
        if value not in known:
            near = get_close_matches(value, known, 1)
            listed = ", ".join(known) or "none"
            hint = f"did you mean {near[0]}?" if near else f"known: {listed}"
            raise self.fail(path, f"there is no {value!r} here; {hint}")
        return known[value]

    def _duration(self, text: str, path: Path_) -> int:
        try:
            return parse_duration(text)
        except ValueError as error:
            raise self.fail(path, str(error)) from error

    def _calendar(self, hours: Hours, path: Path_) -> BusinessHours:
        try:
            ZoneInfo(hours.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise self.fail((*path, "zone"), f"{hours.zone!r} is not a time zone") from error
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        week = tuple(self._spans(getattr(hours, day), (*path, day)) for day in days)
        self._expect(any(week), path, "is never open; give at least one day opening times")
        try:
            closed = frozenset(date.fromisoformat(day) for day in hours.closed)
        except ValueError as error:
            raise self.fail((*path, "closed"), "takes dates like 2026-12-25") from error
        return BusinessHours(hours.zone, week, closed)

    def _spans(self, text: str, path: Path_) -> tuple[Span, ...]:
        spans: list[Span] = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            try:
                opens, closes = (
                    time(0) if moment.strip() == "24:00" else time.fromisoformat(moment.strip())
                    for moment in part.split("-")
                )
            except ValueError as error:
                raise self.fail(path, f"{part!r} is not like 09:00-17:00") from error
            ordered = closes == time(0) or opens < closes
            self._expect(ordered, path, f"{part!r} ends before it begins")
            after_last = not spans or (spans[-1][1] != time(0) and spans[-1][1] <= opens)
            self._expect(after_last, path, "opening times must be in order and apart")
            spans.append((opens, closes))
        return tuple(spans)


def _line_of(text: str, path: Path_) -> int | None:
    """Find the line of a key in TOML source; the nearest table header where it is not found."""
    best: int | None = None
    header: Path_ = ()
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            header = _key_parts(bare.strip("[] \t").split("]")[0])
            if header == path[: len(header)]:
                best = number
            if header == path:
                return number
        elif "=" in bare and not bare.startswith("#"):
            full = (*header, *_key_parts(bare.split("=")[0]))
            if full == path:
                return number
            if full == path[: len(full)]:
                best = number
    return best


def _key_parts(text: str) -> Path_:
    try:
        table: Any = tomllib.loads(f"{text.strip()} = 0")
    except tomllib.TOMLDecodeError:
        return (text.strip(),)
    parts: list[str] = []
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        parts.append(name)
    return tuple(parts)
