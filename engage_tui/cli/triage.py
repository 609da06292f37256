"""`engage triage` and `engage correct`: what the model says, and what a person says instead."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import click

from engage_tui.cli.common import (
    choice,
    json_option,
    opened,
    print_json,
    sentences,
    standard_input,
    workspace_option,
)
from engage_tui.domain.display import display_row
from engage_tui.domain.triage import Correction, Intent, Sentiment, Triage
from engage_tui.engine.config import load
from engage_tui.engine.model import chosen_folder
from engage_tui.engine.workspace import DEFAULT, locate
from engage_tui.triage import Classifier, ModelError

_BATCH = 512


@click.command()
@click.argument("source", required=False, metavar="[FILE or -]")
@click.option("--learn", is_flag=True, help="Learn from what was corrected and confirmed.")
@click.option("--revert", is_flag=True, help="Take the last learning back.")
@click.option("--compare", is_flag=True, help="What was learnt when, with figures.")
@click.option(
    "--check",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=20,
    metavar="[N]",
    help="The N least certain readings of the last 7 days, to confirm or correct; 20.",
)
@json_option
@workspace_option
@click.pass_context
def triage(
    context: click.Context,
    source: str | None,
    learn: bool,
    revert: bool,
    compare: bool,
    check: int | None,
    as_json: bool,
) -> None:
    """Read intent, sentiment, toxicity, spam and language of messages.

    FILE holds JSON Lines with a "text", or plain lines; - is standard input. Without a file the
    stored messages that wait are read: those that were not read yet, and those that another model
    has read.
    """
    if sum((source is not None, learn, revert, compare, check is not None)) > 1:
        raise click.UsageError("give one of FILE, --learn, --revert, --compare and --check")
    try:
        if source is not None:
            _file(context, source, as_json)
        elif learn or revert or compare or check is not None:
            from engage_tui.cli import teaching

            if check is not None:
                teaching.check(context, check, as_json)
            elif compare:
                teaching.compare(context, as_json)
            else:
                teaching.change(context, as_json, learn=learn)
        else:
            _stored(context, as_json)
    except ModelError as error:
        raise click.ClickException(str(error)) from error


def _stored(context: click.Context, as_json: bool) -> None:
    with opened(context, write=True) as engine:
        version, again = engine.model.version, engine.model.queue_again()
        if engine.model.left_out:
            click.echo(engine.model.left_out, err=True)
        if again:
            click.echo(f"reading {again:,} messages again with {version}", err=True)
        waiting = engine.intake.untriaged()
        if sys.stderr.isatty() and not as_json and waiting:
            with click.progressbar(length=waiting, label="reading", file=sys.stderr) as bar:
                done = engine.intake.triage(lambda done, total: bar.update(done - bar.pos))
        else:
            done = engine.intake.triage()
        if as_json:
            print_json({"triaged": done, "again": again, "model": version})
        else:
            click.echo(f"Read {done:,} messages with {version}.")


def _file(context: click.Context, source: str, as_json: bool) -> None:
    if source == "-":
        _lines(chosen_classifier(context), standard_input(), as_json)
        return
    path = Path(source)
    if not path.is_file():
        raise click.UsageError(f"there is no file {source}")
    with path.open(encoding="utf-8", errors="replace") as stream:
        _lines(chosen_classifier(context), stream, as_json)


def chosen_classifier(context: click.Context) -> Classifier:
    """Return what reads in this workspace, which need not exist yet."""
    with sentences():
        workspace = locate(context.obj or DEFAULT)
        if not workspace.database.exists():
            settings, _ = load(workspace.config)
            return Classifier(chosen_folder(settings, workspace.folder))
    with opened(context) as engine:
        return engine.model.classifier()


def _lines(classifier: Classifier, stream: IO[str], as_json: bool) -> None:
    numbered = enumerate(stream, 1)
    while batch := list(islice(numbered, _BATCH)):
        texts = [(key, text) for key, text in texts_of(batch)]
        for (key, text), result in zip(
            texts, classifier.classify([text for _, text in texts]), strict=True
        ):
            if as_json:
                print_json(as_line(key, text, result))
            else:
                click.echo(
                    f"{result.intent.value:<16} {result.intent_confidence:.2f}"
                    f"  {result.sentiment.value:<8}  tox {result.toxicity:.2f}"
                    f"  spam {result.spam:.2f}  {result.language:<7}  {display_row(text)}"
                )


def texts_of(batch: Iterable[tuple[int, str]]) -> Iterator[tuple[object, str]]:
    """Yield an id and a text for each line; JSON objects bring theirs, other lines their number."""
    for number, line in batch:
        line = line.rstrip("\n")
        if not line.strip():
            continue
        try:
            value = json.loads(line) if line.lstrip().startswith("{") else None
        except ValueError:
            value = None
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            yield value.get("id", value.get("message", number)), value["text"]
        else:
            yield number, line


def as_line(key: object, text: str, result: Triage) -> dict[str, object]:
    """Return a reading in the shape that programs rely on."""
    return {
        "id": key,
        "text": text,
        "intent": result.intent.value,
        "intent_confidence": round(result.intent_confidence, 4),
        "sentiment": result.sentiment.value,
        "sentiment_scores": {
            "negative": round(result.negative, 4),
            "neutral": round(result.neutral, 4),
            "positive": round(result.positive, 4),
        },
        "toxicity": round(result.toxicity, 4),
        "spam": round(result.spam, 4),
        "language": result.language,
        "model": result.model,
    }


@click.command()
@click.argument("conversation", type=int, required=False)
@click.option(
    "--message", type=int, metavar="ID", help="This message instead, as --check lists it."
)
@click.option("--intent", type=choice(Intent), help="What it really is about.")
@click.option("--sentiment", type=choice(Sentiment), help="How it is really meant.")
@click.option("--spam/--no-spam", default=None, help="Whether it is advertising or fraud.")
@click.option("--toxic/--no-toxic", default=None, help="Whether it insults, hates or threatens.")
@click.option("--right", is_flag=True, help="Intent and sentiment are right as they were read.")
@workspace_option
@click.pass_context
def correct(
    context: click.Context,
    conversation: int | None,
    message: int | None,
    intent: str | None,
    sentiment: str | None,
    spam: bool | None,
    toxic: bool | None,
    right: bool,
) -> None:
    """Correct or confirm the reading of a conversation's leading message.

    What you say wins over every model, and `engage triage --learn` learns from it.
    """
    said = Correction(
        Intent(intent) if intent else None, Sentiment(sentiment) if sentiment else None, spam, toxic
    )
    if right == (said != Correction()):
        raise click.UsageError(
            "say what is right with --intent, --sentiment, --spam or --toxic, or confirm the"
            " reading with --right"
        )
    if (conversation is None) == (message is None):
        raise click.UsageError("give a conversation, or a message with --message")
    with opened(context, write=True) as engine:
        if conversation is not None:
            message = engine.inbox.leading(conversation)
        assert message is not None
        if right:
            engine.inbox.confirm(message)
        else:
            engine.inbox.correct(message, said)
