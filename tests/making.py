"""What most tests need: a clock that is told the time, message records, accounts and approvals."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from engage_tui.domain.model import (
    ActionKind,
    Actor,
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
    PostRecord,
)
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.timestamps import parse_iso
from engage_tui.store import accounts, outbox
from engage_tui.store.actions import Approval
from engage_tui.store.database import Connection, Store
from engage_tui.store.ingest import Ingested, ingest

NOW: Millis = parse_iso("2026-11-02T10:00:00Z")
POLICY = SlaPolicy()
BRAND = "@brand"

_numbers = count(1)


class Ticking:
    """A clock that moves when it is told to."""

    def __init__(self, now: Millis = NOW) -> None:
        self.now = now

    def __call__(self) -> Millis:
        return self.now


def message(
    text: str = "is it back in stock?",
    *,
    thread: str = "T1",
    remote_id: str | None = None,
    at: Millis = NOW,
    direction: Direction = Direction.IN,
    kind: Kind = Kind.COMMENT,
    platform: Platform = Platform.YOUTUBE,
    account: str = BRAND,
    person: str = "ann",
    post: str | None = None,
    **others: object,
) -> MessageRecord:
    """Return a record; without a remote id it is a further message of its thread."""
    record = MessageRecord(
        platform=platform,
        account=account,
        kind=kind,
        conversation=thread,
        remote_id=f"{thread}.{next(_numbers)}" if remote_id is None else remote_id,
        person=PersonRecord(person, f"@{person}", person.title()),
        direction=direction,
        text=text,
        sent_at=at,
        post=None if post is None else PostRecord(post, f"Post {post}", "video"),
    )
    return replace(record, **others)  # type: ignore[arg-type]


def take_in(store: Store, *records: MessageRecord, now: Millis = NOW) -> Ingested:
    """Store records as a sync at a moment would."""
    return store.write(lambda c: ingest(c, records, POLICY, now))


def connect(store: Store, platform: Platform = Platform.YOUTUBE, handle: str = BRAND) -> int:
    """Connect an account and return its key."""
    return store.write(lambda c: accounts.connect(c, platform.value, handle, "own", "Brand", NOW))


def conversation_of(store: Store, thread: str = "T1") -> int:
    """Return the local key of a conversation."""
    row = store.reading.execute("SELECT id FROM conversation WHERE remote_id = ?", (thread,))
    return int(row.fetchone()["id"])


def approval(
    store: Store,
    body: str = "Yes, since this morning.",
    *,
    thread: str = "T1",
    answers: str = "T1",
    kind: ActionKind = ActionKind.REPLY,
    at: Millis = NOW,
    **others: object,
) -> Approval:
    """Return an approval of a reply by a person."""
    row = store.reading.execute(
        "SELECT id, account_id FROM conversation WHERE remote_id = ?", (thread,)
    ).fetchone()
    given = Approval(
        account_id=row["account_id"],
        conversation_id=row["id"],
        kind=kind,
        target=answers,
        answers=answers,
        body=body,
        source="human",
        actor=Actor.HUMAN,
        approved_by="me",
        not_before=at,
    )
    return given._replace(**others)  # type: ignore[arg-type]


def approve(store: Store, given: Approval, *, at: Millis = NOW) -> int:
    """Put an approved action into the outbox and return its key."""
    return store.write(lambda c: outbox.approve(c, given, POLICY, at), durable=True)


def scalar(connection: Connection, sql: str, *values: object) -> object:
    """Return the first column of the first row."""
    return connection.execute(sql, values).fetchone()[0]
