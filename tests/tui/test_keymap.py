"""Every command can be reached, is described, and means one thing in each place."""

from __future__ import annotations

from pathlib import Path

import pytest

from engage_tui.tui import keymap
from engage_tui.tui.keymap import BY_ID, COMMANDS, FOOTERS, Place, at, table
from engage_tui.tui.screens.goals import GoalsScreen
from engage_tui.tui.screens.help import HelpScreen
from engage_tui.tui.screens.kpi import KpiScreen
from engage_tui.tui.screens.outbox import OutboxScreen
from engage_tui.tui.sequences import SequenceReader
from tests.tui.inboxes import console, inbox, press, workspace


def test_ids_are_unique_and_every_command_has_words() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert all(command.label and command.title and command.places for command in COMMANDS)


@pytest.mark.parametrize("place", list(Place))
def test_a_key_means_one_thing_in_a_place(place: Place) -> None:
    known = table(place)
    commands = [command for command in at(place) if command.keys]
    assert {id for id in known.values()} == {command.id for command in commands}


def test_two_commands_on_one_key_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keymap, "COMMANDS", (*COMMANDS, BY_ID["undo"]))
    with pytest.raises(ValueError, match="u is both undo and undo"):
        table(Place.LIST)


@pytest.mark.parametrize("place", list(FOOTERS))
def test_a_footer_names_at_most_eight_keys_that_act_there(place: Place) -> None:
    assert len(FOOTERS[place]) <= 8
    assert all(place in BY_ID[command].places for command in FOOTERS[place])
    assert all(BY_ID[command].keys for command in FOOTERS[place])


async def test_every_command_does_something(tmp_path: Path) -> None:
    with workspace(tmp_path) as engine:
        async with console(engine) as pilot:
            done = {*inbox(pilot).acts}
            # The application's own come after those of the screens.
            done |= vars(pilot.app)["_acts"].keys()
            for screen in (OutboxScreen(engine), KpiScreen(engine), GoalsScreen(engine)):
                await pilot.app.push_screen(screen)
                done |= screen.acts.keys()
                await pilot.app.pop_screen()
            assert done == BY_ID.keys()


@pytest.mark.parametrize("place", [Place.LIST, Place.COMPOSER, Place.OUTBOX])
async def test_help_shows_every_command_of_the_place_with_its_keys(
    place: Place, tmp_path: Path
) -> None:
    with workspace(tmp_path) as engine:
        async with console(engine) as pilot:
            await pilot.app.push_screen(HelpScreen(place))
            await pilot.pause()
            text = " ".join(str(pilot.app.screen.query_one("Static").render()).split())
            for command in at(place):
                assert command.title in text
                assert (command.shown_keys or "(palette)") in text
            await press(pilot, "type:snooze")
            found = str(pilot.app.screen.query_one("Static").render())
            assert "Select" not in found


async def test_the_palette_runs_a_command_by_its_words(tmp_path: Path) -> None:
    with workspace(tmp_path) as engine:
        async with console(engine, "colon", "type:history") as pilot:
            await pilot.pause(0.3)
            await press(pilot, "enter")
            assert inbox(pilot).browsing.view.name == "History"


TABLE = {("j",): "down", ("g", "g"): "first", ("g", "n"): "overdue", ("x",): "x", ("x", "y"): "xy"}


def pressed(*keys: str) -> list[str | None]:
    """Return the command after each key."""
    reader = SequenceReader()
    return [reader.press(key, TABLE).command for key in keys]


def test_a_key_that_can_be_nothing_else_acts_at_once() -> None:
    assert pressed("j", "j") == ["down", "down"]


def test_a_sequence_acts_with_its_last_key() -> None:
    assert pressed("g", "g", "g", "n") == [None, "first", None, "overdue"]


def test_a_sequence_that_leads_nowhere_is_reported_and_forgotten() -> None:
    reader = SequenceReader()
    reader.press("g", TABLE)
    assert reader.press("j", TABLE).lost == ("g", "j")
    assert reader.press("j", TABLE).command == "down"


def test_escape_ends_a_sequence_without_a_word() -> None:
    reader = SequenceReader()
    reader.press("g", TABLE)
    step = reader.press("escape", TABLE)
    assert (step.command, step.lost, step.taken) == (None, (), True)
    assert reader.pending == ()


def test_an_unknown_key_is_left_to_others() -> None:
    assert not SequenceReader().press("q", TABLE).taken


def test_a_key_that_also_begins_a_sequence_waits_and_then_acts_alone() -> None:
    reader = SequenceReader()
    step = reader.press("x", TABLE)
    assert step.timed and step.command is None
    assert reader.settle(TABLE) == "x"
    reader.press("x", TABLE)
    assert reader.press("y", TABLE).command == "xy"


def test_the_ways_on_are_shown() -> None:
    reader = SequenceReader()
    reader.press("g", TABLE)
    assert reader.ways_on(TABLE) == [("g", "first"), ("n", "overdue")]


async def test_the_status_line_shows_how_a_sequence_may_go_on(tmp_path: Path) -> None:
    with workspace(tmp_path) as engine:
        async with console(engine, "g") as pilot:
            line = str(inbox(pilot).query_one("StatusLine").render())
            assert line.startswith("g-") and "x outbox" in line
            await press(pilot, "escape")
            assert "outbox" not in str(inbox(pilot).query_one("StatusLine").render())
