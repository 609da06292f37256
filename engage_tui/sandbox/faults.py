"""Trouble on purpose: how often and in which way the practice platforms fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from engage_tui.domain.model import Millis


class Fault(StrEnum):
    """One way in which a call goes wrong; `after` means that the effect has happened."""

    RATE_LIMITED = "rate_limited"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"

    @property
    def has_effect(self) -> bool:
        """Whether the call reaches the platform all the same."""
        return self in (Fault.ERROR_AFTER, Fault.TIMEOUT_AFTER)


@dataclass(slots=True)
class Faults:
    """Probabilities of each fault, drawn from a seed; may be changed while running."""

    seed: int = 0
    reads: dict[Fault, float] = field(default_factory=dict)
    writes: dict[Fault, float] = field(default_factory=dict)
    late: Millis = 0
    """How long after an effect the lists begin to show it."""
    quota_per_day: int = 10_000
    """YouTube units for a Pacific day."""
    calls_per_hour: int = 24_000
    """Instagram calls for an hour."""
    _rng: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Start the dice."""
        self._rng = Random(self.seed)

    def draw(self, *, write: bool) -> Fault | None:
        """Return what goes wrong with the next call, mostly nothing."""
        left = self._rng.random()
        for fault, probability in (self.writes if write else self.reads).items():
            left -= probability
            if left < 0:
                return fault
        return None
