"""The guide is complete: its generated tables are those of the code."""

from __future__ import annotations

from pathlib import Path

from engage_tui.cli.main import COMMANDS, engage
from engage_tui.domain.kpi import CATALOGUE
from engage_tui.domain.outbox import State
from engage_tui.domain.query import KEYS
from engage_tui.domain.templates import SLOTS
from engage_tui.engine.example import example

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")


def slot_rows() -> str:
    return "".join(f"| `{{{name}}}` | {sentence} |\n" for name, sentence in SLOTS.items())


def kpi_rows() -> str:
    return "".join(f"| `{kpi.name}` | {kpi.formula} |\n" for kpi in CATALOGUE.values())


def command_rows() -> str:
    import click

    context = click.Context(engage)
    rows = []
    for name in COMMANDS:
        command = engage.get_command(context, name)
        assert command is not None and command.help
        rows.append(f"| `engage {name}` | {command.help.splitlines()[0]} |\n")
    return "".join(rows)


def test_the_tables_of_the_guide_are_those_of_the_code() -> None:
    for rows in (slot_rows(), kpi_rows(), command_rows()):
        assert rows in GUIDE, f"write this into docs/guide.md:\n{rows}"


def test_every_query_key_and_outbox_state_is_explained() -> None:
    for key in KEYS:
        assert f"`{key}:" in GUIDE
    for state in State:
        assert state.value in GUIDE


def test_the_example_of_the_settings_is_up_to_date() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == example()
