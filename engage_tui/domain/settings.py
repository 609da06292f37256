"""Every setting of a workspace, declared once: its type, its default and a sentence for each key.

The file `config.example.toml` and all checks of a user's file are derived from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Table: TypeAlias = dict[str, Any]


def key(default: Any, sentence: str, example: Any = None) -> Any:
    """Declare one key; mutable defaults are copied for each instance."""
    metadata = {
        "sentence": sentence,
        "example": default if example is None else example,
    }
    if isinstance(default, list | dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Brand:
    """Who answers: these facts fill the slots of templates."""

    name: str = key("", "Name of the brand as it signs and as slots show it.", "Juniper & Clay")
    languages: list[str] = key(
        ["en"],
        "Languages that the brand answers in (BCP 47), the preferred one first.",
        ["en"],
    )
    tone: str = key("friendly", "Tone of voice that template ranking prefers.")
    links: list[str] = key(
        [],
        "Pages that replies may link to; the first one fills {link}.",
        ["https://shop.example/"],
    )
    slots: Table = key(
        {},
        "Further slots for templates: a value, or { ask = true } to be asked each time.",
        {"promo_code": "SPRING10", "product": {"ask": True}},
    )


@dataclass(frozen=True, slots=True)
class TierSettings:
    """The clock of one SLA tier."""

    window: str = key("", "Time until an answer is due.")
    warn: str = key("", "Time until the conversation is marked as due soon.")
    hours: str = key("", "Name of the business hours that its clock runs in; empty: always.")


@dataclass(frozen=True, slots=True)
class Hours:
    """One calendar of business hours."""

    zone: str = key("UTC", "Time zone of the calendar (IANA name).", "Europe/Warsaw")
    mon: str = key("09:00-17:00", "Opening times on Monday; several are joined by a comma.")
    tue: str = key("09:00-17:00", "Opening times on Tuesday.")
    wed: str = key("09:00-17:00", "Opening times on Wednesday.")
    thu: str = key("09:00-17:00", "Opening times on Thursday.")
    fri: str = key("09:00-17:00", "Opening times on Friday.")
    sat: str = key("", "Opening times on Saturday; empty: closed.")
    sun: str = key("", "Opening times on Sunday; empty: closed.")
    closed: list[str] = key([], "Holidays (ISO dates).", ["2026-12-25"])


@dataclass(frozen=True, slots=True)
class Sla:
    """When answers are due."""

    buffer_percent: int = key(20, "Share of the latency buffer, from 0 to 100 percent.")
    buffer_mode: str = key(
        "latency",
        "What the share is taken of: the expected latency, or the whole window.",
    )
    expected_latency: str = key("0s", "How late the platforms usually hand messages over.")
    raise_vip: bool = key(True, "Whether a VIP's conversation is raised by one tier.")
    raise_campaign: bool = key(
        True,
        "Whether comments under the posts of a priority campaign are raised by one tier.",
    )
    intents: dict[str, str] = key(
        {}, "Level of an intent: high, medium, low or none.", {"collab": "high"}
    )
    accounts: dict[str, str] = key(
        {},
        "Tier of all conversations of an account, instead of the intent's.",
        {"youtube:@juniperandclay": "standard"},
    )
    tiers: dict[str, TierSettings] = key(
        {
            "premium": TierSettings("1h", "45m"),
            "priority": TierSettings("4h", "3h"),
            "standard": TierSettings("24h", "18h"),
            "overflow": TierSettings("72h", "24h"),
        },
        "Window, warning and business hours of each tier.",
    )


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """What the queue shows."""

    history_days: int = key(
        30,
        "Unanswered messages older than this stand in `history` instead of `needs_reply`.",
    )


@dataclass(frozen=True, slots=True)
class TriageSettings:
    """What reads the messages."""

    model: str = key(
        "",
        "Folder of another triage model than the one that ships; relative to the workspace folder.",
        "my-model",
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """How replies leave."""

    undo_seconds: int = key(10, "Seconds in which an approved reply can be taken back, 0 to 60.")
    templates: str = key(
        "templates",
        "Folder of your own template files; relative to the workspace folder.",
    )


@dataclass(frozen=True, slots=True)
class Campaign:
    """A tagged set of posts."""

    posts: list[str] = key([], "Ids of the campaign's posts on the platform.", ["dQw4w9WgXcQ"])
    priority: bool = key(False, "Whether its comments are raised by one tier.", True)


@dataclass(frozen=True, slots=True)
class Sync:
    """How the platforms are read."""

    poll_seconds: int = key(60, "Seconds between two looks for new messages, at least 5.")
    overlap_minutes: int = key(10, "How far each look reads back over what is known already.")
    sweep_hours: int = key(24, "Hours between two complete readings of every list.")


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration of a workspace."""

    brand: Brand = key(Brand(), "Facts about the brand.")
    sla: Sla = key(Sla(), "When answers are due.")
    hours: dict[str, Hours] = key({}, "Business hours by name.", {"office": Hours()})
    queue: QueueSettings = key(QueueSettings(), "What the queue shows.")
    triage: TriageSettings = key(TriageSettings(), "What reads the messages.")
    reply: Reply = key(Reply(), "How replies leave.")
    campaigns: dict[str, Campaign] = key(
        {}, "Campaigns by tag.", {"spring-drop": Campaign(["dQw4w9WgXcQ"], True)}
    )
    sync: Sync = key(Sync(), "How the platforms are read.")


SECTION_TYPES: dict[str, type] = {
    "hours": Hours,
    "campaigns": Campaign,
    "tiers": TierSettings,
}
"""The type of the values in tables whose keys the user chooses."""
