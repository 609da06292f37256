"""Reads the public sets and the written messages, and says what each teaches which head."""

from __future__ import annotations

import gzip
import html
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engage_tui.domain.triage import Intent
from engage_tui.triage.features import normalise
from models.training.intents import mapping

Row = dict[str, Any]

WRITTEN = Path(__file__).parent / "written"
WRITTEN_SET = "written"
HELD_OUT_VIDEO = "Eminem"
"""Comments under this video measure spam and are never trained on."""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_HANDLE = re.compile(r"\[USER\]|<user>", re.IGNORECASE)
_ADDRESS = re.compile(r"(\bRT )?@user\b:?|\bhttp\b")
_PUNCTUATION = re.compile(r"[\W_]+|\bhttp\b|\buser\b")
_LINK = re.compile(r"\[URL\]|@url\b|<url>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text with the label that one head is to give it."""

    text: str
    label: str
    lang: str
    source: str
    weight: float = 1.0
    dev: bool = False


@dataclass(slots=True)
class Lessons:
    """All lessons by head; a group of lessons may be capped, so that none drowns the others."""

    heads: dict[str, list[Lesson]] = field(default_factory=dict)
    _counts: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def add(self, head: str, lesson: Lesson, cap: int | None = None) -> None:
        """Add a lesson, unless its set, language and label reached the cap (dev never does)."""
        group = (head, lesson.source, lesson.lang, lesson.label)
        if cap is not None and not lesson.dev and self._counts[group] >= cap:
            return
        self._counts[group] += not lesson.dev
        self.heads.setdefault(head, []).append(lesson)


def clean(text: str) -> str:
    """Undo what publishers did to a text, and bring their placeholders to ours."""
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(text))
    return _LINK.sub("http", _HANDLE.sub("@user", text)).strip()


def chance(text: str, salt: str = "") -> float:
    """Return a number from 0 to 1 that is always the same for a text."""
    return zlib.crc32(f"{salt}{text}".encode("utf-8", "replace")) / 2**32


def bare(text: str) -> str:
    """Return what remains of a text when punctuation is gone, which sets write differently."""
    words = normalise(text)
    return _PUNCTUATION.sub("", words) or words


def rows(folder: Path) -> Iterator[tuple[str, Row, bool]]:
    """Yield set, row and whether it is dev, over all sets; their test splits are left out.

    Within a set, rows come in an order of their own hash, so that a cap takes a fair sample.
    """
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines]
        has_dev = any(row["split"] == "dev" for row in found)
        for row in sorted(found, key=lambda row: chance(row["text"])):
            if row["split"] not in ("train", "dev"):
                continue
            dev = row["split"] == "dev" if has_dev else chance(row["text"], "split") < 0.1
            row["text"] = clean(row["text"])
            row["lang"] = "zh-Hans" if row["lang"] == "zh" else row["lang"]
            if row["source"] == "youtube_spam":
                dev = row["video"] == HELD_OUT_VIDEO
            yield row["source"], row, dev


def written() -> Iterator[Row]:
    """Yield the messages that were written for this model."""
    for path in sorted(WRITTEN.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield {**json.loads(line), "lang": path.stem}


# What the sets say of toxicity: set -> (label of a row, weight in training). None: not used.
_TOXIC: dict[str, tuple[Callable[[Row], int | None], float]] = {
    "tweeteval_offensive": (lambda labels: labels["offensive"], 1.0),
    "tweeteval_hate": (lambda labels: labels["hate"] or None, 0.5),
    "germeval2018": (lambda labels: labels["offensive"], 1.0),
    "cold_zh_offensive": (lambda labels: labels["offensive"], 1.0),
    "poleval2019_cyberbullying": (lambda labels: labels["toxic"], 1.0),
    "komentarze_wp_pl": (
        lambda labels: {"Obraźliwe": 1, "Groźby karalne": 1, "Złośliwe": None}.get(
            labels["class_pl"], 0
        ),
        1.0,
    ),
    "toldbr_pt": (
        lambda labels: labels["toxic"] if labels["toxic"] == labels["toxic_maj"] else None,
        1.0,
    ),
    "davidson_hate_offensive": (lambda labels: int(labels["tox3"] != "neither"), 0.3),
    "edos_sexism": (lambda labels: labels["sexist"], 0.5),
    "mlma_hate": (lambda labels: labels["toxic"], 0.3),
}

# Weight of each set in the sentiment head; what is derived or projected counts for little.
_SENTIMENT = {
    "semeval_sentiment_en": 1.0,
    "umsab_sentiment": 1.0,
    "polemo2_medicine_sentences": 0.7,
    "vader_icwsm2014": 1.0,
    "uci_sentiment_sentences": 1.0,
    "goemotions": 0.3,
    "xed_emotions": 0.15,
    "tweeteval_sentiment_val": 0.0,
}

_SPAM = {"youtube_spam": 2.0, "scamspot_instagram": 1.5, "sms_spam": 1.0}

_EMOTIONS = {
    "admiration": Intent.PRAISE,
    "gratitude": Intent.PRAISE,
    "love": Intent.PRAISE,
    "amusement": Intent.SMALL_TALK,
    "curiosity": Intent.QUESTION,
    "disappointment": Intent.COMPLAINT,
    "annoyance": Intent.COMPLAINT,
}


def read(folder: Path) -> Lessons:
    """Collect the lessons of every head but language."""
    lessons = Lessons()
    for source, row, dev in rows(folder):
        for head, label, weight, cap in _taught(source, row):
            # Most toxic texts are tweets: with their handles left in, a handle would look toxic.
            text = row["text"] if head in ("sentiment", "spam") else _ADDRESS.sub("", row["text"])
            lessons.add(head, Lesson(text, label, row["lang"], source, weight, dev), cap)
    for row in written():
        _add_written(lessons, row)
    return lessons


def _taught(source: str, row: Row) -> Iterator[tuple[str, str, float, int | None]]:
    """Yield head, label, weight and cap of all that a row of a public set teaches."""
    labels = row["labels"]
    if source in _TOXIC:
        judge, weight = _TOXIC[source]
        toxic = judge(labels)
        if toxic is not None:
            yield "toxicity", str(toxic), weight, None
        if toxic and source not in ("davidson_hate_offensive", "edos_sexism"):
            yield "intent", Intent.ABUSE, 0.7, 250 if row["lang"] == "en" else 40
    if source in _SENTIMENT:
        feeling = labels.get("sentiment") or labels.get("sentiment_derived")
        if feeling != "ambiguous":
            yield "sentiment", feeling, _SENTIMENT[source], None
    if source in _SPAM:
        yield "spam", str(labels["spam"]), _SPAM[source], None
        if labels["spam"]:
            yield "intent", Intent.SPAM, 0.7, 250
    for intent, weight in _intents(source, row):
        yield "intent", intent, weight, 250


def _intents(source: str, row: Row) -> Iterator[tuple[Intent, float]]:
    """Yield the intent that a row of a public set shows, if any, and how far to trust it."""
    labels, text = row["labels"], row["text"]
    known = mapping(source).get(str(labels.get("intent")))
    if known:
        yield known, 0.5
    elif source in ("uci_sentiment_sentences", "polemo2_medicine_sentences"):
        if labels["sentiment"] == "positive":
            yield Intent.PRAISE, 0.4
        elif labels["sentiment"] == "negative":
            yield Intent.COMPLAINT, 0.4
    elif source == "goemotions" and len(text) < 80 and len(labels["emotions"]) == 1:
        intent = _EMOTIONS.get(labels["emotions"][0])
        if intent:
            yield intent, 0.3


def _add_written(lessons: Lessons, row: Row) -> None:
    """Add a written message to every head that it teaches."""
    for head, label, weight in (
        ("intent", row["intent"], 3.0),
        ("sentiment", row["sentiment"], 3.0),
        ("toxicity", str(int(row["intent"] == Intent.ABUSE)), 2.0),
        ("spam", str(int(row["intent"] == Intent.SPAM)), 2.0),
    ):
        dev = row["split"] == "dev"
        lessons.add(head, Lesson(row["text"], label, row["lang"], WRITTEN_SET, weight, dev))
