"""Lessons for the language head, from sentence pairs, from the sets' own tags, and from rules."""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models.training.sources import Lesson, Lessons, chance

UNDETERMINED = "und"
_KNOWN = "en pl es de fr pt it nl tr uk ja ko ar zh-Hans zh-Hant"
LANGUAGES = (*_KNOWN.split(), UNDETERMINED)
_MOST_OF_FILE = 600
_MOST_ENGLISH = 100
_MOST_OF_SET = 400
_SKIPS_ACCENTS = ("pl", "es", "de", "fr", "pt", "it", "tr")

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
    """Add the lessons of the language head: texts, pieces of them, and texts without accents."""
    chosen = random.Random(7)
    for text, lang, source in _texts(lessons, pairs):
        dev = chance(text, "language") < 0.1
        lessons.add("language", Lesson(text, lang, lang, source, 1.0, dev))
        words = text.split()
        if len(words) > 2 and chosen.random() < 0.4:
            start = chosen.randrange(len(words) - 1)
            piece = " ".join(words[start : start + chosen.randint(2, 4)])
            lessons.add("language", Lesson(piece, lang, lang, "pieces", 0.5, dev))
        if lang in _SKIPS_ACCENTS and chosen.random() < 0.25:
            plain = _without_accents(text)
            lessons.add("language", Lesson(plain, lang, lang, "plain", 0.7, dev))
    for text in _undetermined(chosen):
        dev = chance(text, "language") < 0.1
        lessons.add("language", Lesson(text, UNDETERMINED, UNDETERMINED, "rules", 2.0, dev))


def _texts(lessons: Lessons, pairs: Path) -> Iterator[tuple[str, str, str]]:
    """Yield text, language and set."""
    for path in sorted(pairs.glob("*.tsv.gz")):
        source, tag = path.name.removesuffix(".tsv.gz").split(".")
        if source == "cldr_emoji_names":
            continue
        lang = "zh-Hans" if tag == "zh" else tag
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found = [line.rstrip("\n").split("\t")[:2] for line in lines]
        found.sort(key=lambda pair: chance(pair[1]))
        yield from ((other, lang, source) for _, other in found[:_MOST_OF_FILE])
        yield from ((english, "en", source) for english, _ in found[:_MOST_ENGLISH])
    with gzip.open(pairs / "intents" / "qna_chitchat.jsonl.gz", "rt", encoding="utf-8") as lines:
        chat = [json.loads(line) for line in lines]
    for lang in ("ja", "ko"):
        texts = sorted((row["text"] for row in chat if row["lang"] == lang), key=chance)
        yield from ((text, lang, "qna_chitchat") for text in texts[:_MOST_OF_FILE])
    taken: Counter[tuple[str, str]] = Counter()
    for lesson in (lesson for head in ("sentiment", "toxicity") for lesson in lessons.heads[head]):
        lang = lesson.lang
        taken[lang, lesson.source] += 1
        # The subtitles do not keep the two Chinese scripts apart.
        mixed = lesson.source == "xed_emotions" and lang.startswith("zh")
        if lang in _KNOWN.split() and not mixed and taken[lang, lesson.source] <= _MOST_OF_SET:
            yield lesson.text, lang, lesson.source


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
