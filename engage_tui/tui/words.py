"""How the console writes platforms, times and intents: short, in local time, always the same."""

from __future__ import annotations

from datetime import datetime

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, short_duration, to_datetime

BADGES = {
    "instagram": "IG",
    "facebook": "FB",
    "youtube": "YT",
    "tiktok": "TT",
    "mastodon": "MA",
    "bluesky": "BS",
}
NAMES = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
}
SHORT_INTENTS = {
    "purchase_intent": "purchase",
    "price_question": "price",
    "availability": "stock",
    "product_question": "product",
    "order_status": "order",
    "return_refund": "refund",
    "support_issue": "support",
    "small_talk": "chat",
}
"""Only those whose own name is too long for a column of nine cells."""


def plain(value: str) -> str:
    """Write a stored word for people: `needs_reply` becomes `needs reply`."""
    return value.replace("_", " ")


def short_intent(intent: str | None) -> str:
    """Return an intent in at most nine cells; nothing where the model has not read yet."""
    return "" if intent is None else SHORT_INTENTS.get(intent, intent)


def percent(share: float) -> str:
    """Write a probability: `93 %`."""
    return f"{share * 100:.0f} %"


def count_of(number: int, noun: str) -> str:
    """Write a number with its noun: `1 reply`, `3 replies`."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("ly") else f"{noun}s"
    return f"{number:,} {plural}"


def local(moment: Millis) -> datetime:
    """Return a moment on the clock of this machine."""
    return to_datetime(moment).astimezone()


def full_time(moment: Millis) -> str:
    """Write a moment in full: `2 Nov 2026 14:02`."""
    shown = local(moment)
    return f"{shown.day} {shown:%b %Y %H:%M}"


def day_time(moment: Millis, now: Millis) -> str:
    """Write a moment with its day, and its year where that is another: `2 Nov 14:02`."""
    shown = local(moment)
    if shown.year != local(now).year:
        return full_time(moment)
    return f"{shown.day} {shown:%b %H:%M}"


def short_time(moment: Millis, now: Millis) -> str:
    """Write a moment in at most six cells: `14:02` today, `2 Nov`, or `11/2024`."""
    shown, today = local(moment), local(now)
    if shown.date() == today.date():
        return f"{shown:%H:%M}"
    if abs(moment - now) < 300 * DAY:
        return f"{shown.day} {shown:%b}"
    return f"{shown:%m/%y}"


def span(length: Millis) -> str:
    """Write the time left, negative when it is over: `-12m`, `3m`, `2h10`, `now`."""
    return "now" if abs(length) < MINUTE else short_duration(length)


def ago(moment: Millis, now: Millis) -> str:
    """Write how long ago a moment was: `2 days ago`."""
    past = now - moment
    for length, noun in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if past >= length:
            return f"{count_of(past // length, noun)} ago"
    return "just now"
