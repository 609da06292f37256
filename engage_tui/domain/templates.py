"""Reply templates: their slots, their languages, and which of them fit a conversation.

A slot is written `{name}` and is filled from a fixed list of names (`SLOTS`) or from those that
the brand declares; `{{` and `}}` are literal braces. Values come from strangers too, so a value is
inserted once and never looked at again, and nothing is sent while a slot is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.triage import Intent

SLOTS: Mapping[str, str] = MappingProxyType(
    {
        "first_name": "The person's first name, as their profile gives it.",
        "handle": "The person's handle with its @.",
        "brand": "The brand's name as it signs.",
        "product": "The product that the conversation is about.",
        "link": "The template's own first link, else the brand's shop.",
        "product_link": "The page of the product.",
        "catalog_link": "The current catalogue or price list.",
        "size_chart_link": "The size chart.",
        "calendar_link": "The page where a call or a visit is booked.",
        "lead_link": "The form or page that collects interest: a waiting list, a newsletter.",
        "returns_link": "The page that explains returns and refunds.",
        "shipping_link": "The page that says where parcels go, for how much and how fast.",
        "tracking_link": "The page where a parcel is followed.",
        "contact": "Where a person is reached: an e-mail address or a telephone number.",
        "promo_code": "The discount code that is running.",
        "incentive": "What is offered in return for an address: 10 % off, a free guide.",
        "sla_hours": "Hours within which a person answers, as a number.",
        "return_days": "Days within which something can be sent back, as a number.",
        "restock_date": "When a product is expected to be back.",
    }
)
"""Every slot that a template may use without being declared, and what stands in it."""


class SlotError(Exception):
    """A text cannot be filled; `slots` names what is empty, unknown or badly written."""

    def __init__(self, slots: Iterable[str]) -> None:
        self.slots = tuple(slots)
        shown = ", ".join(
            "a brace that stands alone" if slot in ("{", "}") else f"{{{slot}}}"
            for slot in self.slots
        )
        super().__init__(f"there is no value for {shown}")


@dataclass(frozen=True, slots=True)
class Template:
    """A reply text in one or more languages, and what it is for; an empty set means all."""

    id: str
    title: str
    texts: Mapping[str, str]
    """Language tag to text, in the order of the file."""
    intents: tuple[Intent, ...] = ()
    """The first is what it was written for."""
    platforms: frozenset[Platform] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    tone: str = ""
    links: tuple[str, ...] = ()
    valid_until: Millis | None = None
    """The moment from which it is no longer offered; None: never."""
    acknowledgement: bool = False
    """Whether it only says that somebody will answer; then the SLA clock runs on."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Every slot of every language, each once."""
        return tuple(dict.fromkeys(s for text in self.texts.values() for s in slots_of(text)))

    def values(self, common: Mapping[str, str]) -> dict[str, str]:
        """Return the values to render with: the common ones, with its own link for `link`."""
        return {**common, "link": self.links[0]} if self.links else dict(common)


_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def slots_of(text: str) -> list[str]:
    """Return the slots of a text in order, each once, whether or not they are known."""
    names = (piece[1] for piece in _PIECE.finditer(text) if piece[1] is not None)
    return list(dict.fromkeys(names))


def unknown_slots(text: str, known: Set[str]) -> list[str]:
    """Return the slots that are not known; a brace that stands alone is listed as itself."""
    unknown: list[str] = []
    for piece in _PIECE.finditer(text):
        name = piece[0] if piece[1] is None else piece[1]
        if name not in known and name not in ("{{", "}}"):
            unknown.append(name)
    return list(dict.fromkeys(unknown))


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill every slot with its value, which is never itself searched for slots.

    Raises:
        SlotError: a slot has no value or only white space, or a brace stands alone.
    """
    usable = {name for name, value in values.items() if value.strip()}
    if missing := unknown_slots(text, usable):
        raise SlotError(missing)

    def fill(piece: re.Match[str]) -> str:
        return piece[0][0] if piece[1] is None else values[piece[1]]

    return _PIECE.sub(fill, text)


_CHINESE_SCRIPTS = {
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
}


def choose_text(template: Template, language: str) -> tuple[str, str]:
    """Return the language tag and the text that serve a reader of `language` best.

    The exact tag is tried first, then the same tag with its last parts left off, then any text in
    the same base language (so the two Chinese scripts stand in for each other), then English,
    then whatever the template has first.
    """
    wanted = _CHINESE_SCRIPTS.get(language.lower(), language).lower()
    for tag in (*_shortened(wanted), "en"):
        for offered, text in template.texts.items():
            if offered.lower() == tag:
                return offered, text
        if "-" not in tag:
            for offered, text in template.texts.items():
                if _base(offered) == tag:
                    return offered, text
    return next(iter(template.texts.items()))


def _shortened(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _base(tag: str) -> str:
    return tag.split("-")[0].lower()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A template that may be used here, its best text, and why it stands where it does."""

    template: Template
    language: str
    text: str
    reasons: tuple[str, ...]


def rank(
    templates: Iterable[Template],
    *,
    intent: Intent,
    platform: Platform,
    kind: Kind,
    language: str,
    now: Millis,
    tone: str = "",
) -> list[Ranked]:
    """Return the templates that may be used here, best first; equal ones in order of their id.

    What counts, in this order: written for the intent, written in the person's language, says
    something rather than acknowledges, made for this platform, made for this kind of message, in
    the brand's tone.
    """
    found: list[tuple[tuple[int, bool, bool, bool, bool, bool, str], Ranked]] = []
    for template in templates:
        if not _usable(template, platform, kind, now):
            continue
        tag, text = choose_text(template, language)
        fit = _intent_fit(template, intent)
        foreign = _base(tag) != _base(language)
        reasons = [_INTENT_REASONS[fit].format(intent=intent), _language_reason(tag, language)]
        if template.platforms:
            reasons.append(f"made for {_PLATFORM_NAMES[platform]}")
        if template.kinds:
            reasons.append("made for " + ("comments" if kind is Kind.COMMENT else "messages"))
        if tone and template.tone == tone:
            reasons.append(f"in the tone {tone}")
        if template.acknowledgement:
            reasons.append("only acknowledges, the clock keeps running")
        place = (
            fit,
            foreign,
            template.acknowledgement,
            not template.platforms,
            not template.kinds,
            template.tone != tone,
            template.id,
        )
        found.append((place, Ranked(template, tag, text, tuple(reasons))))
    found.sort(key=lambda pair: pair[0])
    return [ranked for _, ranked in found]


def _usable(template: Template, platform: Platform, kind: Kind, now: Millis) -> bool:
    return (
        (not template.platforms or platform in template.platforms)
        and (not template.kinds or kind in template.kinds)
        and (template.valid_until is None or now < template.valid_until)
    )


_INTENT_REASONS = (
    "fits {intent}",
    "also fits {intent}",
    "fits any intent",
    "written for something other than {intent}",
)


def _intent_fit(template: Template, intent: Intent) -> int:
    """Return the place of the reason in `_INTENT_REASONS`; lower is better."""
    if not template.intents:
        return 2
    if intent not in template.intents:
        return 3
    return 0 if template.intents[0] is intent else 1


_PLATFORM_NAMES = {
    Platform.INSTAGRAM: "Instagram",
    Platform.FACEBOOK: "Facebook",
    Platform.YOUTUBE: "YouTube",
    Platform.TIKTOK: "TikTok",
    Platform.MASTODON: "Mastodon",
    Platform.BLUESKY: "Bluesky",
}

_LANGUAGE_NAMES = {
    "cs": "Czech",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
    "zh-hans": "Simplified Chinese",
    "zh-hant": "Traditional Chinese",
}


def language_name(tag: str) -> str:
    """Return the English name of a language, or the tag itself where we have none."""
    return _LANGUAGE_NAMES.get(tag.lower()) or _LANGUAGE_NAMES.get(_base(tag), tag)


def _language_reason(offered: str, wanted: str) -> str:
    if _base(offered) == _base(wanted):
        return f"written in {language_name(offered)}"
    if _base(wanted) in ("", "und"):
        return f"in {language_name(offered)}, the person's language is not known"
    return f"in {language_name(offered)}, there is none in {language_name(wanted)}"
