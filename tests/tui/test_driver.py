"""Nothing that a stranger wrote reaches the terminal as more than text."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage_tui.tui.driver import let_through

COMMANDS = [
    "\x1b[?1049h",
    "\x1b[?1049l\x1b[?25h",
    "\x1b[?1000h",
    "\x1b[?1003l",
    "\x1b[?1006h",
    "\x1b[?1015h",
    "\x1b[?1016h",
    "\x1b[?1004h",
    "\x1b[?2004h",
    "\x1b[?2026h",
    "\x1b[?2026$p",
    "\x1b[?2048$p",
    "\x1b[?2048h",
    "\x1b[?7l",
    "\x1b[>25u",
    "\x1b[<u",
    "\x07",
    "\x1b]22;pointer\x07",
    "\x1b]52;c;aGVsbG8=\x07",
]
FRAME = (
    "\x1b[1;1H\x1b[1;38;2;10;20;30;48;5;7mKubek ąę 杯子 👍🏽\x1b[0m plain\n"
    "\x1b[2;1H\x1b]8;id=123-456;https://mastodon.example/@ann/1\x1b\\link\x1b]8;;\x1b\\\x1b[24;80H"
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_passes_on_its_own_and_not_inside_a_frame(command: str) -> None:
    assert let_through(command) == (command, "")
    shown, held = let_through(f"\x1b[1;1Htext{command}text\x1b[0m")
    assert command not in shown
    assert "\ufffd" in shown
    assert held == ""


def test_a_frame_passes_unchanged() -> None:
    assert let_through(FRAME) == (FRAME, "")


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[3;5r",
        "\x1b[21t",
        "\x1b[5i",
        "\x1b[!p",
        "\x1b[H",
        "\x1bc",
        "\x1b(0",
        "\x1b]0;title\x07",
        "\x1b]52;c;?\x07",
        "\x1b]8;;https://evil.example\x1b\\",
        "\x1b]8;id=1;javascript:x\x1b\\",
        "\x1b]8;id=1;https://bank.example@evil.example/\x1b\\",
        "\x1bP$qm\x1b\\",
        "\x1b_Ga=T;AAAA\x1b\\",
        "\x9b2J",
        "\x9d0;x\x9c",
        "\x08",
        "\r",
        "\t",
        "\x7f",
        "\x00",
        "\u202e",
        "\ud800",
    ],
)
def test_any_other_sequence_loses_its_first_character(hostile: str) -> None:
    shown, held = let_through(f"\x1b[1;1Hsee {hostile} this\x1b[0m")
    assert shown.startswith("\x1b[1;1Hsee \ufffd")
    assert shown.endswith(" this\x1b[0m")
    assert hostile not in shown
    assert held == ""


@settings(max_examples=300, deadline=None)
@given(st.integers(1, len(FRAME)))
def test_a_frame_in_two_pieces_arrives_as_it_was(cut: int) -> None:
    first, held = let_through(FRAME[:cut])
    second, rest = let_through(FRAME[cut:], held)
    assert first + second + rest == FRAME
    assert rest == ""


def test_a_sequence_that_never_ends_is_neither_written_nor_in_the_way_of_a_command() -> None:
    shown, held = let_through("text\x1b[38;5")
    assert shown == "text"
    assert let_through("\x1b[?25h", held) == ("\ufffd[38;5\x1b[?25h", "")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(["\x1b", "[", "]8;", "0", ";", "m", "H", "\\", "\x07", "\x9b", "a", "\n"])
    ).map("".join),
    st.integers(0, 30),
)
def test_cutting_a_stream_anywhere_changes_nothing_that_is_written(data: str, cut: int) -> None:
    data = f".{data}."  # so that neither piece is a command
    whole, _ = let_through(data)
    first, held = let_through(data[:cut])
    second, _ = let_through(data[cut:], held)
    assert first + second == whole


def test_a_full_frame_costs_little() -> None:
    frame = "\x1b[1;38;2;10;20;30;48;2;20;20;40mword and word\x1b[0m\n" * 700
    best = min(_seconds(frame) for _ in range(5))
    assert len(frame) > 32_000
    assert best < 0.01


def _seconds(data: str) -> float:
    start = time.process_time()
    let_through(data)
    return time.process_time() - start


APP = r"""
from textual.app import App, ComposeResult
from textual.widgets import Static
from engage_tui.tui.driver import safe_driver_class

class Inbox(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("see \x1b]52;c;ZXZpbA==\x07 and \x1b[6n and \x9b5i", markup=False)
    def on_mount(self) -> None:
        self.copy_to_clipboard("ours")
        self.set_timer(0.2, self.exit)

Inbox(driver_class=safe_driver_class()).run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_running_app_keeps_its_own_commands_and_loses_the_strangers() -> None:
    output = _run_in_terminal(APP)
    assert "\x1b[?1049h" in output
    assert "\x1b[?1049l" in output
    assert "\x1b]52;c;b3Vycw==\x07" in output
    assert "see \ufffd]52;c;ZXZpbA==" in output
    assert "ZXZpbA==\x07" not in output
    assert "\x1b[6n" not in output
    assert "\x9b" not in output


def _run_in_terminal(code: str) -> str:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
    )
    os.close(theirs)
    output = b""
    try:
        while select.select([ours], [], [], 20)[0]:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # how Linux says that the other end was closed
                break
            if not piece:
                break
            output += piece
    finally:
        os.close(ours)
        process.kill()
        process.wait()
    return output.decode(errors="replace")
