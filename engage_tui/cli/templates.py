"""`engage templates`: what can be answered with a few keys."""

from __future__ import annotations

import click

from engage_tui.cli.common import json_option, opened, print_json, print_table, workspace_option


@click.group()
@workspace_option
def templates() -> None:
    """The reply templates that come with the program and your own."""


@templates.command("list")
@json_option
@workspace_option
@click.pass_context
def list_templates(context: click.Context, as_json: bool) -> None:
    """Every template with what it is for."""
    with opened(context) as engine:
        found = engine.desk.library.templates.values()
        if as_json:
            for template in found:
                print_json(
                    {
                        "template": template.id,
                        "title": template.title,
                        "intents": [intent.value for intent in template.intents],
                        "languages": list(template.texts),
                        "slots": list(template.slots),
                        "acknowledgement": template.acknowledgement,
                    }
                )
            return
        print_table(
            ("ID", "FOR", "LANGUAGES", "TITLE"),
            [
                (
                    template.id,
                    ", ".join(intent.value for intent in template.intents) or "anything",
                    " ".join(template.texts),
                    template.title,
                )
                for template in found
            ],
            flexible=3,
        )


@templates.command()
@workspace_option
@click.pass_context
def lint(context: click.Context) -> None:
    """Name every mistake in the template files with its file and line."""
    with opened(context) as engine:
        library = engine.desk.library
        for problem in library.problems:
            click.echo(str(problem))
        if not library.problems:
            click.echo(f"{len(library.templates)} templates, no mistakes.")
    context.exit(1 if library.problems else 0)
