"""Answering: templates, drafts, approval, and the outbox through which everything leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from engage_tui.domain.model import ActionKind, Actor, Kind, Lane, Millis, Platform
from engage_tui.domain.settings import Settings
from engage_tui.domain.sla import SlaPolicy, Tier
from engage_tui.domain.templates import Ranked, SlotError, Template, rank, render, slots_of
from engage_tui.domain.timestamps import HOUR, SECOND
from engage_tui.domain.triage import Intent
from engage_tui.engine.networks import CAPABILITIES
from engage_tui.platforms.protocol import Capabilities
from engage_tui.replies import compose
from engage_tui.replies.library import STARTER, Library, load_library
from engage_tui.store import accounts, conversations, drafts, outbox
from engage_tui.store.actions import Approval, OutboxRow
from engage_tui.store.conversations import Conversation
from engage_tui.store.database import Connection, Store
from engage_tui.store.drafts import Draft


class Desk:
    """Where replies are written and approved; nothing here touches the network."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        policy: SlaPolicy,
        clock: Callable[[], Millis],
        folder: Path,
    ) -> None:
        self._store = store
        self._settings = settings
        self._policy = policy
        self._clock = clock
        self._folder = folder

    @cached_property
    def library(self) -> Library:
        """The starter templates with the brand's own, which replace those of the same id."""
        own = self._folder / self._settings.reply.templates
        return load_library([STARTER, own], frozenset(self._settings.brand.slots))

    def suggestions(self, conversation: Conversation) -> list[Ranked]:
        """Return the templates that may be used for a conversation, best first."""
        return self._rank(conversation, self.library.templates.values())

    def fill(
        self, conversation: Conversation, ranked: Ranked, asked: Mapping[str, str] | None = None
    ) -> str:
        """Return a template's text with every slot filled.

        Raises:
            SlotError: names the slots that have no value.
        """
        values = self._values(conversation, asked or {})
        return render(ranked.text, ranked.template.values(values))

    def missing(self, conversation: Conversation, ranked: Ranked) -> list[str]:
        """Return the slots of a template that have to be asked for."""
        values = ranked.template.values(self._values(conversation, {}))
        return [slot for slot in slots_of(ranked.text) if not values.get(slot, "").strip()]

    def propose(
        self,
        key: int,
        *,
        text: str | None = None,
        template: str | None = None,
        language: str | None = None,
        asked: Mapping[str, str] | None = None,
        private: bool = False,
    ) -> Draft:
        """Write a draft from a text or a template; it waits for approval and is checked already.

        With both, the text is what a person made of the template.

        Raises:
            ComposeError: it does not fit the platform, or there is no such template.
            SlotError: a slot has no value.
            UnknownConversation: there is none.
        """
        conversation = conversations.get(self._store.reading, key)
        message = compose.lead_message(conversation)
        ranked = self._ranked(conversation, template, language) if template else None
        if text is None:
            if ranked is None:
                raise compose.ComposeError("give a text or the id of a template")
            text = self.fill(conversation, ranked, asked)
        elif ranked is None and (slots := slots_of(text)):
            raise SlotError(slots)
        kind = compose.reply_kind(conversation, private=private)
        compose.check(self._capabilities(conversation), conversation, kind, text)
        now = self._clock()
        draft_id = self._store.write(
            lambda c: drafts.propose(
                c,
                key,
                message.id,
                kind,
                text,
                now,
                source="template" if ranked else "human",
                template_id=ranked.template.id if ranked else None,
                language=ranked.language if ranked else message.language,
                acknowledgement=ranked is not None and ranked.template.acknowledgement,
            )
        )
        return drafts.get(self._store.reading, draft_id)

    def draft_of(self, key: int) -> Draft | None:
        """Return the draft that waits for approval in a conversation."""
        return drafts.proposed_for(self._store.reading, key)

    def approve(self, draft_id: int, *, by: str = "me", again: bool = False) -> OutboxRow:
        """Approve a draft: it stands in the outbox and leaves when its undo window has passed.

        Raises:
            UnknownDraft: it does not wait for approval any more.
            OutboxError: the same words went to the same message already, and `again` is not set.
            ComposeError: the account is not connected, or the platform takes no answer any more.
        """
        draft = drafts.get(self._store.reading, draft_id)
        conversation = conversations.get(self._store.reading, draft.conversation_id)
        message = next(m for m in conversation.messages if m.id == draft.message_id)
        self._connected(conversation)
        capabilities = self._capabilities(conversation)
        compose.check(capabilities, conversation, draft.kind, draft.text)
        now = self._clock()
        deadline = compose.deadline(capabilities, conversation, message)
        if deadline is not None and deadline <= now:
            raise compose.ComposeError(
                f"{conversation.platform.capitalize()} takes an answer within"
                f" {(deadline - message.sent_at) // HOUR} hours of the message; that has passed"
            )
        approval = Approval(
            account_id=conversation.account_id,
            conversation_id=conversation.id,
            kind=draft.kind,
            target=compose.target(conversation, message, draft.kind),
            answers=message.remote_id,
            body=draft.text,
            source=draft.source,
            actor=Actor.AI_DRAFT_APPROVED if draft.source == "model" else Actor.HUMAN,
            approved_by=by,
            not_before=now + self._settings.reply.undo_seconds * SECOND,
            deadline_at=deadline,
            draft_id=draft.id,
            template_id=draft.template_id,
            acknowledgement=draft.acknowledgement,
            repetition=now if again else 0,
        )

        def work(connection: Connection) -> int:
            drafts.get(connection, draft.id)  # somebody may have decided about it meanwhile
            drafts.decide(connection, draft.id, "approved", now)
            return outbox.approve(connection, approval, self._policy, now)

        return outbox.get(self._store.reading, self._store.write(work, durable=True))

    def reject(self, draft_id: int) -> None:
        """Turn a draft down."""
        drafts.get(self._store.reading, draft_id)
        now = self._clock()
        self._store.write(lambda c: drafts.decide(c, draft_id, "rejected", now))

    def act(self, key: int, kind: ActionKind, *, by: str = "me") -> OutboxRow:
        """Hide, hold, publish, delete and the like, aimed at the leading message.

        Raises:
            ComposeError: the platform has no such action.
        """
        conversation = conversations.get(self._store.reading, key)
        message = compose.lead_message(conversation)
        self._connected(conversation)
        compose.check(self._capabilities(conversation), conversation, kind, "")
        now = self._clock()
        approval = Approval(
            account_id=conversation.account_id,
            conversation_id=key,
            kind=kind,
            target=message.remote_id,
            answers=message.remote_id,
            body="",
            source="human",
            actor=Actor.HUMAN,
            approved_by=by,
            not_before=now + self._settings.reply.undo_seconds * SECOND,
        )
        row = self._store.write(
            lambda c: outbox.approve(c, approval, self._policy, now), durable=True
        )
        return outbox.get(self._store.reading, row)

    def outbox(
        self, *, only_open: bool = False, conversation: int | None = None
    ) -> list[OutboxRow]:
        """Return what waits, what was sent and what is uncertain; open rows first."""
        return outbox.list_rows(self._store.reading, only_open=only_open, conversation=conversation)

    def get(self, row: int) -> OutboxRow:
        """Return one action.

        Raises:
            OutboxError: there is none.
        """
        return outbox.get(self._store.reading, row)

    def cancel(self, row: int) -> OutboxRow:
        """Take an action back, or wish for it where its outcome is not known yet.

        Raises:
            OutboxError: it has ended.
        """
        now = self._clock()
        return self._store.write(lambda c: outbox.cancel(c, row, self._policy, now), durable=True)

    def retry(self, row: int) -> OutboxRow:
        """Take the next step of an action now; what may have arrived is looked up, not sent.

        Raises:
            OutboxError: it has ended.
        """
        now = self._clock()
        return self._store.write(lambda c: outbox.retry(c, row, self._policy, now), durable=True)

    def resolve(self, row: int, verdict: str) -> OutboxRow:
        """Decide an uncertain action: it is `there`, send it `again`, or `drop` it.

        Raises:
            OutboxError: it is not uncertain.
        """
        now = self._clock()
        return self._store.write(
            lambda c: outbox.resolve(c, row, verdict, self._policy, now), durable=True
        )

    def actions(self, conversation: Conversation) -> frozenset[ActionKind]:
        """Return what the platform lets us do in a conversation."""
        kinds = self._capabilities(conversation).actions
        return kinds.get(Kind(conversation.kind), frozenset())

    def deadline(self, conversation: Conversation) -> Millis | None:
        """Return the moment from which the platform takes no answer any more; None: no end."""
        message = compose.lead_message(conversation)
        return compose.deadline(self._capabilities(conversation), conversation, message)

    def limit(
        self, conversation: Conversation, text: str, *, private: bool = False
    ) -> tuple[int, int | None, str]:
        """Return a text's length, the most the platform takes, and the unit of both."""
        kind = compose.reply_kind(conversation, private=private)
        limit = self._capabilities(conversation).limits.get(kind)
        if limit is None:
            return len(text), None, "characters"
        return limit.measure(text), limit.most, limit.unit

    def _ranked(self, conversation: Conversation, template: str, language: str | None) -> Ranked:
        ranked = self._rank(conversation, [self._template(template)], language)
        if not ranked:
            raise compose.ComposeError(
                f"template {template} is not for a {conversation.kind} on {conversation.platform}"
            )
        return ranked[0]

    def _rank(
        self,
        conversation: Conversation,
        templates: Iterable[Template],
        language: str | None = None,
    ) -> list[Ranked]:
        message = compose.lead_message(conversation)
        return rank(
            templates,
            intent=Intent(message.intent) if message.intent else Intent.OTHER,
            platform=Platform(conversation.platform),
            kind=Kind(conversation.kind),
            language=language or self._language(message.language),
            now=self._clock(),
            tone=self._settings.brand.tone,
        )

    def _template(self, template: str) -> Template:
        from difflib import get_close_matches

        known = self.library.templates
        if template not in known:
            near = get_close_matches(template, known, 1)
            hint = f"did you mean {near[0]}?" if near else "`engage templates` lists them"
            raise compose.ComposeError(f"there is no template {template}; {hint}")
        return known[template]

    def _language(self, detected: str | None) -> str:
        if detected and detected != "und":
            return detected
        return self._settings.brand.languages[0] if self._settings.brand.languages else "en"

    def _values(self, conversation: Conversation, asked: Mapping[str, str]) -> dict[str, str]:
        hours = None
        if conversation.lane == Lane.NEEDS_REPLY and conversation.tier:
            hours = max(1, self._policy.allowed(Tier(conversation.tier)) // HOUR)
        return compose.slot_values(self._settings.brand, conversation, asked, hours)

    def _capabilities(self, conversation: Conversation) -> Capabilities:
        platform = Platform(conversation.platform)
        if platform not in CAPABILITIES:
            raise compose.ComposeError(f"replying on {conversation.platform} is not supported yet")
        return CAPABILITIES[platform]

    def _connected(self, conversation: Conversation) -> None:
        account = next(
            a for a in accounts.list_all(self._store.reading) if a.id == conversation.account_id
        )
        if account.state != "connected":
            why = f": {account.note}" if account.note else " (its messages were imported)"
            raise compose.ComposeError(
                f"{account.handle} on {account.platform} is not connected{why};"
                " nothing can be sent there"
            )
