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


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says a message really is; None where they said nothing."""

    intent: Intent | None = None
    sentiment: Sentiment | None = None
    spam: bool | None = None
    toxic: bool | None = None

    def over(self, before: Correction) -> Correction:
        """Return this together with what was said before and is not said anew."""
        return Correction(
            self.intent or before.intent,
            self.sentiment or before.sentiment,
            before.spam if self.spam is None else self.spam,
            before.toxic if self.toxic is None else self.toxic,
        )


# A link holds no space, bracket or quote, and nothing Chinese or Japanese, which is written right
# behind a link without a space; it does not end in the punctuation of the sentence.
_NO_LINK = r"\s<>\"'`(){}\[\]\u2e80-\uffef"
_REST = rf"[^{_NO_LINK}]*[^{_NO_LINK}.,;:!?…]"
_URL = re.compile(
    rf"(?:https?://|\bwww\.){_REST}"
    # Without a scheme only what can hardly be a typing slip: a known ending, or a path behind it.
    r"|(?<![\w@.\-])(?:[a-z0-9\-]+\.)+(?:(?:com|net|org)\b(?![@.]\w)|[a-z]{2,}(?=/\w))"
    rf"(?:/(?:{_REST})?)?",
    re.IGNORECASE,
)
# With a dot or a hyphen inside, and Mastodon's `@name@server`; never a part of an e-mail address.
_NAME = r"[^\W\u2e80-\uffef]+(?:[.\-][^\W\u2e80-\uffef]+)*"
_HANDLE = re.compile(rf"(?<![\w@.])@(?:{_NAME}(?:@{_NAME})?|\w+)")


def mask(text: str) -> str:
    """Replace handles by `@user` and links by `http`: the same before training and at run time.

    E-mail addresses stay as they are.
    """
    return _HANDLE.sub("@user", _URL.sub("http", text))
