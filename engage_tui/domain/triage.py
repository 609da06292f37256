"""What the model says of a message: intents, scores, and how text is masked before it reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """Exactly one is primary for each message (see the user guide for what each means)."""

    PURCHASE_INTENT = "purchase_intent"
    PRICE_QUESTION = "price_question"
    AVAILABILITY = "availability"
    PRODUCT_QUESTION = "product_question"
    ORDER_STATUS = "order_status"
    RETURN_REFUND = "return_refund"
    SUPPORT_ISSUE = "support_issue"
    COMPLAINT = "complaint"
    FEEDBACK = "feedback"
    PRAISE = "praise"
    COLLAB = "collab"
    QUESTION = "question"
    SMALL_TALK = "small_talk"
    SPAM = "spam"
    ABUSE = "abuse"
    OTHER = "other"


class Sentiment(StrEnum):
    """About the brand or its content."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


CERTAIN_ENOUGH = 0.70
"""Below this confidence nothing is ever sent automatically (S39, T11)."""


@dataclass(frozen=True, slots=True)
class Triage:
    """One reading of one message; every number is a probability between 0 and 1."""

    intent: Intent
    intent_confidence: float
    sentiment: Sentiment
    negative: float
    neutral: float
    positive: float
    toxicity: float
    spam: float
    language: str
    """BCP 47, `und` where nothing can be said."""
    model: str
    """Name and version of the model, as `triage.json` gives it."""

    @property
    def certain(self) -> bool:
        """Whether an automatic path may rely on the intent."""
        return self.intent_confidence >= CERTAIN_ENOUGH


_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@[\w][\w.\-]*\w|(?<![\w@])@\w")


def mask(text: str) -> str:
    """Replace handles by `@user` and links by `http`: the same before training and at run time."""
    return _HANDLE.sub("@user", _URL.sub("http", text))
