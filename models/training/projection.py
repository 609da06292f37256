"""Weak lessons: an English sentence shows its intent, its translation learns it too.

Patterns read the English side of sentence pairs; where exactly one intent fits, both sides
become lessons of low weight. It brings everyday ways to ask and to praise that no labelled set
holds in these languages.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from engage_tui.domain.triage import Intent
from models.training.sources import Lesson, Lessons, chance

SOURCES = ("tatoeba_anki", "tatoeba_anki_opencc", "tatoeba_challenge", "xpersona", "bcontrast")
_MOST = 120
_WEIGHT = 0.35
_LONGEST = 90

_PATTERNS: dict[Intent, str] = {
    Intent.PURCHASE_INTENT: r"where (can|could|do|did) (i|we|you|one) (buy|get|order|find) (a|an|"
    r"one|some|it|this|that|them)\b|i('d| would) like to (buy|order|book|reserve|purchase)|i want "
    r"to (buy|order|book)|i'll (take|buy) (it|this|them)|can i (order|book|reserve|buy)|i'd like "
    r"(a|two|three|to have a) (ticket|room|pair|table)|two tickets",
    Intent.PRICE_QUESTION: r"how much (is|are|for) |how much (does|do|did|will|would) .*\b(cost|"
    r"charge|be|owe)\b|what('s| is| does) (the|it|this) (price|cost|fare|rate|fee)|how expensive|"
    r"discount|free of charge|any cheaper|do you (take|accept) (credit|visa|cash|cards|checks)|"
    r"pay (by|with) (credit|card)",
    Intent.AVAILABILITY: r"(in|out of) stock|sold out|what time do (you|they) (open|close)|are you "
    r"open|is the (store|shop|museum|bank|restaurant|library) (open|closed)|is (it|this) "
    r"(still )?available|do you have (any|this|it|a|one) .*(left|available|"
    r"size|colou?r|another|smaller|larger|bigger)|when does .* open|vacanc|do you deliver",
    Intent.PRODUCT_QUESTION: r"what (is|are) (it|this|that|these|they) made (of|from)|how does (it|"
    r"this) work\b|is (it|this) (waterproof|safe|made|washable|fresh|genuine|edible)|what size|how "
    r"(long|big|heavy|wide) is (it|this|the)\b|does (it|this) (work|come|fit|contain|include)|what "
    r"colou?rs does",
    Intent.ORDER_STATUS: r"(package|parcel|my order|delivery|shipment|the mail|my luggage).*(arriv|"
    r"come|deliver|sent|receiv|where|late|yet|when)|where('s| is) my (order|package|parcel|luggage"
    r"|baggage)|when will (it|they|the goods) (arrive|be delivered)",
    Intent.RETURN_REFUND: r"refund|money back|return (this|it|the|these) (to the (store|shop))?|"
    r"exchange (this|it|these)|cancel (my|the|our|this) (order|reservation|subscription|booking|"
    r"appointment)|like to return",
    Intent.SUPPORT_ISSUE: r"(doesn't|does not|isn't|won't|can't|not) (work|working|start|turn on|"
    r"open properly)\b.*|(computer|phone|app|printer|website|internet|password|account|battery|"
    r"connection).*(crash|froze|frozen|broken|problem|forgot|dead|locked|slow|wrong|down|not)|"
    r"forgot my password|out of order|log in",
    Intent.COMPLAINT: r"(worst|terrible|awful|horrible|lousy|poor|bad) (service|quality|food|"
    r"restaurant|hotel|experience|company|product)|disappoint|waste of (time|money)|rip-?off|"
    r"overpriced|too expensive|unacceptable|(i'd|want|like) to complain|complain about the|fed up",
    Intent.FEEDBACK: r"you should (add|make|sing|put|change|use)|(could|can) you "
    r"(speak|talk|turn|make) .*(slow|loud|down|more)|i suggest|why don't you (add|make|write|sing)"
    r"|please make|i wish (it|there) (were|was)|it would be (nice|better|good|great) if",
    Intent.PRAISE: r"thank(s| you)|well done|good job|great (job|work)|congratulations|i (really )?"
    r"(love|like|adore) (it|this|that|your|you|these)\b|(beautiful|wonderful|amazing|awesome|great"
    r"|fantastic|delicious|excellent|perfect|brilliant|adorable)!|you're (the best|amazing|great|"
    r"wonderful|a genius)|it (is|was|tastes|looks) (so )?(delicious|beautiful|great|wonderful|"
    r"amazing|perfect)",
    Intent.QUESTION: r"(what's the name of|who (wrote|made|sang|painted|is that|took|built)|where "
    r"(was|were|is) (this|that|it|the) .*(taken|made|filmed|born)|what (song|music|language|"
    r"camera|movie|film|breed) |how old (is|are)|where are you from|what do you do)",
    Intent.SMALL_TALK: r"^(hi|hello|hey|good (morning|evening|night|afternoon)|bye|goodbye|see you"
    r"|happy (birthday|new year)|merry christmas|how are you|what's up|have a (nice|good)|welcome"
    r"|good luck|ha)\b.{0,40}$|just kidding|so funny|can't stop laughing",
    Intent.ABUSE: r"shut up|(you|you're|he's|she's|they're) (are |is |all )?(a |an |such an? |so )?"
    r"(idiot|moron|stupid|dumb|fool|pig|liar|scum|bastard|bitch|asshole|loser|ugly|imbecile)s?\b|"
    r"go to hell|i('ll| will) kill you|fuck|drop dead|i hate you|you bastard",
    Intent.COLLAB: r"(sponsor|business proposal|wholesale|looking for a job|apply for (the|a|this) "
    r"(job|position)|do business with|interview you|partnership|are you hiring|job opening)",
}
_COMPILED = {intent: re.compile(pattern) for intent, pattern in _PATTERNS.items()}
_ABOUT_OTHERS = re.compile(r"\b(tom|mary|he|she|his|her|they|their|i don't know|farmers)\b")
_STATEMENT = re.compile(r"^[^?!]+\.$")
"""A statement about somebody else is off topic in an inbox."""


def teach(lessons: Lessons, pairs: Path) -> None:
    """Add the weak lessons to the intent head."""
    for text, lang, intent in _projected(pairs):
        if chance(text, "split") >= 0.1:
            lesson = Lesson(text, intent, lang, "projected", _WEIGHT)
            lessons.add("intent", lesson, _MOST)


def guess(english: str) -> Intent | None:
    """Return the one intent that an English sentence shows beyond doubt, if any."""
    sentence = english.casefold().strip()
    if len(sentence) > _LONGEST:
        return None
    if _ABOUT_OTHERS.search(sentence):
        return Intent.OTHER if _STATEMENT.match(sentence) else None
    fitting = [intent for intent, pattern in _COMPILED.items() if pattern.search(sentence)]
    return fitting[0] if len(fitting) == 1 else None


def _projected(pairs: Path) -> Iterator[tuple[str, str, Intent]]:
    """Yield text, language and intent, in an order which no file's own order shapes."""
    for source in SOURCES:
        for path in sorted(pairs.glob(f"{source}.*.tsv.gz")):
            tag = path.name.removesuffix(".tsv.gz").split(".")[1]
            lang = "zh-Hans" if tag == "zh" else tag
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                found = [line.rstrip("\n").split("\t")[:2] for line in lines]
            for english, other in sorted(found, key=lambda pair: chance(pair[1])):
                intent = guess(english)
                if intent:
                    yield other, lang, intent
                    yield english, "en", intent
