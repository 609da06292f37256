"""The list draws and reads what is in sight, whatever its length: work is counted, not time."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from engage_tui.domain.display import SafeText
from engage_tui.domain.timestamps import HOUR, MINUTE
from engage_tui.tui.rows import ListRow, due
from engage_tui.tui.widgets.message_list import BLOCK, KEPT, MessageList
from tests.making import NOW

ROWS = 20_000


def row(key: int, text: str = "words") -> ListRow:
    """Return a plain row."""
    return ListRow(
        id=key,
        lane="needs_reply",
        due_at=NOW + key * MINUTE,
        warn_at=None,
        at=NOW,
        badge="YT",
        who=SafeText(f"@p{key}"),
        text=SafeText(text),
        kind="comment",
        urgent="",
        intent="price",
        vip=False,
        draft=False,
        trouble=False,
    )


class Counting(MessageList):
    """Remembers which of its lines were drawn."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class Listing(App[None]):
    """Nothing but a list, with rows that are made when they are asked for."""

    CSS = "MessageList { height: 30; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self) -> None:
        super().__init__()
        self.listing = Counting()
        self.asked: list[list[int]] = []

    def compose(self) -> ComposeResult:
        yield self.listing

    @on(MessageList.Missing)
    def make(self, message: MessageList.Missing) -> None:
        self.asked.append(message.keys)
        self.listing.take([row(key) for key in message.keys])


@asynccontextmanager
async def opened(count: int = ROWS) -> AsyncIterator[tuple[Listing, Pilot[None]]]:
    """Show that many rows, and begin to count."""
    app = Listing()
    async with app.run_test(size=(100, 40)) as pilot:
        app.listing.focus()
        app.listing.fill(array("q", range(count)))
        await pilot.pause()
        app.listing.drawn.clear()
        app.asked.clear()
        yield app, pilot


async def test_a_move_of_the_cursor_draws_two_lines_and_reads_nothing() -> None:
    async with opened() as (app, pilot):
        app.listing.move(1)
        await pilot.pause()
        assert sorted(app.listing.drawn) == [0, 1]
        assert app.asked == []


async def test_the_window_follows_by_a_third_of_its_height() -> None:
    async with opened() as (app, pilot):
        app.listing.move_to(30)
        await pilot.pause()
        assert app.listing.scroll_offset.y == 10
        app.listing.move_to(9)
        await pilot.pause()
        assert app.listing.scroll_offset.y == 0


async def test_the_end_of_a_long_list_costs_one_reading_of_one_block() -> None:
    async with opened() as (app, pilot):
        app.listing.move_to(ROWS - 1)
        await pilot.pause()
        (keys,) = app.asked
        assert len(keys) <= 2 * BLOCK and ROWS - 1 in keys
        assert len(app.listing.drawn) <= 3 * 30
        assert "@p19999" in app.listing.render_line(29).text


async def test_only_so_many_rows_are_remembered() -> None:
    async with opened() as (app, pilot):
        app.listing.take(row(key) for key in range(1, KEPT + 1))
        assert app.listing.known(0) is None
        app.listing.move_to(60)
        app.listing.move_to(0)
        await pilot.pause()
        assert app.listing.known(0) is not None, "it is read again when it comes into sight"


async def test_a_row_that_is_not_read_yet_is_a_grey_line() -> None:
    listing = MessageList(lambda: NOW)

    class Silent(App[None]):
        def compose(self) -> ComposeResult:
            yield listing

    async with Silent().run_test() as pilot:
        listing.fill(array("q", [1]))
        await pilot.pause()
        assert listing.render_line(0).text.strip() == "▌      ··"
        listing.take([row(1)])
        assert "@p1" in listing.render_line(0).text


async def test_a_newer_order_keeps_the_row_under_the_cursor_on_its_line() -> None:
    async with opened() as (app, pilot):
        app.listing.move_to(1_000)
        await pilot.pause()
        line = app.listing.cursor - app.listing.scroll_offset.y
        app.listing.merge(array("q", [*range(50_000, 50_007), *range(ROWS)]))
        await pilot.pause()
        assert app.listing.key == 1_000
        assert app.listing.cursor - app.listing.scroll_offset.y == line


async def test_a_row_that_is_gone_leaves_the_cursor_on_its_line() -> None:
    async with opened(10) as (app, pilot):
        app.listing.move_to(4)
        app.listing.select([4, 5])
        app.listing.drop([4])
        await pilot.pause()
        assert (app.listing.cursor, app.listing.key) == (4, 5)
        assert app.listing.selected == {5}
        app.listing.drop(range(10))
        assert app.listing.key is None
        assert app.listing.render_line(0).text.strip() == ""


async def test_dropping_a_row_reads_nothing_again() -> None:
    async with opened() as (app, pilot):
        app.listing.drop([3])
        await pilot.pause()
        assert app.asked == []


async def test_newer_rows_are_shown_and_older_ones_read_when_they_come_into_sight() -> None:
    async with opened() as (app, pilot):
        app.listing.renew([row(key, "newer") for key in range(30)])
        assert "newer" in app.listing.render_line(0).text
        app.listing.move_to(60)
        await pilot.pause()
        assert [keys for keys in app.asked if 60 in keys]


async def test_a_click_moves_the_cursor_and_a_second_one_opens() -> None:
    opened_keys: list[int] = []

    class Clicked(Listing):
        @on(MessageList.Opened)
        def note(self, message: MessageList.Opened) -> None:
            opened_keys.append(message.key)

    app = Clicked()
    async with app.run_test(size=(100, 40)) as pilot:
        app.listing.fill(array("q", range(5)))
        await pilot.click(MessageList, offset=(5, 3))
        assert (app.listing.key, opened_keys) == (3, [])
        await pilot.click(MessageList, offset=(5, 3))
        assert opened_keys == [3]


@pytest.mark.parametrize("width", [40, 78, 100, 140])
@pytest.mark.parametrize(
    "text",
    ["plain " * 30, "宽" * 80, "👩‍👩‍👧 ❤️ " * 20, "e\u0301" * 90],
    ids=["words", "wide", "emoji", "marks"],
)
async def test_every_line_is_as_wide_as_the_list(width: int, text: str) -> None:
    app = Listing()
    async with app.run_test(size=(width, 40)) as pilot:
        app.listing.fill(array("q", [1]), [row(1, text)])
        await pilot.pause()
        expected = app.listing.scrollable_content_region.width
        assert app.listing.render_line(0).cell_length == expected


@pytest.mark.parametrize(
    ("left", "label", "urgency"),
    [
        (-12 * MINUTE, "-12m", "overdue"),
        (3 * MINUTE, "3m", "soon"),
        (30_000, "now", "soon"),
        (5 * HOUR, "5h00", "later"),
    ],
)
def test_the_time_says_how_late_it_is_without_a_colour(left: int, label: str, urgency: str) -> None:
    shown = row(1)._replace(due_at=NOW + left, warn_at=NOW + left - HOUR)
    assert due(shown, NOW, absolute=False) == (label, urgency)


def test_an_overdue_clock_time_carries_a_mark_too() -> None:
    shown = row(1)._replace(due_at=NOW - HOUR)
    assert due(shown, NOW, absolute=True)[0].startswith("!")


async def test_every_flag_has_a_sign_of_its_own() -> None:
    async with opened(10) as (app, pilot):
        app.listing.take([row(key) for key in range(10)])
        app.listing.move_to(9)
        app.listing.select([1])
        app.listing.unsent, app.listing.outgoing = frozenset([2]), frozenset([3])
        app.listing.take([row(4)._replace(trouble=True), row(5)._replace(vip=True)])
        await pilot.pause()
        lines = [app.listing.render_line(y).text.split() for y in range(6)]
        assert lines[0][-1] == "price"
        assert lines[1][0] == "●"
        assert [line[-1] for line in lines[2:]] == ["D", "→", "?", "V"]
