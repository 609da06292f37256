"""What the figures screen shows, counted together in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engage_tui.domain.figures import Figure
from engage_tui.domain.kpi import CATALOGUE
from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY
from engage_tui.engine.engine import Engine

KPIS: Final = tuple(CATALOGUE)
BY_PLATFORM: Final = ("reply_rate", "art", "sla_response_rate", "sla_breaches")
BY_ACTOR: Final = ("reply_rate", "art", "sla_response_rate")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted together, all for the same moment."""

    days: int
    platform: str | None
    end: Millis
    now: Mapping[str, Figure]
    before: Mapping[str, Figure]
    by_platform: Mapping[str, Mapping[str, Figure]]
    by_actor: Mapping[str, Mapping[str, Figure]]

    @property
    def empty(self) -> bool:
        """Whether nothing at all came in, in either period."""
        return not any(figure.n for figure in (*self.now.values(), *self.before.values()))


def count(engine: Engine, days: int, platform: str | None) -> Counted:
    """Count everything but the trends; runs in a thread."""
    end, window, numbers = engine.clock(), f"{days}d", engine.numbers

    def whole(at: Millis) -> dict[str, Figure]:
        found = numbers.figures(KPIS, window=window, at=at, platform=platform)
        return {figure.kpi.name: figure for figure in found}

    def apart(by: str, names: Sequence[str]) -> dict[str, dict[str, Figure]]:
        parts: dict[str, dict[str, Figure]] = {}
        narrow = None if by == "platform" else platform
        for figure in numbers.figures(names, window=window, at=end, by=by, platform=narrow):
            if by in figure.segment:
                parts.setdefault(figure.segment[by], {})[figure.kpi.name] = figure
        return parts

    return Counted(
        days,
        platform,
        end,
        whole(end),
        whole(end - days * DAY),
        apart("platform", BY_PLATFORM),
        apart("actor", BY_ACTOR),
    )
