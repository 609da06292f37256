"""Lessons for the language head, from sentence pairs, from the sets' own tags, and from rules."""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from models.training.sources import Lesson, Lessons, chance

UNDETERMINED = "und"
_KNOWN = "en pl es de fr pt it nl tr uk ja ko ar hi zh-Hans zh-Hant"
LANGUAGES = (*_KNOWN.split(), UNDETERMINED)
_MOST_OF_FILE = 2_500
_MOST_OF_SET = 1_500

_ANYWHERE = (
    "ok okay okey lol lmao rofl haha hahaha hahahaha wow omg wtf xd xdd hmm mmm oh ah aha uff"
    " bravo super top pro max mega mix email info dm pm vip bro fan pls plz gg asap diy brb"
    " btw idk imo tbh fyi nr no. ootd link linkedin instagram insta facebook youtube tiktok"
    " whatsapp paypal visa iphone samsung nike adidas zara netflix spotify airbnb anna maria"
    " max alex sara laura david martin pizza sushi taxi hotel wifi bluetooth usb gps xs s m l xl"
    " xxl pdf faq ps no la de si"
)
"""Words and names which belong to no one language when they stand alone."""

_NO_STROKE = str.maketrans("łŁøØßđ", "lLoOsd")


def teach(lessons: Lessons, pairs: Path) -> None:
    """Add the lessons of the language head."""
    chosen = random.Random(7)
    for text, lang, source, cap in _texts(lessons, pairs):
        dev = chance(text, "language") < 0.05
        lessons.add("language", Lesson(text, lang, lang, source, 1.0, dev), cap)
        words = text.split()
        draw = chosen.random()
        if dev:
            continue
        if draw < 0.3 and len(words) > 2:
            size = chosen.randint(2, 4)
            start = chosen.randrange(max(1, len(words) - size + 1))
            part = " ".join(words[start : start + size])
            lessons.add("language", Lesson(part, lang, lang, f"{source}/part", 0.5), cap)
        elif draw < 0.5:
            plain = _without_accents(text)
            if plain != text and lang not in ("hi", "ar", "ko", "ja", "uk"):
                lessons.add("language", Lesson(plain, lang, lang, f"{source}/plain", 0.7), cap)
    for text in _undetermined(chosen):
        dev = chance(text, "language") < 0.1
        lessons.add("language", Lesson(text, UNDETERMINED, UNDETERMINED, "rules", 2.0, dev))


def _texts(lessons: Lessons, pairs: Path) -> Iterator[tuple[str, str, str, int]]:
    """Yield text, language, set and the most texts to take of it."""
    known = set(LANGUAGES)
    for path in sorted(pairs.glob("*.tsv.gz")):
        source, tag = path.name.removesuffix(".tsv.gz").split(".")
        if source == "cldr_emoji_names":
            continue
        lang = "zh-Hans" if tag == "zh" else tag
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found = [line.rstrip("\n").split("\t")[:2] for line in lines]
        for english, other in sorted(found, key=lambda pair: chance(pair[1])):
            yield other, lang, source, _MOST_OF_FILE
            yield english, "en", source, 600
    seen: set[str] = set()
    for head in ("sentiment", "toxicity", "intent"):
        for lesson in lessons.heads[head]:
            lang = "zh-Hans" if lesson.lang == "zh" else lesson.lang
            if lang in known and lesson.text not in seen and len(lesson.text) > 12:
                seen.add(lesson.text)
                yield lesson.text, lang, lesson.source, _MOST_OF_SET
    with gzip.open(pairs / "intents" / "qna_chitchat.jsonl.gz", "rt", encoding="utf-8") as lines:
        chat = [json.loads(line) for line in lines]
    for row in sorted(chat, key=lambda row: chance(row["text"])):
        if row["lang"] in ("ja", "ko"):
            yield row["text"], row["lang"], "qna_chitchat", _MOST_OF_FILE


def _without_accents(text: str) -> str:
    """Write a text as people do who skip the accents of their language."""
    parts = unicodedata.normalize("NFD", text.translate(_NO_STROKE))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _undetermined(chosen: random.Random) -> Iterator[str]:
    """Yield texts of which no language can be said."""
    words = _ANYWHERE.split()
    for word in words:
        yield word
        for tail in ("!", "!!!", "?", " :)", " 😂", "..", f" {chosen.randrange(1, 100)}"):
            yield word + tail
    for _ in range(300):
        yield " ".join(chosen.sample(words, 2))
