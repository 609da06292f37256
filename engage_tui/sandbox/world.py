"""The practice world: what all platforms hold at a moment, and what may be done to it."""

from __future__ import annotations

from pathlib import Path
from random import Random

from engage_tui.domain.model import Kind, Millis, Platform
from engage_tui.domain.timestamps import HOUR, SECOND
from engage_tui.sandbox.audience import Audience, conversation_id, entry_id
from engage_tui.sandbox.journal import Beginning, Effect, Journal
from engage_tui.sandbox.phrases import Phrases
from engage_tui.sandbox.records import Entry, Follower, Post, State, Thread

_LIVELY = 8 * HOUR
"""How long after each opening the followers write at full pace."""
_QUIET_SLOTS = 20
"""Later only each twentieth slot is used, so that a week away does not bury the inbox."""


class PracticeWorld:
    """Everything on the practice platforms.

    What exists at a moment follows from the journal alone: its seed, its start, its openings and
    the effects in it. Two worlds opened on the same journal hold the same.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._audience = Audience(journal.beginning.seed, journal.beginning.start)
        self._audience.write_history()
        self._phrases = Phrases()
        self._entries: dict[str, tuple[Thread, Entry]] = {}
        self._next_slot = 1
        for thread in self._audience.threads.values():
            self._index(thread)
        for effect in journal.effects:
            self.catch_up(effect.at)
            self._apply(effect)

    @classmethod
    def open(
        cls, path: Path, *, now: Millis, seed: int = 7, every: Millis = 30 * SECOND
    ) -> PracticeWorld:
        """Open the world whose journal lies at a path, or begin a new one that starts now.

        Raises:
            JournalError: the file holds something else.
        """
        journal = Journal.open(path, Beginning(seed, now - now % SECOND, every))
        journal.note_opening(now)
        return cls(journal)

    @property
    def start(self) -> Millis:
        """The moment where the history ends and the live messages begin."""
        return self._journal.beginning.start

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Everything that was done from outside, oldest first."""
        return tuple(self._journal.effects)

    @property
    def posts(self) -> list[Post]:
        """What the brand has published, on all platforms."""
        return self._audience.posts

    def catch_up(self, now: Millis) -> None:
        """Let the followers write what they have written until a moment."""
        every = self._journal.beginning.every
        while (at := self.start + self._next_slot * every) <= now:
            if self._next_slot % _QUIET_SLOTS == 0 or self._lively(at):
                self._index(self._audience.write_slot(self._next_slot, at))
            self._next_slot += 1

    def threads(self, platform: Platform, kind: Kind, now: Millis) -> list[Thread]:
        """Return the threads with anything to show, in no particular order."""
        self.catch_up(now)
        return [
            thread
            for thread in self._audience.threads.values()
            if thread.platform is platform and thread.kind is kind and thread.shown(now)
        ]

    def thread(self, remote_id: str, now: Millis) -> Thread | None:
        """Return a thread that has anything to show."""
        self.catch_up(now)
        thread = self._audience.threads.get(remote_id)
        return thread if thread is not None and thread.shown(now) else None

    def entry(self, remote_id: str, now: Millis) -> tuple[Thread, Entry] | None:
        """Return an entry that exists, listed or not, with its thread."""
        self.catch_up(now)
        found = self._entries.get(remote_id)
        if found is None or found[1].state is State.DELETED or found[1].sent_at > now:
            return None
        return found

    def post(self, remote_id: str) -> Post | None:
        """Return a post of the brand."""
        return next((post for post in self.posts if post.id == remote_id), None)

    def follower(self, platform: Platform, remote_id: str) -> Follower | None:
        """Return someone outside."""
        known = self._audience.followers[platform]
        return next((follower for follower in known if follower.id == remote_id), None)

    def direct_thread(self, follower: Follower, now: Millis) -> Thread | None:
        """Return the conversation with someone, if there is one."""
        return self.thread(conversation_id(follower), now)

    def reply(self, thread: Thread, text: str, now: Millis, late: Millis = 0) -> Entry:
        """Write below a comment, as the brand."""
        return self._do("reply", thread.id, thread, text, now, late)

    def send(
        self, follower: Follower, text: str, now: Millis, late: Millis = 0, *, comment: str = ""
    ) -> Entry:
        """Write to someone directly, as the brand; `comment` names what is answered in private."""
        thread = self._audience.direct_thread(follower)
        kind = "private_reply" if comment else "dm"
        return self._do(kind, comment or follower.id, thread, text, now, late)

    def set_state(self, entry: Entry, state: State, now: Millis) -> None:
        """Moderate or delete an entry."""
        if entry.state is not state:
            self._note(Effect("state", now, entry.id, state=state.value))

    def _do(
        self, kind: str, target: str, thread: Thread, text: str, now: Millis, late: Millis
    ) -> Entry:
        name = f"{self._journal.beginning.seed}/effect/{len(self._journal.effects)}"
        remote_id = entry_id(thread, name)
        listed_at = now + late if late else 0
        self._note(Effect(kind, now, target, thread.id, remote_id, text, listed_at=listed_at))
        return self._entries[remote_id][1]

    def _note(self, effect: Effect) -> None:
        self._journal.note(effect)
        self._apply(effect)

    def _apply(self, effect: Effect) -> None:
        if effect.kind == "state":
            self._entries[effect.target][1].state = State(effect.state)
            return
        thread = self._thread_of(effect)
        asked_by = thread.follower or self._last_writer(thread, effect.at)
        sent_at = effect.at - effect.at % SECOND
        thread.add(Entry(effect.id, None, effect.text, sent_at, listed_at=effect.listed_at))
        rng = Random(f"{self._journal.beginning.seed}/after/{effect.id}")
        if asked_by is not None and rng.random() < 0.55:
            text = self._phrases.follow_up(asked_by, rng)
            later = max(sent_at, effect.listed_at) + rng.randint(20, 90) * SECOND
            name = f"after/{effect.id}"
            thread.add(Entry(entry_id(thread, name), asked_by, text, later - later % SECOND))
        self._index(thread)

    def _thread_of(self, effect: Effect) -> Thread:
        """Return where an effect was written; a direct conversation may begin with it."""
        if effect.kind == "reply":
            return self._audience.threads[effect.target]
        author = self.follower(Platform.INSTAGRAM, effect.target)
        if author is None:
            author = self._entries[effect.target][1].author
        assert author is not None, "the brand does not write to itself"
        return self._audience.direct_thread(author)

    def _last_writer(self, thread: Thread, at: Millis) -> Follower | None:
        """Return who is being answered; nobody below a comment that only the brand wrote at."""
        writers = [entry.author for entry in thread.shown(at) if entry.author is not None]
        return writers[-1] if writers else None

    def _lively(self, at: Millis) -> bool:
        return any(opened <= at < opened + _LIVELY for opened in self._journal.openings)

    def _index(self, thread: Thread) -> None:
        for entry in thread.entries:
            self._entries[entry.id] = thread, entry
