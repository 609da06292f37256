"""`engage triage` with `--learn`, `--revert`, `--compare` and `--check`: a model that is taught."""

from __future__ import annotations

from typing import Any

import click

from engage_tui.cli.common import opened, print_json, print_table
from engage_tui.cli.triage import as_line
from engage_tui.domain.display import display_row
from engage_tui.domain.timestamps import to_iso
from engage_tui.engine.engine import Engine
from engage_tui.store.layers import LayerRow


def change(context: click.Context, as_json: bool, *, learn: bool) -> None:
    """Learn, or take the last learning back; what was read already is queued."""
    from engage_tui.triage.learning import NothingLearnt

    with opened(context, write=True) as engine:
        if learn:
            try:
                row = engine.model.learn()
            except NothingLearnt as error:
                raise click.ClickException(str(error)) from error
            sentence = f"Learnt from {row.corrections} messages: {_held_back(row)}."
        elif engine.model.revert():
            sentence = "Taken back."
        else:
            raise click.ClickException("nothing was learnt that could be taken back")
        version, again = engine.model.version, engine.model.queue_again()
    if as_json:
        print_json({"model": version, "again": again})
        return
    click.echo(f"{sentence} {version} reads from now on.")
    if again:
        click.echo(
            f"{again:,} messages are read again in the background, or now with `engage triage`."
        )


def compare(context: click.Context, as_json: bool) -> None:
    """List what was learnt, with the figures before and after."""
    with opened(context) as engine:
        rows, base = engine.model.layers(), engine.model.base
        if as_json:
            for row in rows:
                print_json(_as_json(row, engine))
            return
        in_use = not any(row.active and row.base == base for row in rows)
        print_table(
            ("VERSION", "LEARNT", "FROM", "YOURS RIGHT", "OTHERS RIGHT", "STATE"),
            [
                (base, "", "", "", "", "in use" if in_use else ""),
                *(
                    (
                        f"{row.base}{row.version}",
                        to_iso(row.created_at),
                        str(row.corrections),
                        _held_back(row),
                        _others(row),
                        _state(row, base),
                    )
                    for row in rows
                ),
            ],
            flexible=0,
        )


def check(context: click.Context, limit: int, as_json: bool) -> None:
    """List the least certain readings of the last week that nobody judged."""
    with opened(context) as engine:
        found = engine.inbox.doubtful(limit)
    if as_json:
        for one in found:
            line = {"message": str(one.id), "conversation": str(one.conversation)}
            print_json(line | as_line(str(one.id), one.text, one.reading))
        return
    if not found:
        click.echo("Nothing of the last 7 days is left to check.", err=True)
        return
    print_table(
        ("MESSAGE", "READ AS", "SURE", "SOUNDS", "TEXT"),
        [
            (
                str(one.id),
                one.reading.intent.value,
                f"{one.reading.intent_confidence:.2f}",
                one.reading.sentiment.value,
                display_row(one.text),
            )
            for one in found
        ],
        flexible=4,
    )
    first = found[0].id
    click.echo(
        f"Right: `engage correct --message {first} --right`;"
        f" wrong: `engage correct --message {first} --intent …`",
        err=True,
    )


def _held_back(row: LayerRow) -> str:
    """Say how many of the answers that were held back are right before and after."""
    total, before, after = (
        sum(head[name] for head in row.figures.values())
        for name in ("held_back", "right_before", "right_after")
    )
    return f"{before} → {after} of {total} held back"


def _others(row: LayerRow) -> str:
    """Say how the share of right intents among other messages changed."""
    intent = row.figures["intent"]
    return f"{intent['anchors_before']:.1%} → {intent['anchors_after']:.1%}"


def _state(row: LayerRow, base: str) -> str:
    if row.base != base:
        return "of another model"
    return "in use" if row.active else ""


def _as_json(row: LayerRow, engine: Engine) -> dict[str, Any]:
    return {
        "version": row.number,
        "base": row.base,
        "learnt_at": to_iso(row.created_at),
        "corrections": row.corrections,
        "in_use": row.active and row.base == engine.model.base,
        "figures": dict(row.figures),
    }
