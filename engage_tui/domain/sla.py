"""SLA arithmetic: which tier a conversation has, when its answer is due, and the facts behind it.

One number orders the queue: `due_at`, the platform time of the oldest unanswered inbound message
plus the window of the tier. Everything else acts by choosing or raising the tier (S404).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engage_tui.domain.hours import BusinessHours
from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, short_duration
from engage_tui.domain.triage import Intent


class Tier(StrEnum):
    """SLA class of a conversation, the most urgent first."""

    PREMIUM = "premium"
    PRIORITY = "priority"
    STANDARD = "standard"
    OVERFLOW = "overflow"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return _ORDER.index(self)

    @property
    def raised(self) -> Tier:
        """One tier more urgent; the top stays."""
        return _ORDER[max(0, self.rank - 1)]


_ORDER = tuple(Tier)


class Level(StrEnum):
    """How much an intent matters to the SLA (S51); `none` never needs an answer."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class BufferMode(StrEnum):
    """Two readings of the API latency buffer (S57, S423)."""

    LATENCY = "latency"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class TierRule:
    """Time until an answer is due, and until a warning; with `hours` only working time counts."""

    window: Millis
    warn: Millis
    hours: BusinessHours | None = None


DEFAULT_TIERS: Mapping[Tier, TierRule] = {
    Tier.PREMIUM: TierRule(1 * HOUR, 45 * MINUTE),
    Tier.PRIORITY: TierRule(4 * HOUR, 3 * HOUR),
    Tier.STANDARD: TierRule(24 * HOUR, 18 * HOUR),
    Tier.OVERFLOW: TierRule(72 * HOUR, 24 * HOUR),
}

DEFAULT_LEVELS: Mapping[Intent, Level] = {
    Intent.PURCHASE_INTENT: Level.HIGH,
    Intent.PRICE_QUESTION: Level.HIGH,
    Intent.AVAILABILITY: Level.HIGH,
    Intent.COMPLAINT: Level.HIGH,
    Intent.PRODUCT_QUESTION: Level.MEDIUM,
    Intent.ORDER_STATUS: Level.MEDIUM,
    Intent.RETURN_REFUND: Level.MEDIUM,
    Intent.SUPPORT_ISSUE: Level.MEDIUM,
    Intent.COLLAB: Level.MEDIUM,
    Intent.FEEDBACK: Level.LOW,
    Intent.PRAISE: Level.LOW,
    Intent.QUESTION: Level.LOW,
    Intent.SMALL_TALK: Level.LOW,
    Intent.OTHER: Level.LOW,
    Intent.SPAM: Level.NONE,
    Intent.ABUSE: Level.NONE,
}

LEVEL_TIER: Mapping[Level, Tier] = {
    Level.HIGH: Tier.PREMIUM,
    Level.MEDIUM: Tier.PRIORITY,
    Level.LOW: Tier.STANDARD,
    Level.NONE: Tier.OVERFLOW,
}


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """The rules of one brand; the defaults are those of S404 around the clock."""

    tiers: Mapping[Tier, TierRule] = field(default_factory=lambda: dict(DEFAULT_TIERS))
    levels: Mapping[Intent, Level] = field(default_factory=lambda: dict(DEFAULT_LEVELS))
    raise_vip: bool = True
    raise_campaign: bool = True
    account_tiers: Mapping[str, Tier] = field(default_factory=dict)
    """Tier by account (`instagram:@brand`), instead of the intent's."""
    buffer_mode: BufferMode = BufferMode.LATENCY
    buffer_share: float = 0.20
    expected_latency: Millis = 0
    """How late the platforms usually hand messages over."""
    history: Millis = 30 * DAY
    """What was never answered for longer than this does not nag any more."""

    def level(self, intent: Intent | None) -> Level:
        """Return the level of an intent; what was not read yet counts as low."""
        return Level.LOW if intent is None else self.levels[intent]

    def rank(self, intent: Intent | None) -> int:
        """Return how urgent an intent is by itself, 0 for the most urgent."""
        return LEVEL_TIER[self.level(intent)].rank

    def allowed(self, tier: Tier) -> Millis:
        """Return the tier's window with the latency buffer (T13)."""
        window = self.tiers[tier].window
        base = self.expected_latency if self.buffer_mode is BufferMode.LATENCY else window
        return window + round(base * self.buffer_share)

    def due_at(self, received_at: Millis, tier: Tier) -> Millis:
        """Return when an answer to a message received then is due."""
        return self._after(received_at, tier, self.allowed(tier))

    def warn_at(self, received_at: Millis, tier: Tier) -> Millis:
        """Return when the warning before (or for overflow: within) the window is due."""
        return self._after(received_at, tier, self.tiers[tier].warn)

    def _after(self, start: Millis, tier: Tier, length: Millis) -> Millis:
        hours = self.tiers[tier].hours
        return start + length if hours is None else hours.after(start, length)


@dataclass(frozen=True, slots=True)
class TierChoice:
    """A tier with the sentences that say how it came about."""

    tier: Tier
    reasons: tuple[str, ...]


def choose_tier(
    policy: SlaPolicy,
    intents: Iterable[Intent | None],
    *,
    account: str = "",
    vip: bool = False,
    campaign_priority: bool = False,
) -> TierChoice:
    """Return the tier of a conversation whose unanswered messages have these intents.

    The most urgent intent decides; an account override replaces it; VIP and campaign priority each
    raise by one tier. Intents of level `none` never raise.
    """
    leading = min(intents, key=policy.rank, default=None)
    level = policy.level(leading)
    tier = LEVEL_TIER[level]
    name = leading.value if leading else "not read yet"
    reasons = [f"intent {name} is {level.value}: {tier.value}"]
    if account in policy.account_tiers:
        tier = policy.account_tiers[account]
        reasons.append(f"account {account} is set to {tier.value}")
    if level is not Level.NONE:
        raises = [(vip and policy.raise_vip, "person is VIP")]
        raises.append(
            (
                campaign_priority and policy.raise_campaign,
                "post's campaign has priority",
            )
        )
        for applies, why in raises:
            if applies and tier.raised is not tier:
                tier = tier.raised
                reasons.append(f"{why}: raised to {tier.value}")
    return TierChoice(tier, tuple(reasons))


def describe_window(policy: SlaPolicy, tier: Tier) -> str:
    """Say a tier's window in words: `4h of business hours (Europe/Warsaw)`."""
    hours = policy.tiers[tier].hours
    clock = "around the clock" if hours is None else f"of business hours ({hours.zone})"
    return f"{short_duration(policy.allowed(tier))} {clock}"
