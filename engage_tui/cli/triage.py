"""`engage triage` and `engage correct`: what the model says, and what a person says instead."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import click

from engage_tui.cli.common import (
    choice,
    json_option,
    opened,
    print_json,
    standard_input,
    workspace_option,
)
from engage_tui.domain.display import display_row
from engage_tui.domain.triage import Intent, Sentiment, Triage
from engage_tui.triage import Classifier, ModelError

_BATCH = 512


@click.command()
@click.argument("source", required=False, metavar="[FILE or -]")
@json_option
@workspace_option
@click.pass_context
def triage(context: click.Context, source: str | None, as_json: bool) -> None:
    """Read intent, sentiment, toxicity, spam and language of messages.

    FILE holds JSON Lines with a "text", or plain lines; - is standard input. Without a file the
    stored messages that were not read yet are read.
    """
    try:
        if source is None:
            _stored(context, as_json)
        elif source == "-":
            _lines(standard_input(), as_json)
        else:
            path = Path(source)
            if not path.is_file():
                raise click.UsageError(f"there is no file {source}")
            with path.open(encoding="utf-8", errors="replace") as stream:
                _lines(stream, as_json)
    except ModelError as error:
        raise click.ClickException(str(error)) from error


def _stored(context: click.Context, as_json: bool) -> None:
    with opened(context, write=True) as engine:
        waiting = engine.intake.untriaged()
        if sys.stderr.isatty() and not as_json and waiting:
            with click.progressbar(length=waiting, label="reading", file=sys.stderr) as bar:
                done = engine.intake.triage(lambda done, total: bar.update(done - bar.pos))
        else:
            done = engine.intake.triage()
        if as_json:
            print_json({"triaged": done, "model": Classifier().version})
        else:
            click.echo(f"Read {done} messages with {Classifier().version}.")


def _lines(stream: IO[str], as_json: bool) -> None:
    classifier = Classifier()
    numbered = enumerate(stream, 1)
    while batch := list(islice(numbered, _BATCH)):
        texts = [(key, text) for key, text in _texts(batch)]
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


def _texts(batch: list[tuple[int, str]]) -> Iterator[tuple[object, str]]:
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
@click.argument("conversation", type=int)
@click.option("--intent", type=choice(Intent), help="What it really is about.")
@click.option("--sentiment", type=choice(Sentiment), help="How it is really meant.")
@workspace_option
@click.pass_context
def correct(
    context: click.Context, conversation: int, intent: str | None, sentiment: str | None
) -> None:
    """Correct the reading of a conversation's leading message; it wins over every model."""
    if intent is None and sentiment is None:
        raise click.UsageError("say what is right with --intent or --sentiment")
    with opened(context, write=True) as engine:
        engine.inbox.correct(
            conversation,
            intent=Intent(intent) if intent else None,
            sentiment=Sentiment(sentiment) if sentiment else None,
        )
