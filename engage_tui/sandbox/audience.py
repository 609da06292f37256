"""The practice followers: two weeks of history, then one message after another, from a seed.

What is written depends on the seed and the start alone, slot after slot; nothing that the brand
does changes it. Answers to the brand are made elsewhere, from the brand's own effects.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from random import Random

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND, parse_duration
from engage_tui.sandbox import ids
from engage_tui.sandbox.phrases import LANGUAGES, Phrases, table
from engage_tui.sandbox.records import Entry, Extra, Follower, Post, State, Thread

_PLATFORMS = (Platform.YOUTUBE, Platform.INSTAGRAM)

_HISTORY = 14 * DAY
_OLDER, _RECENT = 390, 46
"""How many conversations the history begins before and within its last 24 hours."""

_INTENTS = {
    "price_question": 10,
    "availability": 10,
    "product_question": 13,
    "purchase_intent": 7,
    "order_status": 9,
    "return_refund": 5,
    "support_issue": 5,
    "complaint": 7,
    "feedback": 5,
    "praise": 14,
    "collab": 3,
    "question": 5,
    "small_talk": 7,
    "spam": 5,
    "abuse": 2,
    "other": 2,
}
_UNWANTED = ("spam", "abuse")
_WINDOW = 18 * HOUR
"""What is older stays unanswered in comments alone: a platform soon closes a private answer."""
_ANSWERED = ((DAY, 0.13), (3 * DAY, 0.93))
"""The share of messages up to an age that the brand has answered; it answered all older ones."""


class Audience:
    """Writes the followers' messages into `threads`, which it is the first to fill."""

    def __init__(self, seed: int, start: Millis) -> None:
        self._seed = seed
        self._start = start
        self._phrases = Phrases()
        self._recent: deque[Thread] = deque(maxlen=40)
        self.threads: dict[str, Thread] = {}
        self.followers = {platform: list(self._cast(platform)) for platform in _PLATFORMS}
        self.posts = list(self._posts())

    def write_history(self) -> None:
        """Write everything from before the start."""
        for index in range(_OLDER + _RECENT):
            rng = self._rng("past", index)
            age = rng.uniform(DAY, _HISTORY) if index < _OLDER else rng.uniform(5 * MINUTE, DAY)
            self._write_past(rng, f"past/{index}", _daytime(rng, self._start - int(age)))
        for platform in _PLATFORMS:
            self._write_busy_thread(platform)
        self._write_long_conversation()

    def write_slot(self, index: int, at: Millis) -> Thread:
        """Write what arrives in a slot that begins at a moment, and return where it was written."""
        rng = self._rng("slot", index)
        at += rng.randrange(10) * SECOND
        name = f"slot/{index}"
        choice = rng.random()
        if choice < 0.7 or not self._recent:
            thread, _ = self._begin(rng, name, at, _weighted(rng, _INTENTS))
            self._recent.append(thread)
            return thread
        thread = rng.choice(self._recent)
        if thread.follower is not None:
            intent = rng.choice(("order_status", "product_question", "availability", "praise"))
            self._write(thread, thread.follower, rng, name, at, intent)
        else:
            other = self._follower(rng, thread.platform)
            self._write(thread, other, rng, name, at, rng.choice(("praise", "product_question")))
        return thread

    def direct_thread(self, follower: Follower) -> Thread:
        """Return the conversation with someone, begun or not."""
        remote_id = conversation_id(follower)
        thread = Thread(Platform.INSTAGRAM, Kind.DM, remote_id, follower=follower)
        return self.threads.setdefault(remote_id, thread)

    def _write_past(self, rng: Random, name: str, at: Millis) -> None:
        intent = _weighted(rng, _INTENTS)
        thread, last = self._begin(rng, name, at, intent)
        person = last.author
        if self._start - at < DAY:
            self._recent.append(thread)
        if person is None or last.state is not State.PUBLISHED:
            return
        wanted = intent not in _UNWANTED
        if thread.kind is Kind.COMMENT and wanted and rng.random() < 0.08:
            for number in range(rng.randint(1, 3)):
                other = self._follower(rng, thread.platform)
                later = at + rng.randint(2, 300) * MINUTE
                self._write(thread, other, rng, f"{name}/chat/{number}", later, "small_talk")
        age = self._start - at
        closing = thread.kind is Kind.DM and age > _WINDOW
        chance = 1.0 if closing else next((s for limit, s in _ANSWERED if age < limit), 1.0)
        answer = self._phrases.answer(person, intent, rng) or "💚"
        newest = max(entry.sent_at for entry in thread.entries)
        answered_at = max(newest, last.sent_at + _answer_delay(rng))
        if wanted and rng.random() < chance and answered_at < self._start - 10 * MINUTE:
            self._add(thread, None, answer, f"{name}/answer", answered_at)
            later = answered_at + rng.randint(60, 7_200) * SECOND
            if self._start - _WINDOW < later < self._start and rng.random() < 0.3:
                thanks = self._phrases.follow_up(person, rng)
                self._add(thread, person, thanks, f"{name}/after", later)

    def _write_busy_thread(self, platform: Platform) -> None:
        """Write a thread that the brand began and that needs more than one page."""
        rng = self._rng("busy", platform)
        post = [post for post in self.posts if post.platform is platform][-3]
        thread = self._open(platform, f"busy/{platform}", post)
        at = post.published_at + 3 * HOUR
        self._add(thread, None, "What did you drink your first coffee outside from? ☕️", "", at)
        for number in range(32):
            at += rng.randint(4, 50) * MINUTE
            intent = rng.choice(("small_talk", "praise", "feedback"))
            other = self._follower(rng, platform)
            self._write(thread, other, rng, f"busy/{platform}/{number}", at, intent)
        thanks = "What a list! Thank you, all of you 💚"
        self._add(thread, None, thanks, f"busy/{platform}/thanks", at + 50 * MINUTE)

    def _write_long_conversation(self) -> None:
        """Write more direct messages with one person than Instagram gives the details of."""
        rng = self._rng("busy", "dm")
        regular = self.followers[Platform.INSTAGRAM][3]
        thread = self.direct_thread(regular)
        at = self._start - 9 * DAY
        for number in range(24):
            at += rng.randint(20, 400) * MINUTE
            name = f"busy/dm/{number}"
            if number % 3 == 2:
                answer = self._phrases.answer(regular, "product_question", rng)
                self._add(thread, None, answer or "👍", name, at)
            else:
                self._write(thread, regular, rng, name, at, "product_question")

    def _begin(self, rng: Random, name: str, at: Millis, intent: str) -> tuple[Thread, Entry]:
        """Write the first message of a conversation, or the next one of a person known already."""
        platform = rng.choice(_PLATFORMS)
        follower = self._follower(rng, platform)
        if platform is Platform.INSTAGRAM and rng.random() < _direct_share(intent):
            thread = self.direct_thread(follower)
        else:
            thread = self._open(platform, name, self._post(rng, platform, at))
        return thread, self._write(thread, follower, rng, name, at, intent)

    def _write(
        self, thread: Thread, author: Follower, rng: Random, name: str, at: Millis, intent: str
    ) -> Entry:
        """Write all parts of one message and return the last."""
        parts = self._phrases.message(author, intent, thread.kind, rng)
        state = _first_state(rng, thread, intent, self._start - at > DAY)
        for number, text in enumerate(parts):
            entry = self._add(thread, author, text, f"{name}/{number}", at)
            entry.state = state
            at += rng.randint(8, 40) * SECOND
        if thread.kind is Kind.DM and rng.random() < 0.1:
            extra = rng.choice((Extra.PHOTO, Extra.STORY_REPLY, Extra.UNSUPPORTED))
            if extra is not Extra.STORY_REPLY:
                entry = self._add(thread, author, "", f"{name}/extra", at)
            entry.extra = extra
        return entry

    def _open(self, platform: Platform, name: str, post: Post) -> Thread:
        make = ids.youtube_thread if platform is Platform.YOUTUBE else ids.media
        thread = Thread(platform, Kind.COMMENT, make(f"{self._seed}/{name}"), post)
        return self.threads.setdefault(thread.id, thread)

    def _add(
        self, thread: Thread, author: Follower | None, text: str, name: str, at: Millis
    ) -> Entry:
        entry = Entry(entry_id(thread, f"{self._seed}/{name}"), author, text, at - at % SECOND)
        thread.add(entry)
        return entry

    def _post(self, rng: Random, platform: Platform, at: Millis) -> Post:
        """Choose what is commented on: of the posts that were out already, rather a new one."""
        known = [p for p in self.posts if p.platform is platform and p.published_at < at]
        weights = [1 / (1 + (at - post.published_at) / DAY) for post in known]
        return rng.choices(known, weights)[0]

    def _follower(self, rng: Random, platform: Platform) -> Follower:
        language = _weighted(rng, LANGUAGES)
        return rng.choice([f for f in self.followers[platform] if f.language == language])

    def _cast(self, platform: Platform) -> Iterator[Follower]:
        make = ids.channel if platform is Platform.YOUTUBE else ids.person
        for language, people in table("people").items():
            for person in people:
                name, handle = person.split("|")
                yield Follower(make(f"{self._seed}/{platform}/{handle}"), handle, name, language)

    def _posts(self) -> Iterator[Post]:
        for known in table("posts")["post"]:
            platform = Platform(known["platform"])
            make = ids.video if platform is Platform.YOUTUBE else ids.media
            at = self._start - parse_duration(known["age"])
            remote_id = make(f"{self._seed}/post/{known['title']}")
            yield Post(platform, remote_id, known["title"], known["kind"], at)

    def _rng(self, part: str, index: object) -> Random:
        return Random(f"{self._seed}/{part}/{index}")


def entry_id(thread: Thread, name: str) -> str:
    """Return the id of the next entry of a thread; the first comment gives the thread its own."""
    if thread.kind is Kind.DM:
        return ids.message(name)
    if not thread.entries:
        return thread.id
    if thread.platform is Platform.YOUTUBE:
        return ids.youtube_reply(thread.id, name)
    return ids.media(name)


def conversation_id(follower: Follower) -> str:
    """Return the id of the direct conversation with someone, begun or not."""
    return ids.conversation(follower.id)


def _weighted(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _daytime(rng: Random, at: Millis) -> Millis:
    """Move most of what would be written at night into the day before it."""
    at_night = at % DAY < 5 * HOUR
    return at - rng.randint(4, 9) * HOUR if at_night and rng.random() < 0.7 else at


def _direct_share(intent: str) -> float:
    """Return how much of an intent comes in private: orders and refunds more than praise."""
    if intent == "spam":
        return 0.0
    if intent in ("order_status", "return_refund", "support_issue", "collab"):
        return 0.85
    return 0.1 if intent in ("praise", "small_talk", "feedback", "abuse") else 0.4


def _answer_delay(rng: Random) -> Millis:
    """Return how long the brand took: mostly minutes, sometimes hours, now and then days."""
    choice = rng.random()
    if choice < 0.6:
        return rng.randint(3 * 60, 50 * 60) * SECOND
    if choice < 0.88:
        return rng.randint(60, 540) * MINUTE
    return rng.randint(12, 60) * HOUR


def _first_state(rng: Random, thread: Thread, intent: str, old: bool) -> State:
    """Return what the platform's own filters, and later the brand, made of a message."""
    unwanted = intent in ("spam", "abuse")
    if thread.kind is Kind.DM or (not unwanted and rng.random() > 0.02):
        return State.PUBLISHED
    if thread.platform is Platform.INSTAGRAM:
        return State.HIDDEN if unwanted and old and rng.random() < 0.6 else State.PUBLISHED
    if unwanted and old and rng.random() < 0.5:
        return State.REJECTED
    return State.LIKELY_SPAM if intent == "spam" and rng.random() < 0.7 else State.HELD
