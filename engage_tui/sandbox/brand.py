"""The practice brand: who it is, what it sells, and the two accounts that it has."""

from __future__ import annotations

from dataclasses import dataclass

from engage_tui.domain.model import Platform


@dataclass(frozen=True, slots=True)
class PracticeAccount:
    """An account of the practice brand with the token that its platform accepts."""

    platform: Platform
    handle: str
    remote_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Brand:
    """What the brand's own configuration says about it."""

    name: str
    about: str
    tone: str
    languages: tuple[str, ...]
    links: dict[str, str]
    """By purpose: shop, specs, returns, partners, contact."""
    facts: tuple[str, ...]


BRAND = Brand(
    name="Moss & Kettle",
    about="Enamel mugs, kettles and grinders for coffee outdoors, made in a workshop near Wrocław.",
    tone="friendly",
    languages=("en", "pl", "de", "es", "fr", "pt", "zh-Hans", "zh-Hant"),
    links={
        "shop": "https://mossandkettle.example/shop",
        "specs": "https://mossandkettle.example/specs",
        "returns": "https://mossandkettle.example/returns",
        "partners": "partners@mossandkettle.example",
        "contact": "hello@mossandkettle.example",
    },
    facts=(
        "Larch Mug, enamelled steel, 350 ml, 18 euro: moss green, night blue, cream, rust.",
        "Trail Dripper, folding steel pour-over for size 2 filters, 110 g, 29 euro.",
        "Pebble Grinder, steel burrs, 20 g at a time, 64 euro.",
        "Wren Kettle, gooseneck, 0.8 litres, gas, induction and open fire, 49 euro.",
        "Ridge Set, dripper, kettle, grinder and two mugs, 149 euro.",
        "Shipping in the EU is free from 60 euro and takes 4 to 7 working days.",
        "Returns within 30 days; a refund takes up to five working days.",
        "The newsletter code gives 10 % off the first order.",
    ),
)

PRODUCTS = ("Larch Mug", "Trail Dripper", "Pebble Grinder", "Wren Kettle", "Ridge Set")

PRACTICE_ACCOUNTS = (
    PracticeAccount(
        Platform.YOUTUBE,
        "@mossandkettle",
        "UCm0ss4ndK3ttl3Pr4ct1c3A",
        "practice-token-for-youtube",
    ),
    PracticeAccount(
        Platform.INSTAGRAM,
        "@mossandkettle",
        "17841400120035571",
        "practice-token-for-instagram",
    ),
)

OWN_IDS = {account.platform: account.remote_id for account in PRACTICE_ACCOUNTS}
TOKENS = {account.platform: account.token for account in PRACTICE_ACCOUNTS}
HANDLE = "mossandkettle"
