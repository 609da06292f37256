"""The inbox from the keyboard: deciding, answering, taking back, searching."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.content import Content

from engage_tui.domain.model import Direction, Kind, Lane, Platform
from engage_tui.domain.outbox import State
from engage_tui.engine.engine import Engine
from engage_tui.tui.screens.ask import AskText, Choice, Confirm
from engage_tui.tui.screens.picker import TemplatePicker
from tests.making import NOW, conversation_of, message, take_in
from tests.tui.inboxes import (
    NARROW,
    WIDE,
    console,
    inbox,
    listed,
    press,
    read,
    settled,
    status,
    told,
    waiting,
    workspace,
)

both_sizes = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with workspace(tmp_path, *waiting(12)) as engine:
        yield engine


@both_sizes
async def test_the_queue_stands_in_order_with_the_first_conversation_open(
    engine: Engine, size: tuple[int, int]
) -> None:
    async with console(engine, size=size) as pilot:
        lines = listed(pilot)
        assert "@person0" in lines[0] and "question number 0" in lines[0]
        assert lines[0].startswith("▌")
        assert "4h00" in lines[0]
        assert "question number 0" in read(pilot)
        assert "1/12" in status(pilot)


@both_sizes
async def test_every_pane_lies_within_the_terminal(engine: Engine, size: tuple[int, int]) -> None:
    async with console(engine, size=size) as pilot:
        screen = inbox(pilot)
        parts = screen.query("#listing, ThreadPane, StatusLine, KeyHints, TopBar")
        assert len(parts) == 5
        for part in parts:
            assert part.region and screen.region.contains_region(part.region)
        side_by_side = screen.listing.region.right <= screen.thread.region.x
        assert side_by_side == (size == WIDE)
        assert screen.query_one("#views").display == (size == WIDE)
        assert screen.query_one("#views-line").display == (size == NARROW)
        assert screen.composer.display == (size == WIDE)


async def test_under_sixty_cells_the_conversation_opens_over_the_list(engine: Engine) -> None:
    async with console(engine, size=(50, 24)) as pilot:
        screen = inbox(pilot)
        assert not screen.thread.region
        await press(pilot, "enter")
        assert screen.thread.region.width == 50
        assert not screen.listing.region
        await press(pilot, "escape")
        assert screen.listing.region.width > 40


async def test_opening_decides_nothing(engine: Engine) -> None:
    async with console(engine, "enter", "j", "escape") as pilot:
        assert len(listed(pilot)) == 12
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 12


async def test_done_takes_the_row_out_and_undo_brings_it_back(engine: Engine) -> None:
    async with console(engine, "j", "e") as pilot:
        assert "@person2" in listed(pilot)[1], "the cursor stays on its line"
        assert inbox(pilot).listing.cursor == 1
        assert "closed @person1 (u takes it back)" in status(pilot)
        assert engine.inbox.counts()[Lane.RESOLVED] == 1
        await press(pilot, "u")
        assert "@person1" in listed(pilot)[1]
        assert inbox(pilot).listing.key == conversation_of(engine.store, "T1")
        assert engine.inbox.counts()[Lane.RESOLVED] == 0
        await press(pilot, "u")
        assert "nothing to take back" in told(pilot)


async def test_snooze_asks_for_a_time_and_puts_off(engine: Engine) -> None:
    async with console(engine, "b") as pilot:
        assert isinstance(pilot.app.screen, Choice)
        await press(pilot, "1")
        assert engine.inbox.counts()[Lane.SNOOZED] == 1
        assert len(listed(pilot)) == 11
        await press(pilot, "6")
        assert "@person0" in listed(pilot)[0]
        assert "1h00" in listed(pilot)[0]


async def test_a_length_of_ones_own_is_checked_before_it_is_taken(engine: Engine) -> None:
    async with console(engine, "b", "5") as pilot:
        assert isinstance(pilot.app.screen, AskText)
        await press(pilot, "type:3x", "enter")
        assert isinstance(pilot.app.screen, AskText), "3x is no length"
        await press(pilot, "backspace", "h", "enter")
        assert engine.inbox.counts()[Lane.SNOOZED] == 1


async def test_a_label_is_put_on_and_taken_off_by_the_same_key(engine: Engine) -> None:
    key = conversation_of(engine.store, "T0")
    async with console(engine, "t", "type:press", "enter") as pilot:
        assert engine.inbox.conversation(key).labels == ("press",)
        await press(pilot, "t", "type:press", "enter")
        assert engine.inbox.conversation(key).labels == ()
        await press(pilot, "u")
        assert engine.inbox.conversation(key).labels == ("press",)


async def test_correcting_the_intent_moves_and_undo_corrects_back(engine: Engine) -> None:
    key = conversation_of(engine.store, "T0")
    async with console(engine, "c") as pilot:
        await press(pilot, "type:jjjjjjjjjjjjj", "enter")
        assert engine.inbox.conversation(key).messages[0].intent == "spam"
        assert engine.inbox.counts()[Lane.MODERATION] == 1
        await press(pilot, "g", "m", "c", "1")
        assert engine.inbox.conversation(key).messages[0].intent == "purchase_intent"
        await press(pilot, "u")
        assert engine.inbox.conversation(key).messages[0].intent == "spam"


async def test_a_decision_about_ten_asks_with_the_number(engine: Engine) -> None:
    async with console(engine, "asterisk", "a", "e") as pilot:
        dialog = pilot.app.screen
        assert isinstance(dialog, Confirm)
        assert "Close 12 conversations?" in str(dialog.query("Static").first().render())
        await press(pilot, "n")
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 12
        await press(pilot, "e", "y")
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 0
        assert "Nothing waits" in str(inbox(pilot).query_one("#nothing").render())
        await press(pilot, "u")
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 12


async def test_a_range_selects_with_the_cursor_and_acts_on_all(engine: Engine) -> None:
    async with console(engine, "V", "j", "j") as pilot:
        assert "3 selected" in status(pilot)
        await press(pilot, "V", "j", "x", "e")
        assert engine.inbox.counts()[Lane.RESOLVED] == 4
        assert "@person4" in listed(pilot)[0]


async def test_a_reply_is_approved_taken_back_and_approved_again(engine: Engine) -> None:
    key = conversation_of(engine.store, "T0")
    async with console(engine, "r", "type:Yes", "ctrl+s") as pilot:
        (row,) = engine.desk.outbox()
        assert (row.state, row.body, row.conversation_id) == (State.QUEUED, "Yes", key)
        assert "sending in 10 s: reply to @person0 (u takes it back)" in status(pilot)
        assert "@person0" not in "".join(listed(pilot))
        assert inbox(pilot).composer.text == ""
        await press(pilot, "u")
        assert engine.desk.outbox()[0].state is State.CANCELLED
        assert inbox(pilot).listing.key == key
        assert inbox(pilot).composer.text == "Yes", "the words come back"
        assert "1 unsent text" in status(pilot)
        await press(pilot, "r", "exclamation_mark", "ctrl+s")
        assert [row.body for row in engine.desk.outbox(only_open=True)] == ["Yes!"]


async def test_the_same_words_after_undo_need_no_question(engine: Engine) -> None:
    async with console(engine, "r", "type:Yes", "ctrl+s", "u", "r", "ctrl+s") as pilot:
        assert not isinstance(pilot.app.screen, Confirm)
        assert [row.state for row in engine.desk.outbox(only_open=True)] == [State.QUEUED]


async def test_what_waits_in_the_outbox_stands_in_its_conversation(engine: Engine) -> None:
    async with console(engine, "r", "type:Yes", "ctrl+s", "5") as pilot:
        assert "sends in 10 s (u takes it back)" in read(pilot)
        assert "→" in listed(pilot)[0]


async def test_leaving_the_composer_keeps_the_text_for_its_conversation(engine: Engine) -> None:
    async with console(engine, "r", "type:half", "escape", "j") as pilot:
        assert inbox(pilot).composer.text == ""
        assert "D" in listed(pilot)[0].split()[-1]
        await press(pilot, "k")
        assert inbox(pilot).composer.text == "half"
        assert engine.desk.outbox() == []


async def test_a_key_that_cannot_act_says_why(engine: Engine) -> None:
    async with console(engine, "R") as pilot:
        assert "YouTube takes no private replies to comments" in told(pilot)
        await press(pilot, "z")
        await press(pilot, "n")
        assert "Nothing is searched for yet" in told(pilot)
        await press(pilot, "g", "q")
        assert "g q is no command here" in told(pilot)


async def test_too_long_a_text_is_marked_and_not_sent(engine: Engine) -> None:
    async with console(engine, "j", "j", "j", "j", "r") as pilot:
        inbox(pilot).composer.text = "x" * 1_001
        await settled(pilot)
        title = Content.from_markup(str(inbox(pilot).composer.border_title)).plain
        assert "1,001/1,000 bytes" in title
        assert inbox(pilot).composer.border_subtitle == "too long by 1"
        await press(pilot, "ctrl+s")
        assert "1001 bytes" in told(pilot)
        assert engine.desk.outbox() == []


async def test_a_template_asks_for_its_slots_and_fills_the_composer(engine: Engine) -> None:
    async with console(engine, "semicolon") as pilot:
        picker = pilot.app.screen
        assert isinstance(picker, TemplatePicker)
        await press(pilot, "type:stock", "enter")
        asked = pilot.app.screen
        assert isinstance(asked, AskText)
        while isinstance(pilot.app.screen, AskText):
            await press(pilot, "type:Mug", "enter")
        text = inbox(pilot).composer.text
        assert "Mug" in text and "{" not in text
        await press(pilot, "ctrl+s")
        (row,) = engine.desk.outbox()
        assert row.source == "template" and row.template_id and row.body == text


async def test_hiding_goes_through_the_outbox_and_can_be_taken_back(engine: Engine) -> None:
    async with console(engine, "colon", "type:hold the comment", "enter") as pilot:
        assert [row.kind for row in engine.desk.outbox()] == ["hold"]
        await press(pilot, "u")
        assert engine.desk.outbox()[0].state is State.CANCELLED


async def test_deleting_asks_first(engine: Engine) -> None:
    async with console(engine, "number_sign") as pilot:
        assert "Delete 1 comment?" in str(pilot.app.screen.query("Static").first().render())
        await press(pilot, "n")
        assert engine.desk.outbox() == []
        await press(pilot, "number_sign", "y")
        assert [row.kind for row in engine.desk.outbox()] == ["delete"]


async def test_a_wrong_search_shows_the_place_and_stays_open(engine: Engine) -> None:
    async with console(engine, "slash", "type:intent:refnd", "enter") as pilot:
        error = str(inbox(pilot).query_one("#search-error").render())
        caret, sentence = error.split("\n", 1)
        assert caret.index("^") == len("intent:")
        assert 'intent: has no "refnd"' in sentence
        assert len(listed(pilot)) == 12
        await press(pilot, "escape")
        assert inbox(pilot).listing.has_focus


async def test_a_search_finds_in_all_lanes_and_escape_goes_back(engine: Engine) -> None:
    async with console(engine, "e", "slash", "type:question", "enter") as pilot:
        assert len(listed(pilot)) == 12, "the one that was closed is found too"
        await press(pilot, "backslash", "type:kind:dm", "enter")
        assert len(listed(pilot)) == 2
        await press(pilot, "n")
        assert inbox(pilot).listing.cursor == 1
        await press(pilot, "escape")
        assert len(listed(pilot)) == 12
        await press(pilot, "escape")
        assert len(listed(pilot)) == 11


async def test_views_show_their_own_and_say_so_when_empty(engine: Engine) -> None:
    async with console(engine, "3") as pilot:
        assert len(listed(pilot)) == 2
        await press(pilot, "4")
        assert "Nothing in Moderation" in str(inbox(pilot).query_one("#nothing").render())
        views = str(inbox(pilot).query_one("#views").render()).split("\n")
        assert views[0].split() == ["1", "Needs", "reply", "12"]
        assert views[8].split() == ["9", "All", "12"]


async def test_new_rows_wait_until_the_cursor_moves_on(engine: Engine) -> None:
    async with console(engine, "j") as pilot:
        screen = inbox(pilot)
        first = message("older one", thread="T99", remote_id="T99", at=NOW - 22 * 3_600_000)
        take_in(engine.store, first)
        screen.browsing.refresh()
        await settled(pilot)
        assert "@person1" in listed(pilot)[1], "nothing moves under the cursor"
        assert "+1 new, . shows" in str(screen.query_one("#listing").border_subtitle)
        await press(pilot, "j")
        assert screen.listing.key == conversation_of(engine.store, "T2")
        assert len(screen.listing.ids) == 13
        assert screen.query_one("#listing").border_subtitle == ""


async def test_the_list_follows_until_the_person_begins(engine: Engine) -> None:
    async with console(engine) as pilot:
        answer = message("Yes.", thread="T0", at=NOW, direction=Direction.OUT)
        take_in(engine.store, answer)
        inbox(pilot).browsing.refresh()
        await settled(pilot)
        assert "@person0" not in "".join(listed(pilot))
        assert inbox(pilot).listing.key == conversation_of(engine.store, "T1")


async def test_full_stop_goes_to_what_is_new(engine: Engine) -> None:
    async with console(engine, "k") as pilot:
        take_in(engine.store, message("new", thread="T99", remote_id="T99", at=NOW))
        inbox(pilot).browsing.refresh()
        await settled(pilot)
        await press(pilot, "full_stop")
        assert inbox(pilot).listing.key == conversation_of(engine.store, "T99")


async def test_an_answer_from_elsewhere_leaves_the_row_until_the_cursor_moves(
    engine: Engine,
) -> None:
    async with console(engine, "k") as pilot:
        answer = message("Yes.", thread="T0", at=NOW, direction=Direction.OUT)
        take_in(engine.store, answer)
        inbox(pilot).browsing.touch()
        inbox(pilot).browsing.refresh()
        await settled(pilot)
        assert inbox(pilot).listing.key == conversation_of(engine.store, "T0")
        await press(pilot, "j")
        assert "@person0" not in "".join(listed(pilot))
        assert inbox(pilot).listing.key == conversation_of(engine.store, "T1")


async def test_why_gives_the_facts_and_what_would_move_it(engine: Engine) -> None:
    async with console(engine, "w") as pilot:
        text = str(pilot.app.screen.query_one("Static").render())
        assert "window of standard: 24h around the clock" in text
        assert "marking the person as VIP raises it to priority" in text
        await press(pilot, "escape")
        assert pilot.app.screen is inbox(pilot)


async def test_quitting_asks_while_something_has_not_left(engine: Engine) -> None:
    async with console(engine, "r", "type:Yes", "ctrl+s", "q") as pilot:
        assert isinstance(pilot.app.screen, Confirm)
        await press(pilot, "n")
        assert pilot.app.is_running
        await press(pilot, "u", "q")
        assert "1 unsent text" in str(pilot.app.screen.query(".detail").first().render())


async def test_a_viewer_looks_and_changes_nothing(engine: Engine) -> None:
    with Engine(engine.workspace, read_only=True, clock=engine.clock) as viewer:
        async with console(viewer, "j", "e", "r") as pilot:
            assert len(listed(pilot)) == 12
            assert "viewer" in status(pilot)
            assert "Change it there" in told(pilot)
            assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 12
            assert inbox(pilot).listing.has_focus


async def test_a_crash_ends_with_one_sentence_and_no_words_of_strangers(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "a stranger's words"

    def broken() -> None:
        raise RuntimeError(secret)

    with pytest.raises(RuntimeError):
        async with console(engine) as pilot:
            pilot.app.call_later(broken)
            await pilot.pause()
    shown = "".join(capsys.readouterr())
    assert "engage had to stop: RuntimeError in tests.tui.test_inbox, line" in shown
    assert secret not in shown
    assert "Traceback" not in shown


async def test_no_command_acts_through_a_dialog(engine: Engine) -> None:
    async with console(engine, "number_sign") as pilot:
        dialog = pilot.app.screen
        assert isinstance(dialog, Confirm)
        await press(pilot, "g", "k", "question_mark", "e")
        assert pilot.app.screen is dialog
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == 12


async def test_every_theme_has_what_the_screens_use(engine: Engine) -> None:
    async with console(engine) as pilot:
        for theme in pilot.app.available_themes:
            pilot.app.theme = theme
            await pilot.pause()
            assert "@person0" in listed(pilot)[0]


async def test_without_colours_the_cursor_is_reversed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(engine) as pilot:
        cursor, below = (inbox(pilot).listing.render_line(y) for y in (0, 1))
        assert all(segment.style and segment.style.reverse for segment in cursor)
        assert not any(segment.style and segment.style.reverse for segment in below)


async def test_a_direct_message_is_answered_only_while_the_platform_takes_one(
    engine: Engine,
) -> None:
    late = message(
        "hello?",
        thread="D1",
        remote_id="D1",
        at=NOW - 25 * 3_600_000,
        kind=Kind.DM,
        platform=Platform.INSTAGRAM,
    )
    take_in(engine.store, late)
    async with console(engine, "r") as pilot:
        assert "Instagram took answers until" in told(pilot)
        assert inbox(pilot).listing.has_focus


async def test_r_right_after_j_answers_the_row_under_the_cursor(engine: Engine) -> None:
    async with console(engine) as pilot:
        inbox(pilot).listing.move(2)
        inbox(pilot).answering.reply()
        await press(pilot, "Y", "ctrl+s")
        (row,) = engine.desk.outbox()
        assert row.handle == "@person2"
