"""A small honest platform: it keeps what it is given, lists it, and answers as it is told to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engage_tui.domain.model import ActionKind, Direction, Kind, MessageRecord, Millis, Platform
from engage_tui.platforms.errors import OutcomeUnknown, PlatformError
from engage_tui.platforms.protocol import (
    Capabilities,
    Identity,
    Outgoing,
    Page,
    Receipt,
    RepeatClass,
    Stream,
)
from tests.making import BRAND, Ticking, message

OK = "ok"
DONE = "done, but the answer was lost"
NOT_DONE = "not done, and no answer"
LATE = "done, no answer, listed a minute later"
ANSWERS = (OK, DONE, NOT_DONE, LATE)

_LATE_BY: Millis = 60_000


@dataclass(frozen=True)
class Effect:
    """Something that the platform now shows."""

    id: str
    action: Outgoing
    at: Millis
    listed_at: Millis


class Pinboard:
    """A connector to a board on which texts are pinned.

    `script` is taken in turn by `perform`; when they run out it is `OK`. An exception is raised
    as it is, without any effect. `refusals` are raised by `find` in turn.
    """

    platform = Platform.YOUTUBE

    def __init__(self, clock: Ticking, repeat: RepeatClass = RepeatClass.LISTED) -> None:
        every = frozenset(ActionKind)
        self.capabilities = Capabilities(
            actions={Kind.COMMENT: every, Kind.DM: every}, limits={}, repeat=repeat, reply_window={}
        )
        self.clock = clock
        self.script: deque[str | PlatformError] = deque()
        self.refusals: deque[PlatformError] = deque()
        self.effects: list[Effect] = []
        self.performed: list[Outgoing] = []
        self.looks = 0
        self.before_perform: Callable[[Outgoing], None] = lambda action: None

    @property
    def texts(self) -> list[str]:
        """The texts on the board."""
        return [effect.action.text for effect in self.effects]

    async def aclose(self) -> None:
        """Nothing is open."""

    async def identify(self) -> Identity:
        """Return the brand."""
        return Identity("own", BRAND, "Brand")

    def streams(self) -> Sequence[Stream]:
        """Nothing is read from here."""
        return ()

    def answers(self, conversation: str, kind: Kind) -> Stream | None:
        """Nothing is read from here."""
        return None

    async def read(self, stream: Stream, cursor: str | None = None) -> Page:
        """Nothing is read from here."""
        return Page()

    async def perform(self, action: Outgoing) -> Receipt:
        """Pin the text, or not, and answer, or not."""
        self.before_perform(action)
        self.performed.append(action)
        answer = self.script.popleft() if self.script else OK
        if isinstance(answer, PlatformError):
            raise answer
        if answer == NOT_DONE:
            raise OutcomeUnknown("no answer")
        effect = self._pin(action, _LATE_BY if answer == LATE else 0)
        if answer != OK:
            raise OutcomeUnknown("no answer")
        return Receipt(effect.id)

    async def find(self, action: Outgoing, since: Millis) -> Sequence[MessageRecord]:
        """List what is pinned in the thread and old enough to be listed."""
        self.looks += 1
        if self.refusals:
            raise self.refusals.popleft()
        return [
            message(
                effect.action.text,
                thread=action.conversation,
                remote_id=effect.id,
                at=effect.at,
                direction=Direction.OUT,
            )
            for effect in self.effects
            if effect.action.conversation == action.conversation
            and effect.at >= since
            and effect.listed_at <= self.clock.now
        ]

    def _pin(self, action: Outgoing, late: Millis) -> Effect:
        """Pin the action; with a key that was seen before, return what it did then."""
        if self.capabilities.repeat is RepeatClass.KEY:
            for known in self.effects:
                if known.action.key == action.key:
                    return known
        at = self.clock.now
        effect = Effect(f"R{len(self.effects) + 1}", action, at, at + late)
        self.effects.append(effect)
        return effect
