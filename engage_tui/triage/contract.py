"""The promise that `triage.json` makes about the files beside it, checked before any message.

The file holds:

- `format`: 2, this shape of the file and of the network;
- `name` and `version`: together they stand in every triage, as `name-version`;
- `sha256`: of `triage.onnx` and of `triage.vocab.txt` (one word piece a line), in hexadecimal;
- `labels`: the order of the columns for `intent`, `sentiment` and `language`; intents and
  sentiments stand in the program's own order;
- `features`: `scheme` (the steps in `features.py` and `pieces.py`; `pieces-1`), `buckets`, `words`,
  `shortest` and `longest` of the n-grams, `window` (most pieces in a row), `embedding` (its width);
- `thresholds`: `language`, the probability below which a language is given as `und`, and `abstain`,
  for a head the probability below which its answer means "not known" (0 where not given);
- `calibration`: for each head and language a `temperature`, by which scores are divided, and for
  the heads that answer yes or no a `shift`, added afterwards. `""` stands for all other languages;
  the head `language`, which is read before any other, has only that.

The network takes `pieces`, int32 [rows, length], and `ngrams`, int32 [rows, features], both filled
up with 0, and gives `scores`, float32 [rows, columns], uncalibrated, the heads in the order of
`HEADS`, and `embedding`, float32 [rows, width], each of length 1. A row's answer is the same to the
last bit whatever else is in the batch.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engage_tui.domain.triage import Intent, Sentiment

FORMAT = 2
SCHEME = "pieces-1"
CONTRACT = "triage.json"
NETWORK = "triage.onnx"
VOCABULARY = "triage.vocab.txt"
INPUTS = ("pieces", "ngrams")
OUTPUTS = ("scores", "embedding")
HEADS = ("intent", "sentiment", "toxicity", "spam", "language")
YES_OR_NO = ("toxicity", "spam")
"""The heads with one column, the score of yes."""
OTHERWISE = ""
"""Stands in a calibration for every language that is not named."""


class ModelError(Exception):
    """The model cannot be used; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns a score into an honest one: `score / temperature + shift`."""

    temperature: float
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Contract:
    """A checked `triage.json` and the files beside it."""

    network: Path
    vocabulary: Path
    model: str
    """Name and version, as every triage carries them."""
    languages: tuple[str, ...]
    buckets: int
    words: int
    shortest: int
    longest: int
    window: int
    embedding: int
    least_language: float
    """Below this probability a language is given as `und`."""
    abstain: Mapping[str, float]
    """For each head the probability below which its answer means "not known"."""
    calibration: Mapping[str, Mapping[str, Scale]]

    @property
    def columns(self) -> dict[str, slice]:
        """The columns of each head among the scores."""
        return columns(len(self.languages))


def columns(languages: int) -> dict[str, slice]:
    """Return the columns of each head for a number of languages."""
    widths = (len(Intent), len(Sentiment), 1, 1, languages)
    starts = [sum(widths[:place]) for place in range(len(widths))]
    return {
        head: slice(start, start + width)
        for head, start, width in zip(HEADS, starts, widths, strict=True)
    }


def read_contract(folder: Path) -> Contract:
    """Read and check the model in a folder.

    Raises:
        ModelError: a file is missing or unreadable, or they do not belong together.
    """
    path = folder / CONTRACT
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        found = {name: _sha256(folder / name) for name in (NETWORK, VOCABULARY)}
    except OSError as error:
        raise ModelError(f"the triage model is missing: {error.filename} cannot be read") from error
    except ValueError as error:
        raise ModelError(f"{path} is not JSON: {error}") from error
    try:
        contract, promised = _parse(written, folder), dict(written["sha256"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{path} does not describe a model that this version reads") from error
    for name, sha256 in found.items():
        if promised.get(name) != sha256:
            raise ModelError(f"{folder / name} is not the file that {CONTRACT} describes")
    return contract


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parse(written: Any, folder: Path) -> Contract:
    """Turn the file's content into a contract."""
    features, labels, thresholds = written["features"], written["labels"], written["thresholds"]
    if written["format"] != FORMAT or features["scheme"] != SCHEME:
        raise ValueError("another format")
    if labels["intent"] != list(Intent) or labels["sentiment"] != list(Sentiment):
        raise ValueError("other labels")
    contract = Contract(
        network=folder / NETWORK,
        vocabulary=folder / VOCABULARY,
        model=f"{written['name']}-{written['version']}",
        languages=tuple(str(label) for label in labels["language"]),
        buckets=int(features["buckets"]),
        words=int(features["words"]),
        shortest=int(features["shortest"]),
        longest=int(features["longest"]),
        window=int(features["window"]),
        embedding=int(features["embedding"]),
        least_language=float(thresholds["language"]),
        abstain={head: float(thresholds["abstain"].get(head, 0)) for head in HEADS},
        calibration={head: _scales(head, written["calibration"][head]) for head in HEADS},
    )
    sizes = (contract.languages, contract.buckets > 1, contract.words > 0, contract.embedding > 0)
    if not all(sizes) or not 1 <= contract.shortest <= contract.longest:
        raise ValueError("labels or feature parameters do not fit")
    return contract


def _scales(head: str, written: Any) -> dict[str, Scale]:
    """Turn one head's calibration into scales; the one for other languages must be there."""
    scales = {
        str(language): Scale(float(scale["temperature"]), float(scale.get("shift", 0.0)))
        for language, scale in written.items()
    }
    for scale in scales.values():
        usable = math.isfinite(scale.temperature) and math.isfinite(scale.shift)
        if not usable or scale.temperature <= 0 or (scale.shift and head not in YES_OR_NO):
            raise ValueError("a calibration that cannot be used")
    if OTHERWISE not in scales or (head == "language" and len(scales) > 1):
        raise ValueError("a calibration for the wrong languages")
    return scales
