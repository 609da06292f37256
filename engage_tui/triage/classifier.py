"""Reads messages with the triage model: texts in, one `Triage` for each out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engage_tui.domain.triage import Intent, Sentiment, Triage, mask
from engage_tui.triage.contract import ModelError, read_contract

if TYPE_CHECKING:
    from engage_tui.triage.calibration import Calibration
    from engage_tui.triage.network import Floats, Network, Readings

__all__ = ["UNDETERMINED", "Classifier", "Layer", "ModelError"]

UNDETERMINED = "und"
"""The language of a text that has no letters, or of which nothing can be said."""

_INTENTS, _SENTIMENTS = tuple(Intent), tuple(Sentiment)


class Layer(Protocol):
    """What was learnt on top of a model; corrects scores before they become probabilities."""

    @property
    def version(self) -> str:
        """What is put behind the model's version, such as `+personal-3`."""

    def adjust(self, scores: Floats, embeddings: Floats) -> Floats:
        """Return corrected scores, one row for each text; each row by itself."""


class Classifier:
    """The model of one folder; numpy and onnxruntime are loaded with the first message.

    Two rules stand beside the model. A text without letters (emoji, numbers, only a link or a
    handle) has the language `und`. A text with nothing in it at all is not read: it is `other`
    and neutral with every label equally likely, which no automatic path relies on.
    """

    def __init__(self, folder: Path | None = None, layer: Layer | None = None) -> None:
        """Check the model in `folder`, or the one that ships with the program.

        Raises:
            ModelError: it is missing, or its files do not belong together.
        """
        self._contract = read_contract(folder or shipped())
        self._layer = layer
        self._opened: tuple[Network, Calibration] | None = None

    @property
    def version(self) -> str:
        """Name and version of the model and of the layer on it, as `Triage.model` gives them."""
        return self._contract.model + (self._layer.version if self._layer else "")

    @property
    def abstain(self) -> Mapping[str, float]:
        """For each head the probability below which its answer means "not known"."""
        return self._contract.abstain

    def classify(self, texts: Sequence[str]) -> list[Triage]:
        """Read each text; the answer for one does not depend on the others.

        Raises:
            ModelError: the network cannot be opened.
        """
        return self.triage(self.read(texts), texts)

    def read(self, texts: Sequence[str], between: Callable[[], None] = lambda: None) -> Readings:
        """Return scores, not calibrated yet and without the layer, and embeddings of texts.

        Args:
            texts: as they were written.
            between: called before each batch; what it raises ends the reading.

        Raises:
            ModelError: the network cannot be opened.
        """
        return self._open()[0].read(texts, between)

    def triage(self, readings: Readings, texts: Sequence[str]) -> list[Triage]:
        """Turn readings into answers: the layer first, then the language, then what it says."""
        calibration = self._open()[1]
        scores = readings.scores
        if self._layer:
            scores = self._layer.adjust(scores, readings.embeddings)
        languages = self._languages(calibration.languages(scores), texts)
        likely = calibration.others(scores, languages)
        version, nothing = self.version, self._nothing_said()
        answers = []
        for said, language, intents, feelings, toxicity, spam in zip(
            readings.said.tolist(),
            languages,
            likely.intent.tolist(),
            likely.sentiment.tolist(),
            likely.toxicity.tolist(),
            likely.spam.tolist(),
            strict=True,
        ):
            if not said:
                answers.append(nothing)
                continue
            confidence, feeling = max(intents), max(feelings)
            negative, neutral, positive = feelings
            answers.append(
                Triage(
                    intent=_INTENTS[intents.index(confidence)],
                    intent_confidence=confidence,
                    sentiment=_SENTIMENTS[feelings.index(feeling)],
                    negative=negative,
                    neutral=neutral,
                    positive=positive,
                    toxicity=toxicity,
                    spam=spam,
                    language=language,
                    model=version,
                )
            )
        return answers

    def _languages(self, likely: Floats, texts: Sequence[str]) -> list[str]:
        """Name the language of each text."""
        names, least = self._contract.languages, self._contract.least_language
        best, most = likely.argmax(axis=1).tolist(), likely.max(axis=1).tolist()
        return [
            names[place] if probability >= least and _has_letters(text) else UNDETERMINED
            for text, place, probability in zip(texts, best, most, strict=True)
        ]

    def _open(self) -> tuple[Network, Calibration]:
        """Return the network and its calibration, opened at the first call."""
        if self._opened is None:
            from engage_tui.triage.calibration import Calibration
            from engage_tui.triage.network import Network

            self._opened = Network(self._contract), Calibration(self._contract)
        return self._opened

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
            model=self.version,
        )


def shipped() -> Path:
    """Return the model's folder: inside an installed package, else in the repository."""
    packaged = Path(__file__).parent / "model"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "models"


def _has_letters(text: str) -> bool:
    """Tell whether a text holds letters beside handles and links."""
    bare = mask(text).replace("@user", "").replace("http", "")
    return any(character.isalpha() for character in bare)
