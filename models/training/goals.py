"""What the model is to reach on held-out rows, and how far it comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from models.training import figures
from models.training.sources import WRITTEN_SET

SURE = 0.9
SPOKEN = ("de", "es", "fr", "pl", "pt")
CHINESE = ("zh-Hans", "zh-Hant")
TWEETS = "tweeteval_sentiment_val"
UMSAB, UMSAB_LANGUAGES = "umsab_sentiment", ("en", "de", "es", "fr", "it", "pt")
ENGLISH_ABUSE = ("tweeteval_offensive", "davidson_hate_offensive", "edos_sexism", "mlma_hate")
_FEELINGS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and the bound that it is to keep."""

    name: str
    figure: float
    bound: float
    at_least: bool = True

    @property
    def reached(self) -> bool:
        """Whether the figure is on the right side of its bound."""
        return self.figure >= self.bound if self.at_least else self.figure <= self.bound


@dataclass(frozen=True, slots=True)
class Told:
    """Held-out rows of one head, and calibrated probabilities that were not fitted on them."""

    sources: NDArray[np.str_]
    languages: NDArray[np.str_]
    """As the sets give them."""
    truth: NDArray[np.int64]
    chances: NDArray[np.float64]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest label is the true one."""
        return np.asarray(self.chances.argmax(axis=1) == self.truth)

    def of(self, *sources: str, language: str = "") -> Told:
        """Return the rows of some sets, and of a language if one is given."""
        here = np.isin(self.sources, sources)
        if language:
            here &= self.languages == language
        return Told(self.sources[here], self.languages[here], self.truth[here], self.chances[here])

    def accuracy(self) -> float:
        """Return the share of right answers."""
        return float(self.right.mean())

    def f1(self) -> float:
        """Return the F1 of yes."""
        return float(f1_score(self.truth, self.chances.argmax(axis=1)))

    def auc(self) -> float:
        """Return the area under the ROC curve of yes."""
        return float(roc_auc_score(self.truth, self.chances[:, 1]))

    def calibration_error(self) -> float:
        """Return how far confidence and share of right answers are apart."""
        return figures.calibration_error(self.chances.max(axis=1), self.right)


def reached(told: Mapping[str, Told]) -> list[Goal]:
    """Return every goal with the figure that the model comes to."""
    return [
        *_sentiment(told["sentiment"]),
        *_intent(told["intent"].of(WRITTEN_SET)),
        *_spam(told["spam"]),
        *_toxicity(told["toxicity"]),
        *(
            Goal(f"calibration error, {head}", some.calibration_error(), 0.05, at_least=False)
            for head, some in told.items()
        ),
    ]


def _sentiment(told: Told) -> Iterator[Goal]:
    tweets = told.of(TWEETS)
    recall = figures.macro_recall(tweets.truth, tweets.chances.argmax(axis=1), _FEELINGS)
    yield Goal("sentiment, tweets: macro recall", recall, 0.70)
    parts = [told.of(UMSAB, language=language) for language in UMSAB_LANGUAGES]
    mean = np.mean(
        [figures.macro_f1(part.truth, part.chances.argmax(axis=1), _FEELINGS) for part in parts]
    )
    yield Goal(f"sentiment, UMSAB {' '.join(UMSAB_LANGUAGES)}: mean macro F1", float(mean), 0.65)


def _intent(told: Told) -> Iterator[Goal]:
    for bound, languages in ((0.85, ("en",)), (0.75, SPOKEN), (0.72, CHINESE)):
        for language in languages:
            accuracy = told.of(WRITTEN_SET, language=language).accuracy()
            yield Goal(f"intent, written, {language}: accuracy", accuracy, bound)
    sure = told.chances.max(axis=1) >= SURE
    wrong = float(1 - told.right[sure].mean()) if sure.any() else 1.0
    yield Goal(f"intent, wrong of the {sure.sum()} given 0.90 or more", wrong, 0.05, at_least=False)


def _spam(told: Told) -> Iterator[Goal]:
    yield Goal("spam, YouTube, a video not trained on: F1", told.of("youtube_spam").f1(), 0.95)
    yield Goal("spam, Instagram: F1", told.of("scamspot_instagram").f1(), 0.90)
    yield Goal("spam, SMS: F1", told.of("sms_spam").f1(), 0.96)


def _toxicity(told: Told) -> Iterator[Goal]:
    english = told.of(*ENGLISH_ABUSE, language="en")
    yield Goal("toxicity, English, four sets: ROC AUC", english.auc(), 0.92)
    polish = told.of("poleval2019_cyberbullying")
    yield Goal("toxicity, Polish, PolEval: F1", polish.f1(), 0.58)
    yield Goal("toxicity, Chinese, COLD: accuracy", told.of("cold_zh_offensive").accuracy(), 0.82)


def table(goals: list[Goal]) -> str:
    """Return goals as a table in Markdown."""
    rows = [
        f"| {goal.name} | {'≥' if goal.at_least else '≤'} {goal.bound:.2f} | {goal.figure:.3f} | "
        f"{'yes' if goal.reached else 'no'} |"
        for goal in goals
    ]
    return "\n".join(["| what | goal | measured | reached |", "|---|---|---|---|", *rows])
