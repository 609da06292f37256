"""What strangers write is shown and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.model import Lane
from engage_tui.engine.engine import Engine
from engage_tui.tui.links import links_in, web_address
from tests.making import NOW, message
from tests.tui.inboxes import NARROW, console, inbox, listed, press, read, workspace

TEXTS = [
    "[@click=app.quit]free gifts[/]",
    "[@click=app.simulate_key('e')]x[/] [b][/i] [TODO] plan",
    "[link=javascript:alert(1)]x[/link]",
    "\x1b]0;owned\x07\x1b[2J\x9b31m red \x1b[?1049h",
    "a\u202egnp.exe\u2066 \u200b\u200d\ufeff \U000e0041",
    "e" + "\u0301" * 5_000,
    "l\n" * 20_000,
    "漢字" * 20_000,
    "👩‍👩‍👧‍👦" * 2_000,
    "\ud800 lone",
    "[" * 5_000,
    "$text $primary {0} %s",
    "",
    "   \n\t ",
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    records = [
        message(
            text.encode("utf-8", "replace").decode(),
            thread=f"T{number}",
            remote_id=f"T{number}",
            at=NOW + number,
            person=f"[b]{number}[/]\x1b[31m",
            post="[@click=app.quit]post[/]",
        )
        for number, text in enumerate(TEXTS)
    ]
    with workspace(tmp_path, *records) as engine:
        yield engine


@pytest.mark.parametrize("size", [NARROW, (140, 40)], ids=["80x24", "140x40"])
async def test_every_text_is_listed_and_read_and_nothing_happens(
    engine: Engine, size: tuple[int, int]
) -> None:
    async with console(engine, size=size) as pilot:
        assert len(inbox(pilot).listing.ids) == len(TEXTS)
        for _ in TEXTS:
            shown = "\n".join(listed(pilot)) + read(pilot)
            assert "\x1b" not in shown and "\u202e" not in shown and "\x9b" not in shown
            await press(pilot, "j")
        assert pilot.app.is_running
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == len(TEXTS)


async def test_brackets_are_shown_and_a_click_on_them_presses_no_key(engine: Engine) -> None:
    async with console(engine) as pilot:
        assert "[@click=app.quit]free gifts[/]" in read(pilot)
        body = inbox(pilot).thread.body
        for x in range(2, 30, 3):
            await pilot.click(type(body), offset=(x, 1))
            await pilot.click("#thread-header", offset=(x, 0))
        assert pilot.app.is_running
        assert pilot.app.screen is inbox(pilot)


async def test_a_label_with_brackets_shows_as_it_is(engine: Engine) -> None:
    async with console(engine, "t", "type:[@click=app.quit]x", "enter") as pilot:
        header = str(inbox(pilot).query_one("#thread-header").render())
        assert "#[@click=app.quit]x" in header


async def test_simulated_keys_are_refused(engine: Engine) -> None:
    async with console(engine) as pilot:
        await pilot.app.run_action("simulate_key('e')")
        await pilot.pause()
        assert engine.inbox.counts()[Lane.NEEDS_REPLY] == len(TEXTS)


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("https://shop.example/a?b=c#d", "https://shop.example/a?b=c#d"),
        ("http://exämple.org", "http://xn--exmple-cua.org"),
        ("https://shop.example:8443/ä", "https://shop.example:8443/%C3%A4"),
        ("https://bank.example@evil.example/", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("ftp://shop.example", None),
        ("https://", None),
        ("https://a.example:99999999/", None),
        ("https://" + "a" * 3_000 + ".example", None),
        ("shop.example", None),
    ],
)
def test_only_plain_web_addresses_may_be_opened(written: str, opened: str | None) -> None:
    assert web_address(written) == opened


def test_links_are_found_in_words_once_and_without_the_full_stop() -> None:
    text = "See https://a.example/x. Or (https://b.example/y), https://a.example/x."
    assert links_in(text) == ["https://a.example/x", "https://b.example/y"]
