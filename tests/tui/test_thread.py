"""A conversation as lines: who wrote what, what the model made of it, what is on its way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from engage_tui.domain.model import ActionKind, Actor, Direction, Kind, Visibility
from engage_tui.domain.outbox import State
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND
from engage_tui.engine.engine import Engine
from engage_tui.store.actions import OutboxRow
from engage_tui.tui.thread_lines import (
    Line,
    header_lines,
    next_step,
    outbox_lines,
    thread_lines,
    title,
)
from engage_tui.tui.words import ago, count_of, short_time, span
from tests.making import NOW, conversation_of, message, take_in
from tests.tui.inboxes import console, inbox, press, read, workspace


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with workspace(tmp_path) as engine:
        yield engine


def plain(lines: list[Line]) -> list[str]:
    """Return the lines without their styles."""
    return ["".join(text for text, _ in line) for line in lines]


def laid_out(engine: Engine, width: int = 60) -> list[str]:
    """Return the conversation as it would be shown."""
    conversation = engine.inbox.conversation(conversation_of(engine.store))
    return plain(thread_lines(conversation, width, NOW))


def test_each_message_says_who_and_when(engine: Engine) -> None:
    take_in(
        engine.store,
        message("Where is it?", remote_id="T1", at=NOW - DAY),
        message("On its way.", at=NOW - HOUR, direction=Direction.OUT, actor=Actor.HUMAN),
        message(
            "A robot's word.", at=NOW - MINUTE, direction=Direction.OUT, actor=Actor.AUTOMATION
        ),
    )
    lines = laid_out(engine)
    assert lines[0].startswith("▎ @ann  1 Nov ")
    assert lines[1:3] == ["▎ Where is it?", ""]
    assert lines[3].startswith("▎ you  2 Nov ")
    assert lines[6].startswith("▎ you, automatically  ")


def test_what_others_cannot_see_is_marked(engine: Engine) -> None:
    take_in(engine.store, message("rude", remote_id="T1", visibility=Visibility.HELD))
    assert "▎ held for review, others do not see it" in laid_out(engine)


def test_a_message_without_words_shows_what_came_along(engine: Engine) -> None:
    take_in(engine.store, message("", remote_id="T1", attachments=("photo",)))
    assert "▎ [photo]" in laid_out(engine)


@pytest.mark.parametrize("width", [20, 40, 78])
def test_no_line_is_wider_than_its_pane(engine: Engine, width: int) -> None:
    take_in(engine.store, message("宽字 and long-words-without-a-blank " * 30, remote_id="T1"))
    assert all(cell_len(line) <= width for line in laid_out(engine, width)[1:])


def test_the_newest_messages_have_the_room_and_the_rest_is_counted(engine: Engine) -> None:
    texts = ["x" * 15_000 for _ in range(10)]
    take_in(
        engine.store,
        *(message(text, remote_id=f"T1.{n}", at=NOW + n) for n, text in enumerate(texts)),
    )
    lines = laid_out(engine)
    assert lines[0] == "6 earlier messages not shown here"
    assert sum(line.startswith("▎ @ann") for line in lines) == 4


def test_the_heading_says_where_and_how_late(engine: Engine) -> None:
    take_in(engine.store, message("why?", remote_id="T1", at=NOW - 25 * HOUR, post="P1"))
    key = conversation_of(engine.store)
    engine.inbox.label(key, "vip")
    engine.inbox.label(key, "press")
    where, how = header_lines(engine.inbox.conversation(key), NOW)
    assert str(where) == "comment on Post P1 · to @brand"
    assert str(how).startswith("VIP · priority, late by 21h, due ")
    assert str(how).endswith("needs reply · #press")
    assert title(engine.inbox.conversation(key)) == "YouTube  @ann  Ann"


ROW = OutboxRow(
    id=1,
    uid="u",
    account_id=1,
    conversation_id=1,
    kind=ActionKind.REPLY,
    target="T1",
    answers="T1",
    body="Yes.",
    body_hash="",
    source="human",
    template_id=None,
    acknowledgement=False,
    actor="human",
    approved_by="me",
    approved_at=NOW,
    deadline_at=None,
    state=State.QUEUED,
    next_at=NOW + 7_500,
    attempts=0,
    unknown_attempts=0,
    looks=0,
    fence=0,
    started_at=None,
    cancel_wished=False,
    remote_id=None,
    sent_at=None,
    note="",
    platform="youtube",
    account="@brand",
    conversation="T1",
    handle="@ann",
)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW, "sends in 8 s"),
        (ROW._replace(next_at=NOW - 1), "leaves now"),
        (
            ROW._replace(state=State.RETRY_WAIT, next_at=NOW + 90 * SECOND),
            "will be tried again in 1m",
        ),
        (
            ROW._replace(state=State.NEEDS_HUMAN),
            "uncertain: it is there, send again, or drop",
        ),
        (ROW._replace(state=State.SENT), "sent"),
    ],
)
def test_the_next_step_of_a_send_is_said_in_words(row: OutboxRow, words: str) -> None:
    assert next_step(row, NOW) == words


def test_what_is_on_its_way_out_is_shown_with_its_words_and_its_trouble() -> None:
    row = ROW._replace(state=State.UNKNOWN, note="time-out \x1b[31m")
    assert plain(outbox_lines([row], 40, NOW)) == [
        "▎ you  outcome unknown, will be looked up",
        "▎ Yes.",
        "▎ time-out ␛",
        "",
    ]
    hidden = outbox_lines([ROW._replace(kind=ActionKind.HIDE, body="")], 40, NOW)
    assert plain(hidden)[0] == "▎ you hide it  sends in 8 s (u takes it back)"


async def test_t_turns_the_times_of_list_and_thread_round(engine: Engine) -> None:
    take_in(engine.store, message("why?", remote_id="T1", at=NOW - 3 * HOUR))
    async with console(engine) as pilot:
        assert "hours ago" not in read(pilot)
        await press(pilot, "T")
        assert "3 hours ago" in read(pilot)
        assert "21h" not in inbox(pilot).listing.render_line(0).text


async def test_text_that_the_mouse_marks_can_be_copied(engine: Engine) -> None:
    take_in(engine.store, message("first line\nsecond line", remote_id="T1", kind=Kind.COMMENT))
    async with console(engine) as pilot:
        body = inbox(pilot).thread.body
        pilot.app.screen.text_select_all()
        text = pilot.app.screen.get_selected_text() or ""
        assert "first line\n▎ second line" in text
        assert body.render_line(1).text.startswith("▎ first line")


def test_words_for_numbers_and_times() -> None:
    assert (count_of(1, "reply"), count_of(2_000, "reply")) == ("1 reply", "2,000 replies")
    assert (span(59_999), span(-12 * MINUTE), span(3 * DAY)) == ("now", "-12m", "3d")
    assert (ago(NOW - 2 * DAY, NOW), ago(NOW, NOW)) == ("2 days ago", "just now")
    assert len(short_time(NOW - 400 * DAY, NOW)) <= 6
