"""The life of an outgoing action as pure transitions: nothing twice, nothing lost, nothing silent.

    queued ──claim──▶ sending ──2xx with id──▶ sent
      ▲  │               │ provably not sent ──▶ retry_wait ──▶ (claim again)
      │  └─cancel,expiry │ a definite no ──────▶ refused
      │                  └ anything else ──────▶ unknown ──settle──▶ reconciling
      │                                                               │ found ─▶ sent
      └──────────── absent in two complete looks, at most once ◀──────┤
                                                                      └ otherwise ─▶ needs_human

A row leaves `sending` and `unknown` only with evidence: the remote id, a definite refusal, proof of
absence, or a person's decision.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from engage_tui.domain.model import Millis
from engage_tui.domain.timestamps import DAY, MINUTE, SECOND


class State(StrEnum):
    """Where an action stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY_WAIT = "retry_wait"
    UNKNOWN = "unknown"
    RECONCILING = "reconciling"
    NEEDS_HUMAN = "needs_human"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        """Whether nothing more happens to it."""
        return self in FINAL

    @property
    def in_words(self) -> str:
        """What a person should read."""
        return _WORDS[self]


FINAL = frozenset({State.SENT, State.REFUSED, State.CANCELLED, State.EXPIRED})
UNDER_WAY = frozenset(State) - FINAL - {State.NEEDS_HUMAN}
"""What goes on by itself."""
CANCELLABLE = frozenset({State.QUEUED, State.RETRY_WAIT})
"""From here a cancel takes effect at once; elsewhere it is a wish until the outcome is known."""

_WORDS = {
    State.QUEUED: "waits for its undo window",
    State.SENDING: "is being sent",
    State.SENT: "sent",
    State.RETRY_WAIT: "will be tried again",
    State.UNKNOWN: "outcome unknown, will be looked up",
    State.RECONCILING: "being looked up on the platform",
    State.NEEDS_HUMAN: "uncertain: it is there, send again, or drop",
    State.REFUSED: "refused by the platform",
    State.CANCELLED: "taken back",
    State.EXPIRED: "too late to send",
}

SETTLE: Millis = 120 * SECOND
"""How long a platform may take to list what it accepted, before absence means anything."""

LEASE: Millis = 90 * SECOND
"""How long a claim protects a row; longer than any request may take."""

CLOCK_SKEW: Millis = 2 * MINUTE
"""How far the platform's clock may be behind ours when our own writes are looked up."""

FIRST_DELAY: Millis = 2 * SECOND
LONGEST_DELAY: Millis = 15 * MINUTE
LONGEST_LOOK: Millis = DAY
"""How long after an attempt a list that cannot be read is asked for again."""
LOOKS_FOR_ABSENCE = 2
MOST_UNKNOWN = 1
"""Attempts with an unknown outcome that may be repeated after proof of absence (I7)."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the transitions need to know of a stored action."""

    state: State
    attempts: int
    unknown_attempts: int
    """Repeats after an unknown outcome so far."""
    looks: int
    """Complete look-ups that did not find it, for the current attempt."""
    started_at: Millis | None
    deadline_at: Millis | None
    cancel_wished: bool
    sets_state: bool
    """Hiding, deleting and the like: an unknown outcome is simply tried again (I10)."""


@dataclass(frozen=True, slots=True)
class Move:
    """The change to make: the new state, when to look at the row again, and why."""

    state: State
    next_at: Millis | None = None
    note: str = ""
    remote_id: str | None = None
    looks: int = 0
    unknown_attempts: int | None = None


def body_hash(text: str) -> str:
    """Return the hash that binds what was shown, approved and sent (I5)."""
    return hashlib.sha256(text.encode()).hexdigest()


def same_words(ours: str, listed: str) -> bool:
    """Whether a listed text can be what we sent: platforms trim, and turn quotes and spaces."""
    return _plain(ours) == _plain(listed)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split())


_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def backoff(attempts: int, *, spread: float) -> Millis:
    """Return full-jitter exponential delay; `spread` is a random number from 0 to 1."""
    ceiling = min(LONGEST_DELAY, FIRST_DELAY << min(attempts, 16))
    return max(SECOND, round(ceiling * spread))


def guard(row: Row, now: Millis) -> Move | None:
    """Decide again, in the claiming transaction, whether the row may still be sent (I9)."""
    if row.cancel_wished:
        return Move(State.CANCELLED, note="taken back before it left")
    if row.deadline_at is not None and now >= row.deadline_at:
        return Move(State.EXPIRED, note="the time in which an answer is accepted has passed")
    return None


def succeeded(remote_id: str) -> Move:
    """Record the platform's proof."""
    return Move(State.SENT, remote_id=remote_id)


def not_begun(row: Row, now: Millis, note: str, *, spread: float) -> Move:
    """Handle a request that provably never began."""
    return Move(State.RETRY_WAIT, now + backoff(row.attempts, spread=spread), note)


def limited(now: Millis, retry_after: Millis, note: str) -> Move:
    """Obey a rate limit; it was refused before any effect."""
    return Move(State.RETRY_WAIT, now + max(retry_after, SECOND), note)


def parked(row: Row, now: Millis, note: str) -> Move:
    """Keep the row while its account cannot be used; what is uncertain stays uncertain."""
    state = State.RETRY_WAIT if row.state is State.SENDING else row.state
    return Move(state, now + LONGEST_DELAY, note, looks=row.looks)


def refused(note: str) -> Move:
    """Record a definite no."""
    return Move(State.REFUSED, note=note)


def lost_sight(row: Row, now: Millis, note: str, *, settle: Millis = SETTLE) -> Move:
    """Handle a request whose outcome nobody knows: time-out, reset, 5xx, process death.

    Set-state actions may be repeated; words may not.
    """
    if row.sets_state:
        return Move(State.RETRY_WAIT, now + FIRST_DELAY, note)
    started = row.started_at if row.started_at is not None else now
    return Move(State.UNKNOWN, max(now, started + settle), note)


def looked_up(
    row: Row,
    now: Millis,
    matches: int,
    remote_id: str | None,
    *,
    settle: Millis = SETTLE,
) -> Move:
    """Judge one complete look-up of our own writes on the platform.

    One match is proof of sending. Two complete looks without a match, a settle window apart, are
    proof of absence: the row is tried again, but only once, then a person decides.
    """
    if matches == 1 and remote_id is not None:
        return succeeded(remote_id)
    if matches > 1:
        return Move(State.NEEDS_HUMAN, note="more than one message on the platform could be it")
    looks = row.looks + 1
    if looks < LOOKS_FOR_ABSENCE:
        return Move(State.RECONCILING, now + settle, "not on the platform yet", looks=looks)
    if row.cancel_wished:
        return Move(State.CANCELLED, note="taken back; the platform does not have it")
    if row.unknown_attempts >= MOST_UNKNOWN:
        return Move(
            State.NEEDS_HUMAN,
            note="twice without an answer, and not on the platform",
            looks=looks,
        )
    return Move(
        State.RETRY_WAIT,
        now,
        "proved not to be on the platform",
        unknown_attempts=row.unknown_attempts + 1,
    )


def cannot_look(note: str) -> Move:
    """Hand a row over to a person where nothing can be listed and no key makes a repeat safe."""
    return Move(State.NEEDS_HUMAN, note=note)


def look_failed(row: Row, now: Millis, note: str, *, retry_after: Millis = 0) -> Move:
    """Keep looking when the list could not be read, ever more slowly, and at last ask a person.

    A list that cannot be read proves nothing either way.
    """
    waited = now - (now if row.started_at is None else row.started_at)
    if waited >= LONGEST_LOOK:
        return Move(State.NEEDS_HUMAN, note=note, looks=row.looks)
    delay = max(FIRST_DELAY, retry_after, min(LONGEST_DELAY, waited // 2))
    return Move(State.RECONCILING, now + delay, note, looks=row.looks)
