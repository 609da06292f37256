"""Learns a small layer from corrections, and keeps it only if it is better and forgets nothing.

Each head (intent, sentiment, toxicity, spam) is a logistic regression on embeddings whose starting
point is what the model says already; it begins at zero and is pulled back to zero. The anchors are
part of what it is fitted on, with the model's own answers as their targets, so that it pays to
leave them alone. A fifth of the corrections is held back to compare before and after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engage_tui.triage.examples import HEADS, Examples
from engage_tui.triage.layer import COLUMNS, WIDTH, Doubles

LEAST = 20
"""Corrected or confirmed messages before anything is learnt."""
MOST_FORGOTTEN = 0.01
"""By how much the share of right answers may fall in any head, over anchors not fitted on."""
SIDES = 5
"""Corrections are dealt to so many sides; the first one is held back."""

_PULLS = (10.0, 3.0, 1.0, 0.3, 0.1, 0.03)
"""Strengths of the pull to zero that are tried, the strongest first."""
_HALVINGS = 4
_ROUNDS = 200
_SETTLED = 1e-2

Weights = dict[str, Doubles]
"""What was learnt by head: [width + 1, columns]; a head that learnt nothing is not there."""


class NothingLearnt(Exception):
    """The corrections did not lead to a better layer; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One head before and after; `held_back` corrections and `anchors` were not fitted on."""

    held_back: int
    right_before: int
    right_after: int
    loss_before: float
    loss_after: float
    anchors: int
    anchors_before: float
    anchors_after: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt: weights [width + 1, columns of all heads], and the comparison by head."""

    weights: Doubles
    compared: dict[str, Compared]

    @property
    def figures(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return {head: asdict(compared) for head, compared in self.compared.items()}


def side(text: str) -> int:
    """Return the side that a message is dealt to: the same for ever, and for its copies."""
    words = " ".join(text.casefold().split())
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % SIDES


def learn(corrections: Examples, sides: NDArray[np.int64], anchors: Examples) -> Lesson:
    """Fit a layer and compare it; the one that is returned was fitted on all corrections.

    Args:
        corrections: messages that a person corrected or confirmed.
        sides: the side of each (see `side`).
        anchors: the model's own messages; every other one is only measured on.

    Raises:
        NothingLearnt: there are too few, or they do not make it better.
    """
    if len(corrections) < LEAST:
        raise NothingLearnt(
            f"{len(corrections)} messages are corrected or confirmed so far;"
            f" {LEAST - len(corrections)} more are needed before anything is learnt"
        )
    held_back, kept = corrections[sides == 0], corrections[sides > 0]
    fitted, unseen = anchors[::2], anchors[1::2]
    pulls = {
        head: pull
        for head in HEADS
        if (pull := _best_pull(head, kept, sides[sides > 0], fitted)) is not None
    }
    tried = _bounded({head: _fit(head, kept, fitted, pulls[head]) for head in pulls}, unseen)
    if pulls and not tried:
        raise NothingLearnt(_FORGETS)
    compared = {head: _compare(head, tried, held_back, unseen) for head in HEADS}
    _expect_better(list(compared.values()))
    final = {head: _fit(head, corrections, fitted, pulls[head]) for head in tried}
    final = _bounded(final, unseen)
    if not final:
        raise NothingLearnt(_FORGETS)
    weights = np.zeros((corrections.inputs.shape[1], WIDTH))
    for head, learnt in final.items():
        weights[:, COLUMNS[head]] = learnt
    return Lesson(weights, compared)


_FORGETS = (
    "nothing was learnt: what your corrections teach would make more than"
    f" {MOST_FORGOTTEN:.0%} of other messages wrong"
)


def right(head: str, examples: Examples, learnt: Doubles | None = None) -> NDArray[np.bool_]:
    """Return which of the examples with a label are answered rightly, with a layer or without."""
    known, labels = _known(head, examples)
    logits = _logits(head, known, learnt)
    said = logits.argmax(axis=1) if _width(head) > 1 else logits[:, 0] > 0
    return np.asarray(said == labels)


def _expect_better(compared: list[Compared]) -> None:
    """Refuse what does not answer more of the held-back corrections rightly, or more surely."""
    total = sum(one.held_back for one in compared)
    before = sum(one.right_before for one in compared)
    after = sum(one.right_after for one in compared)
    surer = sum(one.loss_after for one in compared) < sum(one.loss_before for one in compared)
    if after < before or (after == before and not surer):
        raise NothingLearnt(
            f"nothing was learnt: of {total} answers of yours that were held back, {before} were"
            f" right before and {after} after; more corrections may help"
        )


def _best_pull(
    head: str, kept: Examples, sides: NDArray[np.int64], anchors: Examples
) -> float | None:
    """Return the pull with the least loss on corrections that a fit did not see.

    None where no pull beats leaving the head alone.
    """
    if (kept.labels[:, HEADS.index(head)] < 0).all():
        return None
    losses = np.zeros(len(_PULLS))
    untouched = 0.0
    for fold in range(1, SIDES):
        others = kept[sides == fold]
        untouched += _loss(head, others)
        paths = _path(head, kept[sides != fold], anchors, _PULLS)
        losses += [_loss(head, others, learnt) for learnt in paths]
    best = int(losses.argmin())
    return _PULLS[best] if losses[best] < untouched else None


def _bounded(learnt: Weights, unseen: Examples) -> Weights:
    """Halve the layer of each head until it forgets little enough; drop one that always forgets."""
    bounded = {}
    for head, weights in learnt.items():
        before = _share(right(head, unseen))
        for _ in range(_HALVINGS + 1):
            if before - _share(right(head, unseen, weights)) <= MOST_FORGOTTEN:
                bounded[head] = weights
                break
            weights = weights / 2
    return bounded


def _compare(head: str, learnt: Weights, held_back: Examples, unseen: Examples) -> Compared:
    weights = learnt.get(head)
    before = right(head, held_back)
    return Compared(
        held_back=len(before),
        right_before=int(before.sum()),
        right_after=int(right(head, held_back, weights).sum()),
        loss_before=_loss(head, held_back),
        loss_after=_loss(head, held_back, weights),
        anchors=len(right(head, unseen)),
        anchors_before=_share(right(head, unseen)),
        anchors_after=_share(right(head, unseen, weights)),
    )


def _fit(head: str, corrections: Examples, anchors: Examples, pull: float) -> Doubles:
    """Return the layer of one head; coming from stronger pulls is faster than from zero."""
    *_, weights = _path(head, corrections, anchors, _PULLS[: _PULLS.index(pull) + 1])
    return weights


def _path(
    head: str, corrections: Examples, anchors: Examples, pulls: tuple[float, ...]
) -> Iterator[Doubles]:
    """Yield the layer of one head for each pull; each fit begins where the one before ended.

    The steps are Newton's with an upper bound instead of the curvature (Böhning 1992), so that one
    decomposition serves all pulls, and with momentum (Nesterov).
    """
    known, labels = _known(head, corrections)
    place, own = HEADS.index(head), COLUMNS[head]
    steepness = np.concatenate([known.steepness[:, place], anchors.steepness[:, place]])
    inputs = np.concatenate([known.inputs, anchors.inputs]) * steepness[:, None]
    start = np.concatenate([known.logits[:, own], anchors.logits[:, own]])
    width = _width(head)
    told = np.eye(width)[labels] if width > 1 else labels[:, None].astype(np.float64)
    targets = np.concatenate([told, _probabilities(anchors.logits[:, own])])
    curves, axes = np.linalg.eigh((0.5 if width > 1 else 0.25) * inputs.T @ inputs)
    weights = np.zeros((inputs.shape[1], width))
    for pull in pulls:
        ahead = weights
        for done in range(_ROUNDS):
            missed = _probabilities(start + inputs @ ahead) - targets
            slope = inputs.T @ missed + pull * ahead
            before = weights
            weights = ahead - axes @ ((axes.T @ slope) / (curves + pull)[:, None])
            ahead = weights + done / (done + 3) * (weights - before)
            if np.abs(weights - before).max() < _SETTLED:
                break
        yield weights


def _loss(head: str, examples: Examples, learnt: Doubles | None = None) -> float:
    """Return the sum of the log losses of the examples with a label."""
    known, labels = _known(head, examples)
    likely = _probabilities(_logits(head, known, learnt))
    if _width(head) == 1:
        likely = np.hstack([1 - likely, likely])
    of_right = likely[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_right, 1e-12)).sum())


def _known(head: str, examples: Examples) -> tuple[Examples, NDArray[np.int8]]:
    """Return the examples whose label of a head is known, and those labels."""
    place = HEADS.index(head)
    known = examples[examples.labels[:, place] >= 0]
    return known, known.labels[:, place]


def _logits(head: str, examples: Examples, learnt: Doubles | None) -> Doubles:
    own = examples.logits[:, COLUMNS[head]]
    if learnt is None:
        return own
    steepness = examples.steepness[:, [HEADS.index(head)]]
    return np.asarray(own + steepness * (examples.inputs @ learnt))


def _probabilities(logits: Doubles) -> Doubles:
    """Return the probabilities of the columns, or that of yes where there is only one."""
    if logits.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -80, 80))))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _width(head: str) -> int:
    return len(range(WIDTH)[COLUMNS[head]])


def _share(answers: NDArray[np.bool_]) -> float:
    return float(answers.mean()) if len(answers) else 0.0
