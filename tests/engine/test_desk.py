"""Writing, approving and taking back; nothing here touches the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from engage_tui.domain.model import ActionKind, Kind, Platform
from engage_tui.domain.outbox import State
from engage_tui.domain.templates import SlotError
from engage_tui.domain.timestamps import DAY, SECOND
from engage_tui.engine.engine import Engine
from engage_tui.replies.compose import ComposeError
from engage_tui.store import accounts
from engage_tui.store.drafts import UnknownDraft
from engage_tui.store.outbox import OutboxError
from tests.making import NOW, Ticking, conversation_of, message, take_in

TEMPLATE = """
[[entry]]
id = "in-stock"
title = "Back in stock"
intents = ["availability", "other"]
[entry.text]
en = "Hi {first_name}, it is back: {link}"
[[entry]]
id = "got-it"
title = "We got it"
acknowledgement = true
[entry.text]
en = "We got your message."
"""


@pytest.fixture
def comment(engine: Engine) -> int:
    take_in(engine.store, message(remote_id="T1", platform=Platform.INSTAGRAM))
    return conversation_of(engine.store)


@pytest.fixture
def direct(engine: Engine) -> int:
    record = message(thread="D1", remote_id="M1", kind=Kind.DM, platform=Platform.INSTAGRAM)
    take_in(engine.store, record)
    return conversation_of(engine.store, "D1")


@pytest.fixture
def templates(engine: Engine) -> None:
    folder = engine.workspace.folder / "templates"
    folder.mkdir()
    (folder / "mine.toml").write_text(TEMPLATE, encoding="utf-8")


def test_a_text_becomes_a_draft_then_a_row_that_waits_for_its_undo_window(
    engine: Engine, comment: int
) -> None:
    draft = engine.desk.propose(comment, text="Yes, since this morning.")
    assert (draft.status, draft.source, draft.kind) == ("proposed", "human", ActionKind.REPLY)
    row = engine.desk.approve(draft.id)
    assert (row.state, row.body, row.target) == (State.QUEUED, "Yes, since this morning.", "T1")
    assert (row.next_at, row.approved_by, row.deadline_at) == (NOW + 10 * SECOND, "me", None)
    assert engine.desk.draft_of(comment) is None
    assert engine.inbox.conversation(comment).lane == "waiting"


def test_a_draft_is_approved_once(engine: Engine, comment: int) -> None:
    draft = engine.desk.propose(comment, text="Yes.")
    engine.desk.approve(draft.id)
    with pytest.raises(UnknownDraft):
        engine.desk.approve(draft.id)
    assert len(engine.desk.outbox()) == 1


def test_the_same_words_need_a_second_wish(engine: Engine, comment: int) -> None:
    engine.desk.approve(engine.desk.propose(comment, text="Yes.").id)
    again = engine.desk.propose(comment, text="Yes.")
    with pytest.raises(OutboxError, match="--again"):
        engine.desk.approve(again.id)
    assert engine.desk.draft_of(comment) == again, "a refusal leaves the draft as it was"
    assert engine.desk.approve(again.id, again=True).state is State.QUEUED


def test_a_rejected_draft_is_gone(engine: Engine, comment: int) -> None:
    draft = engine.desk.propose(comment, text="Yes.")
    engine.desk.reject(draft.id)
    assert engine.desk.draft_of(comment) is None and engine.desk.outbox() == []
    with pytest.raises(UnknownDraft):
        engine.desk.reject(draft.id)


def test_taking_back_brings_the_conversation_back(engine: Engine, comment: int) -> None:
    row = engine.desk.approve(engine.desk.propose(comment, text="Yes.").id)
    assert engine.desk.cancel(row.id).state is State.CANCELLED
    assert engine.inbox.conversation(comment).lane == "needs_reply"


def test_a_direct_message_carries_its_deadline_and_is_refused_after_it(
    engine: Engine, clock: Ticking, direct: int
) -> None:
    first = engine.desk.propose(direct, text="Yes.")
    clock.now = NOW + DAY - 1
    row = engine.desk.approve(first.id)
    assert (row.kind, row.target, row.deadline_at) == (ActionKind.DM, "ann", NOW + DAY)
    late = engine.desk.propose(direct, text="Still yes.")
    clock.now = NOW + DAY
    with pytest.raises(ComposeError, match="within 24 hours"):
        engine.desk.approve(late.id)


@pytest.mark.usefixtures("templates")
def test_a_template_is_filled_and_known_as_the_source(engine: Engine, comment: int) -> None:
    with pytest.raises(SlotError, match="link"):
        engine.desk.propose(comment, template="in-stock")
    draft = engine.desk.propose(comment, template="in-stock", asked={"link": "https://s.example"})
    assert draft.text == "Hi Ann, it is back: https://s.example"
    assert (draft.source, draft.template_id) == ("template", "in-stock")
    row = engine.desk.approve(draft.id)
    assert (row.source, row.template_id, row.acknowledgement) == ("template", "in-stock", False)


@pytest.mark.usefixtures("templates")
def test_an_acknowledgement_stays_one_and_the_conversation_in_the_queue(
    engine: Engine, comment: int
) -> None:
    row = engine.desk.approve(engine.desk.propose(comment, template="got-it").id)
    assert row.acknowledgement
    assert engine.inbox.conversation(comment).lane == "needs_reply"


@pytest.mark.usefixtures("templates")
def test_an_unknown_template_is_named_with_the_nearest(engine: Engine, comment: int) -> None:
    with pytest.raises(ComposeError, match="did you mean in-stock"):
        engine.desk.propose(comment, template="in-stok")


def test_a_text_with_open_slots_is_refused(engine: Engine, comment: int) -> None:
    with pytest.raises(SlotError, match="first_name"):
        engine.desk.propose(comment, text="Hi {first_name}")


def test_suggestions_come_from_the_library_and_say_why(engine: Engine, comment: int) -> None:
    suggested = engine.desk.suggestions(engine.inbox.conversation(comment))
    assert suggested and all(ranked.reasons for ranked in suggested)


def test_moderation_goes_through_the_outbox_too(engine: Engine, comment: int) -> None:
    row = engine.desk.act(comment, ActionKind.HIDE)
    assert (row.kind, row.target, row.body, row.state) == (
        ActionKind.HIDE,
        "T1",
        "",
        State.QUEUED,
    )
    with pytest.raises(ComposeError, match="has no hold"):
        engine.desk.act(comment, ActionKind.HOLD)


def test_nothing_is_queued_for_an_account_that_cannot_send(engine: Engine, comment: int) -> None:
    draft = engine.desk.propose(comment, text="Yes.")
    [account] = engine.accounts()
    engine.store.write(lambda c: accounts.park(c, account.id, "the token has expired"))
    with pytest.raises(ComposeError, match="not connected: the token has expired"):
        engine.desk.approve(draft.id)
    take_in(engine.store, message(thread="T2", remote_id="T2", platform=Platform.YOUTUBE))
    with pytest.raises(ComposeError, match="its messages were imported"):
        engine.desk.act(conversation_of(engine.store, "T2"), ActionKind.REJECT)


def test_a_platform_without_a_connector_is_named(engine: Engine) -> None:
    take_in(engine.store, message(remote_id="T1", platform=Platform.BLUESKY))
    with pytest.raises(ComposeError, match="replying on bluesky is not supported yet"):
        engine.desk.propose(conversation_of(engine.store), text="Yes.")


def test_length_and_actions_are_those_of_the_platform(
    engine: Engine, comment: int, direct: int
) -> None:
    assert engine.desk.limit(engine.inbox.conversation(direct), "żż") == (4, 1_000, "bytes")
    assert engine.desk.limit(engine.inbox.conversation(comment), "żż") == (2, 2_200, "characters")
    assert ActionKind.HIDE in engine.desk.actions(engine.inbox.conversation(comment))
    assert engine.desk.actions(engine.inbox.conversation(direct)) == {ActionKind.DM}


def test_own_templates_lie_where_the_settings_say(tmp_path: Path, engine: Engine) -> None:
    assert "in-stock" not in engine.desk.library.templates
    assert engine.desk.library.problems == []
