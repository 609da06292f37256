"""`engage goals`: SMART goals with baselines from history, progress and pace."""

from __future__ import annotations

import click

from engage_tui.cli.common import (
    Moment,
    at_option,
    choice,
    json_option,
    opened,
    print_json,
    print_table,
    workspace_option,
)
from engage_tui.domain.display import display_row
from engage_tui.domain.figures import show
from engage_tui.domain.goals import Relevance
from engage_tui.domain.kpi import KpiError
from engage_tui.domain.model import Millis, Platform
from engage_tui.domain.timestamps import to_iso
from engage_tui.engine.numbers import GoalError
from engage_tui.metrics.goals import GoalState
from engage_tui.store.goals import UnknownGoal


@click.group()
@workspace_option
def goals() -> None:
    """What the brand wants to reach, by when, and who answers for it."""


@goals.command()
@click.argument("kpi")
@click.argument("target")
@click.option("--by", "deadline", type=Moment(), required=True, metavar="DATE", help="Deadline.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--title", default="", help="How lists call it.")
@click.option("--platform", type=choice(Platform), help="Only this platform.")
@click.option("--for", "relevance", type=choice(Relevance), help="What it is good for.")
@click.option("--baseline", type=float, help="Where it starts, if the history cannot say.")
@workspace_option
@click.pass_context
def add(
    context: click.Context,
    kpi: str,
    target: str,
    deadline: Millis,
    owner: str,
    title: str,
    platform: str | None,
    relevance: str | None,
    baseline: float | None,
) -> None:
    """Set a goal: `engage goals add reply_rate 90 --by 2027-01-31 --owner Ann`.

    TARGET is a value in the KPI's unit (% or seconds), or a change such as "+15 %".
    """
    with opened(context, write=True) as engine:
        try:
            key = engine.numbers.set_goal(
                kpi,
                target,
                deadline,
                owner,
                title=title,
                platform=platform,
                relevance=Relevance(relevance) if relevance else None,
                baseline=baseline,
            )
        except (KpiError, GoalError) as error:
            raise click.UsageError(str(error)) from error
        click.echo(f"Goal {key} is set.")


@goals.command("list")
@at_option
@json_option
@workspace_option
@click.pass_context
def list_goals(context: click.Context, at: Millis | None, as_json: bool) -> None:
    """Every goal with its progress and pace."""
    with opened(context) as engine:
        found = engine.numbers.goals(at=at)
        if as_json:
            for key, state in found:
                print_json(_as_json(key, state))
            return
        if not found:
            click.echo("No goal is set. `engage goals add --help` shows how.")
            return
        print_table(
            ("ID", "GOAL", "BASELINE", "NOW", "TARGET", "BY", "OWNER", "PACE"),
            [
                (
                    str(key),
                    display_row(state.goal.title, 60),
                    show(state.goal.baseline, state.figure.kpi.unit),
                    show(state.value, state.figure.kpi.unit),
                    show(state.goal.target, state.figure.kpi.unit),
                    to_iso(state.goal.deadline)[:10],
                    display_row(state.goal.owner, 40),
                    state.sentence,
                )
                for key, state in found
            ],
            flexible=7,
        )


def _as_json(key: int, state: GoalState) -> dict[str, object]:
    return {
        "goal": key,
        "title": state.goal.title,
        "kpi": state.goal.kpi,
        "platform": state.goal.segment.get("platform"),
        "owner": state.goal.owner,
        "baseline": state.goal.baseline,
        "target": state.goal.target,
        "value": state.value,
        "unit": state.figure.kpi.unit.value,
        "progress": state.progress,
        "expected": state.expected,
        "pace": state.pace.state.value if state.pace else None,
        "projected": state.projected,
        "sentence": state.sentence,
        "deadline": to_iso(state.goal.deadline),
    }


@goals.command()
@click.argument("goal", type=int)
@workspace_option
@click.pass_context
def remove(context: click.Context, goal: int) -> None:
    """Give a goal up."""
    with opened(context, write=True) as engine:
        try:
            engine.numbers.drop_goal(goal)
        except UnknownGoal as error:
            raise click.ClickException(str(error)) from error
