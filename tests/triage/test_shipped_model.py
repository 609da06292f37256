"""The model that ships: fits its contract, is small and fast, and reads plain cases right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engage_tui.domain.triage import Intent, Sentiment
from engage_tui.triage import Classifier
from models.training.intents import mapping
from models.training.projection import guess
from models.training.sources import clean

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def test_it_is_small_and_named(classifier: Classifier) -> None:
    assert (MODELS / "triage.onnx").stat().st_size < 30_000_000
    contract = json.loads((MODELS / "triage.json").read_text())
    assert classifier.version == f"{contract['name']}-{contract['version']}"
    assert {"en", "pl", "es", "de", "fr", "pt", "zh-Hans", "zh-Hant", "und"} <= set(
        contract["labels"]["language"]
    )


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how much is it?", Intent.PRICE_QUESTION),
        ("ile kosztuje?", Intent.PRICE_QUESTION),
        ("多少錢", Intent.PRICE_QUESTION),
        ("do you ship to Spain", Intent.AVAILABILITY),
        ("is it waterproof?", Intent.PRODUCT_QUESTION),
        ("where is my order, still no package", Intent.ORDER_STATUS),
        ("wo ist mein Paket", Intent.ORDER_STATUS),
        ("I want a refund", Intent.RETURN_REFUND),
        ("quiero un reembolso", Intent.RETURN_REFUND),
        ("the app keeps crashing when I log in", Intent.SUPPORT_ISSUE),
        ("worst service ever", Intent.COMPLAINT),
        ("dziękuję, piękne!", Intent.PRAISE),
        ("❤️❤️ love it", Intent.PRAISE),
        ("earn $500 a day, check my profile", Intent.SPAM),
        ("shut up you stupid idiot", Intent.ABUSE),
    ],
)
def test_plain_messages_are_read_right(classifier: Classifier, text: str, intent: Intent) -> None:
    assert classifier.classify([text])[0].intent is intent


def test_feelings_toxicity_and_spam_point_the_right_way(classifier: Classifier) -> None:
    love, hate, insult, scam, plain = classifier.classify(
        [
            "I love this so much, thank you!",
            "terrible quality, I am so disappointed",
            "fuck you, you stupid idiot",
            "Win a free iphone now! Subscribe to my channel and click http",
            "is the shop open tomorrow?",
        ]
    )
    assert love.sentiment is Sentiment.POSITIVE
    assert hate.sentiment is Sentiment.NEGATIVE
    assert insult.toxicity > 0.8 > 0.3 > plain.toxicity
    assert scam.spam > 0.8 > 0.3 > plain.spam


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("when will my parcel arrive", "en"),
        ("kiedy przyjdzie moja paczka", "pl"),
        ("¿cuándo llega mi paquete?", "es"),
        ("wann kommt mein Paket an", "de"),
        ("quand est-ce que mon colis arrive", "fr"),
        ("quando chega o meu pedido", "pt"),
        ("我的包裹什么时候到", "zh-Hans"),
        ("我的包裹什麼時候會到", "zh-Hant"),
        ("ok", "und"),
        ("lol", "und"),
        ("😂😂", "und"),
    ],
)
def test_languages_are_told_apart(classifier: Classifier, text: str, language: str) -> None:
    assert classifier.classify([text])[0].language == language


def test_public_labels_stand_for_one_intent_each() -> None:
    for source in ("banking77", "bitext_customer_support", "hint3", "clinc150", "multidogo"):
        assert set(mapping(source).values()) <= set(Intent)
    assert mapping("bitext_customer_support")["get_refund"] is Intent.RETURN_REFUND
    assert mapping("unknown") == {}


@pytest.mark.parametrize(
    ("english", "intent"),
    [
        ("How much does it cost?", Intent.PRICE_QUESTION),
        ("I'd like my money back.", Intent.RETURN_REFUND),
        ("Shut up!", Intent.ABUSE),
        ("Tom lives in Boston.", Intent.OTHER),
        ("Thank you, but where can I buy it?", None),
        ("Maybe tomorrow?", None),
    ],
)
def test_projection_takes_only_what_fits_one_intent(english: str, intent: Intent | None) -> None:
    assert guess(english) is intent


def test_publishers_placeholders_become_ours() -> None:
    assert clean("[USER] look @url &amp; c\\u2019mon") == "@user look http & c’mon"
