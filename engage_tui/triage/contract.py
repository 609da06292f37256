"""The promise that `triage.json` makes about `triage.onnx`, read and checked before any message.

The file holds:

- `format`: 1, this shape of the file and of the network;
- `name` and `version`: together they stand in every triage, as `name-version`;
- `sha256`: of `triage.onnx`, in hexadecimal;
- `labels`: the order of the columns, for `intent`, `sentiment` and `language`;
- `features`: `scheme` (the steps in `features.py`; `ngrams-1`), `buckets`, `words`, `shortest`,
  `longest`;
- `thresholds`: `language`, the probability below which a language is given as `und`;
- `calibration`: what the training found for each head; it is folded into the network already and
  stands here for the record.

The network takes `ids`, int32 [messages, most features], short rows filled up with 0, and gives
probabilities as float32: `intent`, `sentiment` and `language` [messages, labels], each row adding
up to 1, and `toxicity` and `spam` [messages]. It adds up whole numbers, so that the answer for one
message is the same to the last bit whatever else is in the batch.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engage_tui.domain.triage import Intent, Sentiment

FORMAT = 1
SCHEME = "ngrams-1"
NETWORK = "triage.onnx"
CONTRACT = "triage.json"
INPUT = "ids"
HEADS = ("intent", "sentiment", "toxicity", "spam", "language")


class ModelError(Exception):
    """The model cannot be used; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A checked `triage.json` and the network beside it."""

    network: Path
    model: str
    """Name and version, as every triage carries them."""
    intents: tuple[Intent, ...]
    sentiments: tuple[Sentiment, ...]
    languages: tuple[str, ...]
    buckets: int
    words: int
    shortest: int
    longest: int
    least_language: float
    """Below this probability a language is given as `und`."""


def read_contract(folder: Path) -> Contract:
    """Read and check the model in a folder.

    Raises:
        ModelError: a file is missing or unreadable, or the two do not belong together.
    """
    path = folder / CONTRACT
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        network = (folder / NETWORK).read_bytes()
    except OSError as error:
        raise ModelError(f"the triage model is missing: {error.filename} cannot be read") from error
    except ValueError as error:
        raise ModelError(f"{path} is not JSON: {error}") from error
    try:
        contract, sha256 = _parse(written, folder / NETWORK)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} does not describe a model that this version reads") from error
    if hashlib.sha256(network).hexdigest() != sha256:
        raise ModelError(f"{folder / NETWORK} is not the file that {CONTRACT} describes")
    return contract


def _parse(written: Any, network: Path) -> tuple[Contract, str]:
    """Turn the file's content into a contract and the expected checksum."""
    features, labels = written["features"], written["labels"]
    if written["format"] != FORMAT or features["scheme"] != SCHEME:
        raise ValueError("another format")
    contract = Contract(
        network=network,
        model=f"{written['name']}-{written['version']}",
        intents=tuple(Intent(label) for label in labels["intent"]),
        sentiments=tuple(Sentiment(label) for label in labels["sentiment"]),
        languages=tuple(str(label) for label in labels["language"]),
        buckets=int(features["buckets"]),
        words=int(features["words"]),
        shortest=int(features["shortest"]),
        longest=int(features["longest"]),
        least_language=float(written["thresholds"]["language"]),
    )
    complete = sorted(contract.intents) == sorted(Intent) and (
        sorted(contract.sentiments) == sorted(Sentiment)
    )
    if not complete or contract.buckets < 2 or not 1 <= contract.shortest <= contract.longest:
        raise ValueError("labels or feature parameters do not fit")
    return contract, str(written["sha256"])
