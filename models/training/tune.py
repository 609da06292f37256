"""Teaches the encoder its tasks, all at once; rows that carry one label teach one head only."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engage_tui.triage.pieces import Pieces
from models.training import batches
from models.training.encoder import Reader
from models.training.progress import Saved, Schedule, optimisers, step
from models.training.table import NO_LABEL, Table

TOKENS = 4096
_FRESH = 5.0
"""How much faster the heads learn than the layers, which know much already."""
_HEAD_SHARE = {"intent": 1.0, "sentiment": 1.0, "toxicity": 0.7, "spam": 0.5}
_KEEP = 1.0
"""Share of the loss that keeps sentence embeddings where they were."""
_SWITCHED_WORDS = 0.7
_SMOOTH = 0.05
_MOST_PIECES = 56
"""Longer texts are cut in training: most of what they say is said by then."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is read how often, and how fast is learnt from it."""

    name: str
    rate: float
    word_rate: float
    switched: float
    """Share of English rows whose words are changed for another language's."""
    often: Mapping[str, float]
    """How often a set's rows are read."""
    otherwise: float
    """The same for sets that are not named."""


COURSES = (
    Course(
        "tune",
        rate=2e-4,
        word_rate=3e-4,
        switched=0.3,
        often={
            "written": 4.0,
            "umsab_sentiment": 2.5,
            "xed_emotions": 0.2,
            "goemotions": 0.35,
            "davidson_hate_offensive": 0.4,
            "edos_sexism": 0.7,
            "mlma_hate": 0.5,
            "cold_zh_offensive": 0.7,
            "toldbr_pt": 0.6,
            "polemo2_medicine_sentences": 0.6,
            "youtube_spam": 2.0,
            "scamspot_instagram": 2.0,
            "poleval2019_cyberbullying": 1.5,
        },
        otherwise=1.0,
    ),
    # What there is little of, once more and slowly, with some of all else against forgetting.
    Course(
        "polish",
        rate=1e-4,
        word_rate=2e-4,
        switched=0.5,
        often={
            "written": 5.0,
            "umsab_sentiment": 2.0,
            "semeval_sentiment_en": 0.25,
            "poleval2019_cyberbullying": 1.0,
            "komentarze_wp_pl": 0.7,
            "youtube_spam": 1.0,
            "scamspot_instagram": 1.0,
            "sms_spam": 0.5,
            "xed_emotions": 0.03,
        },
        otherwise=0.15,
    ),
)


class Switch:
    """Changes words of English rows for those of another language, so that lessons carry over."""

    def __init__(self, lexicon: NDArray[np.int32], pieces: Sequence[str]) -> None:
        """Take `lexicon[language, piece]`, the translation of each piece or -1."""
        self._lexicon = lexicon
        self._inside = np.array([piece.startswith("##") for piece in pieces])

    def __call__(self, row: NDArray[np.int32], chosen: np.random.Generator) -> NDArray[np.int32]:
        """Return the row with most of its whole words changed."""
        table = self._lexicon[chosen.integers(len(self._lexicon))]
        other = table[row]
        whole = ~self._inside[row]
        whole[:-1] &= ~self._inside[row[1:]]
        change = whole & (other >= 0) & (chosen.random(len(row)) < _SWITCHED_WORDS)
        return np.where(change, other, row).astype(np.int32)


def train(
    reader: Reader,
    pieces: Pieces,
    table: Table,
    kept: tuple[Sequence[str], NDArray[np.float16]],
    switch: Switch,
    folder: Path,
    device: str,
    course: Course,
) -> None:
    """Take one course with all heads; `kept` are texts with the embeddings that they keep."""
    rows = [row[:_MOST_PIECES] for row in batches.cut([*table.texts, *kept[0]], pieces)]
    first_kept = len(table.texts)
    english = np.array([language == "en" for language in table.languages])
    generator = np.random.default_rng(5)
    places = np.concatenate([_drawn(table, course, generator), np.arange(first_kept, len(rows))])
    plan = list(batches.shuffled(rows, places, TOKENS, generator))
    schedule = Schedule(len(plan))
    chosen = optimisers(reader, course.rate, course.word_rate, _FRESH)
    saved = Saved(folder / f"{course.name}.pt", reader, chosen)
    reader.to(device).train()
    began, shown = time.monotonic(), dict.fromkeys((*_HEAD_SHARE, "keep"), 0.0)
    for number in range(saved.restore(), len(plan)):
        places = plan[number]
        dice = np.random.default_rng((5, number))
        switched = [
            switch(rows[place], dice)
            if place < first_kept and english[place] and dice.random() < course.switched
            else rows[place]
            for place in places
        ]
        batch = batches.stack(switched, np.arange(len(places))).to(device)
        with torch.autocast(device, torch.bfloat16):
            states = reader.encoder(batch)
            scores = reader.scores(states, batch, tuple(_HEAD_SHARE))
        losses = _losses(scores, table, places, first_kept)
        keep = places >= first_kept
        if keep.any():
            goal = torch.from_numpy(kept[1][places[keep] - first_kept].astype(np.float32))
            mask = torch.from_numpy(keep)
            ours = reader.embedding(states[mask].float(), batch[mask])
            losses["keep"] = (1 - (ours * goal.to(device)).sum(-1)).sum() / len(places)
        total = torch.stack(
            [loss * _HEAD_SHARE.get(name, _KEEP) for name, loss in losses.items()]
        ).sum()
        step(chosen, total, schedule, number)
        for name, loss in losses.items():
            shown[name] = 0.99 * shown[name] + 0.01 * float(loss.detach())
        if number % 100 == 0:
            told = "  ".join(f"{name} {value:.3f}" for name, value in shown.items())
            print(
                f"{time.monotonic() - began:6.0f} s  {course.name} {number}/{len(plan)}  {told}",
                flush=True,
            )
        if number % 400 == 0:
            saved.keep(number + 1)
    saved.keep(len(plan))


def _drawn(table: Table, course: Course, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return the rows of a course, each set as often as it should be read."""
    often = np.array([course.often.get(source, course.otherwise) for source in table.sources])
    times = np.floor(often + generator.random(len(often))).astype(np.int64)
    return np.repeat(np.arange(len(often)), times)


def _losses(
    scores: Mapping[str, Tensor], table: Table, places: NDArray[np.int64], first_kept: int
) -> dict[str, Tensor]:
    """Return the loss of each head over the rows of a batch that have its label."""
    found = {}
    labelled = np.minimum(places, first_kept - 1)
    for head, output in scores.items():
        labels = np.where(places < first_kept, table.labels[head][labelled], NO_LABEL)
        weights = np.where(labels != NO_LABEL, table.weights[head][labelled], 0.0)
        # All rows count in the mean: a head with few rows in a batch moves the network little.
        mass = torch.from_numpy(weights.astype(np.float32)).to(output.device) / len(places)
        goal = torch.from_numpy(np.maximum(labels, 0)).to(output.device)
        if output.shape[1] == 1:
            soft = goal.float() * (1 - _SMOOTH) + _SMOOTH / 2
            each = functional.binary_cross_entropy_with_logits(output[:, 0], soft, reduction="none")
        else:
            each = functional.cross_entropy(output, goal, reduction="none", label_smoothing=_SMOOTH)
        found[head] = (each * mass).sum()
    return found


def scores(
    reader: Reader, rows: batches.Rows, device: str, tasks: Sequence[str]
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]]:
    """Return the scores of each task and the embeddings, for rows cut by `batches.cut`."""
    reader.eval()
    found = {task: np.zeros((len(rows), 0), np.float32) for task in (*tasks, "embedding")}
    with torch.inference_mode(), torch.autocast(device, torch.bfloat16):
        for places in batches.in_order(rows, TOKENS):
            batch = batches.stack(rows, places).to(device)
            states = reader.encoder(batch)
            outputs = reader.scores(states, batch, tasks)
            outputs["embedding"] = reader.embedding(states.float(), batch)
            for name, output in outputs.items():
                if not found[name].size:
                    found[name] = np.zeros((len(rows), output.shape[1]), np.float32)
                found[name][places] = output.float().cpu().numpy()
    embeddings = found.pop("embedding")
    return found, embeddings
