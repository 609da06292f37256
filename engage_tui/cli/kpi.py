"""`engage kpi`: figures, their formulas, and the rows behind them."""

from __future__ import annotations

import click

from engage_tui.cli.common import (
    at_option,
    choice,
    json_option,
    opened,
    print_json,
    print_table,
    workspace_option,
)
from engage_tui.domain.figures import Figure, show
from engage_tui.domain.kpi import CATALOGUE, SEGMENTS, KpiError
from engage_tui.domain.model import Millis, Platform
from engage_tui.metrics.explaining import as_json as figure_json

_WINDOWS = ("7d", "30d")


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--window",
    "windows",
    multiple=True,
    metavar="LENGTH",
    help="7d, 30d, 24h … or all; may be repeated. Without it 7d and 30d.",
)
@click.option("--by", type=click.Choice(SEGMENTS), help="One figure for each of them.")
@click.option("--platform", type=choice(Platform), help="Only this platform.")
@click.option("--account", metavar="HANDLE", help="Only this account.")
@click.option("--all", "everything", is_flag=True, help="Every KPI that has data.")
@click.option("--explain", is_flag=True, help="Print formula, inputs and the rows behind each.")
@at_option
@json_option
@workspace_option
@click.pass_context
def kpi(
    context: click.Context,
    names: tuple[str, ...],
    windows: tuple[str, ...],
    by: str | None,
    platform: str | None,
    account: str | None,
    everything: bool,
    explain: bool,
    at: Millis | None,
    as_json: bool,
) -> None:
    """Figures over 7 and 30 days, or the window that you name.

    NAMES are KPIs such as reply_rate, art, sla_response_rate; without one all of them are shown.
    """
    with opened(context) as engine:
        wanted = None if everything else (names or tuple(CATALOGUE))
        figures: list[Figure] = []
        try:
            for window in windows or _WINDOWS:
                figures += engine.numbers.figures(
                    wanted, window=window, at=at, by=by, platform=platform, account=account
                )
        except (KpiError, ValueError) as error:
            raise click.UsageError(str(error)) from error
        if as_json:
            for figure in figures:
                print_json(figure_json(figure))
        elif explain:
            for figure in figures:
                for line in engine.numbers.explain(figure):
                    click.echo(line)
                click.echo()
        else:
            _print(figures)


def _print(figures: list[Figure]) -> None:
    print_table(
        ("KPI", "WINDOW", "FOR", "VALUE", "MEAN", "N"),
        [
            (
                figure.kpi.name,
                figure.window,
                ", ".join(figure.segment.values()) or "all",
                show(figure.value, figure.kpi.unit) if figure.missing is None else figure.missing,
                "" if figure.mean is None else show(figure.mean, figure.kpi.unit),
                str(figure.n),
            )
            for figure in figures
        ],
        flexible=3,
    )
