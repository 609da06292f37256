"""`engage demo`: the real program on a practice brand, with nothing to set up."""

from __future__ import annotations

import asyncio

import click

from engage_tui.cli.common import print_table, sentences
from engage_tui.cli.queue import message_line
from engage_tui.cli.run import show
from engage_tui.domain.display import display_name, display_row
from engage_tui.domain.figures import show as show_value
from engage_tui.domain.goals import Relevance
from engage_tui.domain.model import Direction
from engage_tui.domain.outbox import State
from engage_tui.domain.timestamps import DAY, SECOND, short_duration, to_iso
from engage_tui.engine.demo import open_demo
from engage_tui.engine.engine import Engine
from engage_tui.engine.lock import Busy
from engage_tui.store.actions import OutboxRow
from engage_tui.store.queue import QueueRow

_KPIS = ("reply_rate", "art", "sla_response_rate", "comment_handled_rate")


@click.command()
@click.option("--fresh", is_flag=True, help="Throw away what was practised and begin anew.")
@click.option(
    "--headless", is_flag=True, help="Run the whole ring once without a screen and tell about it."
)
def demo(fresh: bool, headless: bool) -> None:
    """The console on a practice brand whose followers keep writing.

    It has a workspace of its own and opens no network connection.
    """
    if not headless:
        open_console(fresh=fresh)
        return
    with sentences(), open_demo(fresh=fresh) as engine:
        asyncio.run(_ring(engine))


def open_console(*, fresh: bool) -> None:
    """Open the console on the practice brand."""
    with sentences():
        try:
            engine = open_demo(fresh=fresh)
        except Busy as busy:
            if fresh:
                raise
            click.echo(f"{busy}; this one opens as a viewer.", err=True)
            engine = open_demo(read_only=True)
        show(engine)


async def _ring(engine: Engine) -> None:
    """Messages in, triage, queue, a template reply, approval, send, read back, figures, goal."""
    _title("1. Sync: read the practice platforms")
    for report in await engine.intake.sync():
        click.echo(
            f"{report.account.platform}: {report.ingested.new} new messages in {report.pages}"
            f" pages, {report.cost} quota units. {report.problem}".rstrip()
        )
    _title("2. Triage: the ONNX model reads them")
    read = await asyncio.to_thread(engine.intake.triage)
    click.echo(f"{read} messages read by {engine.model.version}.")
    _title("3. Queue: ordered by when an answer is due")
    row = _most_urgent(engine)
    if row is None:
        click.echo("Nothing waits for an answer; try --fresh.")
        return
    _title("4. Why it is first")
    for fact in engine.inbox.explain(row.id).facts:
        click.echo(f"- {display_row(fact)}")
    _title("5. Figures before it (30 days), and a goal set on one of them")
    _figures(engine)
    _set_goal(engine)
    _goals(engine)
    _title("6. Reply: from a template, approved, taken back, approved again")
    sent = await _answer(engine, row)
    _title("7. Read back from the platform")
    await engine.intake.sync()
    _read_back(engine, sent)
    _title("8. Figures after it (30 days)")
    _figures(engine)
    _title("9. The goal after it")
    _goals(engine)


def _most_urgent(engine: Engine) -> QueueRow | None:
    rows = engine.inbox.page(engine.inbox.select(), limit=5)
    now = engine.clock()
    if rows:
        print_table(
            ("ID", "DUE", "TIER", "FROM", "INTENT", "TEXT"),
            [
                (
                    str(row.id),
                    "" if row.due_at is None else short_duration(row.due_at - now),
                    row.tier or "",
                    display_name(row.handle or row.name, str(row.id)),
                    row.intent or "",
                    message_line(row.text, row.attachments),
                )
                for row in rows
            ],
            flexible=5,
        )
    counts = ", ".join(f"{lane} {number}" for lane, number in engine.inbox.counts().items())
    click.echo(counts)
    return next((row for row in rows if _answerable(engine, row)), None)


def _answerable(engine: Engine, row: QueueRow) -> bool:
    """Whether the platform still takes an answer and a template needs nothing to be asked."""
    found = engine.inbox.conversation(row.id)
    window = row.kind != "dm" or (row.received_at or 0) > engine.clock() - DAY
    return window and any(
        not engine.desk.missing(found, ranked) for ranked in engine.desk.suggestions(found)
    )


async def _answer(engine: Engine, row: QueueRow) -> OutboxRow:
    found = engine.inbox.conversation(row.id)
    ranked = next(
        ranked
        for ranked in engine.desk.suggestions(found)
        if not ranked.template.acknowledgement and not engine.desk.missing(found, ranked)
    )
    click.echo(f"template {ranked.template.id} ({ranked.language}): {'; '.join(ranked.reasons)}")
    first = engine.desk.approve(_propose(engine, row, ranked.template.id))
    click.echo(f"approved, then taken back: {engine.desk.cancel(first.id).state.in_words}")
    approved = engine.desk.approve(_propose(engine, row, ranked.template.id))
    wait = max(0, (approved.next_at or 0) - engine.clock())
    click.echo(f"approved again; it can be taken back for {short_duration(wait)}")
    await asyncio.sleep(wait / SECOND)
    await engine.sender().step()
    sent = engine.desk.get(approved.id)
    click.echo(f"outbox {sent.id}: {sent.state.in_words}, {sent.remote_id}")
    click.echo(f"    {display_row(sent.body)}")
    return sent


def _propose(engine: Engine, row: QueueRow, template: str) -> int:
    return engine.desk.propose(row.id, template=template).id


def _read_back(engine: Engine, sent: OutboxRow) -> None:
    if sent.state is not State.SENT:
        click.echo("The reply has not left; `engage --workspace demo outbox list` says why.")
        return
    found = engine.inbox.conversation(sent.conversation_id)
    copies = [m for m in found.messages if m.remote_id == sent.remote_id]
    for message in copies:
        click.echo(f"{to_iso(message.sent_at)} you: {display_row(message.text)}")
    out = sum(message.direction == Direction.OUT for message in found.messages)
    click.echo(f"once on the platform, once here ({out} of ours in the thread); now {found.lane}")


def _figures(engine: Engine) -> None:
    print_table(
        ("KPI", "VALUE", "N"),
        [
            (
                figure.kpi.name,
                show_value(figure.value, figure.kpi.unit),
                str(figure.n),
            )
            for figure in engine.numbers.figures(_KPIS, window="30d")
        ],
    )


def _set_goal(engine: Engine) -> None:
    if not engine.numbers.goals():
        engine.numbers.set_goal(
            "reply_rate",
            "+5 %",
            engine.clock() + 60 * DAY,
            "You",
            title="Answer five percent more conversations",
            relevance=Relevance.RETENTION,
        )


def _goals(engine: Engine) -> None:
    for _, state in engine.numbers.goals():
        unit = state.figure.kpi.unit
        click.echo(
            f"{display_row(state.goal.title)}: from {show_value(state.goal.baseline, unit)}"
            f" to {show_value(state.goal.target, unit)}, now {show_value(state.value, unit)}."
            f" {state.sentence}"
        )


def _title(text: str) -> None:
    click.echo(f"\n{text}")
