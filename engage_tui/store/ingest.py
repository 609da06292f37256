"""Takes message records in: new ones are added, edits keep the earlier text, repeats do nothing.

The same function serves imports and sync, so both are idempotent by (account, remote id).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engage_tui.domain.cleaning import clean, search_form
from engage_tui.domain.events import Event, message_event
from engage_tui.domain.model import Actor, Direction, MessageRecord, Millis, PostRecord
from engage_tui.domain.sla import SlaPolicy
from engage_tui.domain.standing import Thread, ThreadMessage, stand
from engage_tui.store import accounts, echoes, events, people, posts, standings
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import many, next_id
from engage_tui.store.people import KnownPerson, PersonKey
from engage_tui.store.posts import KnownPost


@dataclass(slots=True)
class Ingested:
    """What taking records in did; `conversations` are the local keys that were touched."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    conversations: set[int] = field(default_factory=set)

    def count(self, other: Ingested) -> None:
        """Add the counts of another batch; the keys are not kept, for there may be millions."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged


def ingest(
    connection: Connection,
    records: Sequence[MessageRecord],
    policy: SlaPolicy,
    now: Millis,
) -> Ingested:
    """Store a batch in the running transaction and bring the touched conversations up to date."""
    if not records:
        return Ingested()
    records = [_storable(record) for record in records]
    echoes.adopt(connection, records)
    return _Batch(connection, records, policy, now).store()


@dataclass(slots=True)
class _NewThread:
    """A conversation that the batch brings, kept back until its messages are known."""

    id: int
    remote: tuple[int, str, str]
    record: MessageRecord
    messages: list[ThreadMessage] = field(default_factory=list)


class _Batch:
    """Maps the remote ids of one batch to local keys, with one look-up for each kind of row.

    New conversations are inserted with their standing computed already: inserting first and
    updating after would write every index twice, which halves the rate of an import.
    """

    def __init__(
        self,
        connection: Connection,
        records: Sequence[MessageRecord],
        policy: SlaPolicy,
        now: Millis,
    ) -> None:
        self.connection = connection
        self.records = records
        self.policy = policy
        self.now = now
        self.accounts = {
            key: accounts.ensure(connection, *key, now)
            for key in {(r.platform.value, r.account) for r in records}
        }
        self.people: dict[PersonKey, KnownPerson] = people.resolve(
            connection,
            {(r.platform.value, r.person.remote_id): r.person for r in records},
        )
        self.posts = self._resolve_posts()
        self.conversations: dict[tuple[int, str, str], int] = {}
        self.new_threads: dict[int, _NewThread] = {}
        self._resolve_conversations()

    def store(self) -> Ingested:
        """Write everything and return the counts."""
        result = Ingested()
        known = self._known_messages()
        inserts: dict[tuple[int, str], tuple[object, ...]] = {}
        facts: list[Event] = []
        fresh = next_id(self.connection, "message")
        for record in self.records:
            account = self.accounts[record.platform.value, record.account]
            conversation = self.conversations[account, record.kind.value, record.conversation]
            key = (account, record.remote_id)
            found = known.get(key)
            if found is not None and self._update(found, record):
                result.changed += 1
                result.conversations.add(found["conversation_id"])
            elif found is not None or key in inserts:
                result.unchanged += 1
            else:
                inserts[key] = self._row(record, fresh, account, conversation)
                facts.append(self._fact(record, fresh, account, conversation))
                result.conversations.add(conversation)
                result.new += 1
                fresh += 1
        self._insert_conversations()
        self.connection.executemany(
            """INSERT INTO message (id, account_id, conversation_id, remote_id, parent, person_id,
            direction, actor, text, search_text, raw, attachments, sent_at, ingested_at, edited_at,
            visibility) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            inserts.values(),
        )
        events.append(self.connection, facts)
        standings.refresh(
            self.connection,
            sorted(result.conversations - self.new_threads.keys()),
            self.policy,
            self.now,
        )
        return result

    def _resolve_posts(self) -> dict[tuple[int, str], KnownPost]:
        by_account: dict[int, dict[str, PostRecord]] = {}
        for record in self.records:
            if record.post is not None:
                account = self.accounts[record.platform.value, record.account]
                by_account.setdefault(account, {})[record.post.remote_id] = record.post
        return {
            (account, remote_id): known
            for account, wanted in by_account.items()
            for remote_id, known in posts.resolve(self.connection, account, wanted).items()
        }

    def _resolve_conversations(self) -> None:
        wanted: dict[tuple[int, str, str], MessageRecord] = {}
        for record in self.records:
            account = self.accounts[record.platform.value, record.account]
            key = (account, record.kind.value, record.conversation)
            if key not in wanted or _says_whose(record, wanted[key]):
                wanted[key] = record
        known: dict[tuple[int, str, str], Row] = {}
        for account, kind in {key[:2] for key in wanted}:
            rows = self.connection.execute(
                """SELECT c.id, c.remote_id, c.person_id, c.post_id, p.remote_id AS person
                FROM conversation c JOIN person p ON p.id = c.person_id
                WHERE c.account_id = ? AND c.kind = ?
                AND c.remote_id IN (SELECT value FROM json_each(?))""",
                (
                    account,
                    kind,
                    many(key[2] for key in wanted if key[:2] == (account, kind)),
                ),
            )
            known |= {(account, kind, row["remote_id"]): row for row in rows}
        fresh = next_id(self.connection, "conversation")
        for key, record in wanted.items():
            found = known.get(key)
            if found is None:
                self.conversations[key] = fresh
                self.new_threads[fresh] = _NewThread(fresh, key, record)
                fresh += 1
            else:
                self.conversations[key] = found["id"]
                self._complete_conversation(found, record)

    def _complete_conversation(self, found: Row, record: MessageRecord) -> None:
        """Fill in the post, and whose thread it is when that shows only now."""
        named = record.remote_id == record.conversation or _unnamed(found["person"])
        person, post = self._person(record), self._post(record)
        after = (
            person.id if named else found["person_id"],
            post.id if post else found["post_id"],
        )
        if after != (found["person_id"], found["post_id"]):
            self.connection.execute(
                "UPDATE conversation SET person_id = ?, post_id = ? WHERE id = ?",
                (*after, found["id"]),
            )

    def _insert_conversations(self) -> None:
        rows = []
        for new in self.new_threads.values():
            person, post = self._person(new.record), self._post(new.record)
            thread = Thread(
                account=f"{new.record.platform.value}:{new.record.account}",
                vip=person.vip,
                campaign_priority=post is not None and post.priority,
                messages=new.messages,
            )
            standing = stand(thread, self.policy, self.now)
            derived = standings.columns(thread, standing, {})
            rows.append((new.id, *new.remote, person.id, post.id if post else None, *derived))
        self.connection.executemany(
            f"""INSERT INTO conversation (id, account_id, kind, remote_id, person_id, post_id,
            {", ".join(standings.DERIVED)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            rows,
        )

    def _known_messages(self) -> dict[tuple[int, str], Row]:
        by_account: dict[int, list[str]] = {}
        for record in self.records:
            account = self.accounts[record.platform.value, record.account]
            by_account.setdefault(account, []).append(record.remote_id)
        return {
            (account, row["remote_id"]): row
            for account, remote_ids in by_account.items()
            for row in self.connection.execute(
                """SELECT id, conversation_id, remote_id, text, edited_at, visibility
                FROM message WHERE account_id = ?
                AND remote_id IN (SELECT value FROM json_each(?))""",
                (account, many(remote_ids)),
            )
        }

    def _person(self, record: MessageRecord) -> KnownPerson:
        return self.people[record.platform.value, record.person.remote_id]

    def _post(self, record: MessageRecord) -> KnownPost | None:
        if record.post is None:
            return None
        account = self.accounts[record.platform.value, record.account]
        return self.posts[account, record.post.remote_id]

    def _row(
        self, record: MessageRecord, key: int, account: int, conversation: int
    ) -> tuple[object, ...]:
        text = clean(record.text)
        raw = None if text == record.text else record.text.encode("utf-8", "surrogatepass")
        new_thread = self.new_threads.get(conversation)
        if new_thread is not None:
            new_thread.messages.append(
                ThreadMessage(
                    key,
                    record.direction,
                    record.sent_at,
                    self.now,
                    visibility=record.visibility,
                )
            )
        return (
            key,
            account,
            conversation,
            record.remote_id,
            record.parent,
            self._person(record).id if record.direction is Direction.IN else None,
            record.direction.value,
            _actor(record).value,
            text,
            search_form(text),
            raw,
            clean(", ".join(record.attachments)),
            record.sent_at,
            self.now,
            record.edited_at,
            record.visibility.value,
        )

    def _fact(self, record: MessageRecord, key: int, account: int, conversation: int) -> Event:
        actor = _actor(record)
        return Event(
            message_event(record.direction, record.kind, actor),
            record.platform.value,
            at=record.sent_at,
            ingested_at=self.now,
            actor=actor,
            account_id=account,
            conversation_id=conversation,
            message_id=key,
            content_id=record.post.remote_id if record.post else None,
            user_id=record.person.remote_id,
            handle=clean(record.person.handle) or None,
        )

    def _update(self, found: Row, record: MessageRecord) -> bool:
        """Take over an edit or a new visibility; an older reading never replaces a newer one."""
        text = clean(record.text)
        edited = bool(text) and text != found["text"] and not _older(record, found)
        shown = record.visibility.value
        if edited:
            self.connection.execute(
                "INSERT INTO message_edit (message_id, text, replaced_at) VALUES (?, ?, ?)",
                (found["id"], found["text"], self.now),
            )
            self.connection.execute(
                "UPDATE message SET text = ?, search_text = ?, edited_at = ? WHERE id = ?",
                (text, search_form(text), record.edited_at or self.now, found["id"]),
            )
            self.connection.execute(
                "UPDATE draft SET status = 'stale' WHERE message_id = ? AND status = 'proposed'",
                (found["id"],),
            )
        if shown != found["visibility"]:
            self.connection.execute(
                "UPDATE message SET visibility = ? WHERE id = ?", (shown, found["id"])
            )
        return edited or shown != found["visibility"]


def _storable(record: MessageRecord) -> MessageRecord:
    """Return the record with ids that SQLite can hold: nearly always as it is.

    Texts and names are cleaned where they are written, and the original text is kept.
    """
    post = record.post
    ids = (record.account, record.conversation, record.remote_id, record.parent or "")
    all_ids = "".join((*ids, record.person.remote_id, post.remote_id if post else ""))
    if all_ids.isascii() or clean(all_ids) == all_ids:
        return record
    return replace(
        record,
        account=clean(record.account),
        conversation=clean(record.conversation),
        remote_id=clean(record.remote_id),
        parent=record.parent and clean(record.parent),
        person=replace(record.person, remote_id=clean(record.person.remote_id)),
        post=post and replace(post, remote_id=clean(post.remote_id)),
    )


def _says_whose(record: MessageRecord, other: MessageRecord) -> bool:
    """Whether a record tells better than another whose conversation it is.

    The top-level comment does; without it, anybody known does better than nobody.
    """
    if record.remote_id == record.conversation:
        return True
    return _unnamed(other.person.remote_id) and not _unnamed(record.person.remote_id)


def _unnamed(remote_id: str) -> bool:
    """Whether an importer made the person up, because the file does not say who it is."""
    return remote_id.startswith("conversation:")


def _actor(record: MessageRecord) -> Actor:
    if record.actor is not None:
        return record.actor
    return Actor.CUSTOMER if record.direction is Direction.IN else Actor.HUMAN


def _older(record: MessageRecord, found: Row) -> bool:
    if found["edited_at"] is None:
        return False
    return record.edited_at is None or record.edited_at < found["edited_at"]
