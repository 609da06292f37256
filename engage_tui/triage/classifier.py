"""Reads messages with the triage model: texts in, one `Triage` for each out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engage_tui.domain.triage import Intent, Sentiment, Triage, mask
from engage_tui.triage.contract import ModelError, read_contract

if TYPE_CHECKING:
    from engage_tui.triage.network import Network

__all__ = ["UNDETERMINED", "Classifier", "ModelError"]

UNDETERMINED = "und"
"""The language of a text that has no letters, or of which nothing can be said."""

_MOST_TEXTS = 64
_MOST_CELLS = 16_384
"""Texts in a batch times the characters of the longest: keeps a batch to some ten megabytes."""


class Classifier:
    """The model of one folder; numpy and onnxruntime are loaded with the first message.

    Two rules stand beside the model. A text without letters (emoji, numbers, only a link or a
    handle) has the language `und`. A text with nothing in it at all is not read: it is `other`
    and neutral with every label equally likely, which no automatic path relies on.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Check the model in `folder`, or the one that ships with the program.

        Raises:
            ModelError: it is missing, or `triage.json` and `triage.onnx` do not belong together.
        """
        self._contract = read_contract(folder or _shipped())
        self._network: Network | None = None

    @property
    def version(self) -> str:
        """Name and version of the model, as `Triage.model` gives it."""
        return self._contract.model

    def classify(self, texts: Sequence[str]) -> list[Triage]:
        """Read each text; the answer for one does not depend on the others.

        Raises:
            ModelError: the network cannot be opened.
        """
        answers = [self._nothing_said()] * len(texts)
        for batch in _batches(texts):
            read = self._read([texts[place] for place in batch])
            for place, triage in zip(batch, read, strict=True):
                answers[place] = triage
        return answers

    def _read(self, texts: Sequence[str]) -> Iterator[Triage]:
        """Put one batch through the network."""
        scores = self._opened().score(texts)
        contract = self._contract
        columns = zip(
            texts,
            scores["intent"].tolist(),
            scores["sentiment"].tolist(),
            scores["toxicity"].tolist(),
            scores["spam"].tolist(),
            scores["language"].tolist(),
            strict=True,
        )
        for text, intents, sentiments, toxicity, spam, languages in columns:
            confidence, intent = max(zip(intents, contract.intents, strict=True))
            feelings = dict(zip(contract.sentiments, sentiments, strict=True))
            likely, language = max(zip(languages, contract.languages, strict=True))
            if likely < contract.least_language or not _has_letters(text):
                language = UNDETERMINED
            yield Triage(
                intent=intent,
                intent_confidence=confidence,
                sentiment=max(feelings, key=feelings.__getitem__),
                negative=feelings[Sentiment.NEGATIVE],
                neutral=feelings[Sentiment.NEUTRAL],
                positive=feelings[Sentiment.POSITIVE],
                toxicity=toxicity,
                spam=spam,
                language=language,
                model=contract.model,
            )

    def _opened(self) -> Network:
        """Return the network, opened at the first call."""
        if self._network is None:
            from engage_tui.triage.network import Network

            self._network = Network(self._contract)
        return self._network

    def _nothing_said(self) -> Triage:
        """Return the answer for a text with nothing in it."""
        return Triage(
            intent=Intent.OTHER,
            intent_confidence=1 / len(Intent),
            sentiment=Sentiment.NEUTRAL,
            negative=1 / 3,
            neutral=1 / 3,
            positive=1 / 3,
            toxicity=0.0,
            spam=0.0,
            language=UNDETERMINED,
            model=self._contract.model,
        )


def _shipped() -> Path:
    """Return the model's folder: inside an installed package, else in the repository."""
    packaged = Path(__file__).parent / "model"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "models"


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Group the places of all texts that say anything, texts of like length together."""
    places = [place for place, text in enumerate(texts) if text.strip()]
    batch: list[int] = []
    for place in sorted(places, key=lambda place: len(texts[place])):
        full = len(batch) == _MOST_TEXTS or (len(batch) + 1) * len(texts[place]) > _MOST_CELLS
        if batch and full:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _has_letters(text: str) -> bool:
    """Tell whether a text holds letters beside handles and links."""
    bare = mask(text).replace("@user", "").replace("http", "")
    return any(character.isalpha() for character in bare)
