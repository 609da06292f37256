"""Turns the sentence embedding towards what is asked, and away from what it is about.

MiniLM's embedding groups by topic. A linear map over the mean state is taught by contrast: texts
of one fine intent belong together and away from the set's other intents, a translation belongs
with its English. The network itself stays as it is.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engage_tui.triage.pieces import Pieces
from models.training import batches, sources
from models.training.encoder import Reader, mean
from models.training.pairs import Pair

SETS = ("banking77", "clinc150", "hwu64", "hint3", "bitext_customer_support", "multidogo")
_MOST_OF_INTENT, _FEWEST_OF_INTENT = 60, 4
_TRANSLATIONS = 2_500
_STEPS = 1_500
_INTENTS, _EACH, _PAIRS = 48, 4, 192
_RATE, _PULL = 1e-3, 3.0
_SHARPNESS = 14.0
_TOKENS = 4096


def train(
    reader: Reader,
    pieces: Pieces,
    data: Path,
    pairs_folder: Path,
    pairs: Mapping[str, Sequence[Pair]],
    device: str,
) -> None:
    """Replace the weights of `reader.embed`."""
    intents = _intents(data, pairs_folder)
    texts = [text for groups in intents.values() for group in groups.values() for text in group]
    translated = [pair for some in pairs.values() for pair in some[:_TRANSLATIONS]]
    texts += [text for pair in translated for text in pair]
    texts = list(dict.fromkeys(texts))
    at = {text: number for number, text in enumerate(texts)}
    states = _means(reader, batches.cut(texts, pieces), device)
    places = {
        source: [[at[text] for text in group] for group in groups.values()]
        for source, groups in intents.items()
    }
    both = np.array([[at[english], at[other]] for english, other in translated])
    first = reader.embed.weight.detach().float().cpu()
    weight = first.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([weight], lr=_RATE)
    chosen = np.random.default_rng(9)
    names = sorted(places)
    sizes = np.array([len(places[name]) for name in names], float) ** 0.7
    for _ in range(_STEPS):
        groups = places[names[chosen.choice(len(names), p=sizes / sizes.sum())]]
        loss = _together(weight, states, groups, chosen) + _apart(weight, states, both, chosen)
        loss = loss + _PULL * (weight - first).square().mean() * len(first)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        reader.embed.weight.copy_(weight)


def _intents(data: Path, pairs_folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return for each set and language the texts of every fine intent."""
    found: dict[str, dict[str, list[str]]] = {}
    for source, row, dev in sources.rows(data):
        if source in SETS and not dev:
            _add(found, source, str(row["labels"]["intent"]), row["text"])
    with gzip.open(pairs_folder / "intents" / "qna_chitchat.jsonl.gz", "rt", encoding="utf-8") as f:
        for row in map(json.loads, f):
            _add(found, f"chat {row['lang']}", row["intent"], row["text"])
    return {
        source: kept
        for source, groups in found.items()
        if len(kept := {k: v for k, v in groups.items() if len(v) >= _FEWEST_OF_INTENT}) > 8
    }


def _add(found: dict[str, dict[str, list[str]]], source: str, intent: str, text: str) -> None:
    group = found.setdefault(source, {}).setdefault(intent, [])
    if len(group) < _MOST_OF_INTENT:
        group.append(text)


def _means(reader: Reader, rows: batches.Rows, device: str) -> Tensor:
    """Return the mean state of each row."""
    reader.eval()
    found = torch.zeros(len(rows), reader.encoder.shape.width)
    with torch.inference_mode(), torch.autocast(device, torch.bfloat16):
        for places in batches.in_order(rows, _TOKENS):
            batch = batches.stack(rows, places).to(device)
            found[places] = mean(reader.encoder(batch).float(), batch).cpu()
    return found.clone()


def _together(
    weight: Tensor, states: Tensor, groups: Sequence[Sequence[int]], chosen: np.random.Generator
) -> Tensor:
    """Return the loss of some intents of one set: each text against all of other intents."""
    some = chosen.choice(len(groups), min(_INTENTS, len(groups)), replace=False)
    rows = np.concatenate([chosen.choice(groups[number], _EACH, replace=False) for number in some])
    labels = torch.from_numpy(np.repeat(np.arange(len(some)), _EACH))
    vectors = functional.normalize(states[rows] @ weight.T, dim=-1)
    alike = vectors @ vectors.T * _SHARPNESS
    itself = torch.eye(len(rows), dtype=torch.bool)
    alike = alike.masked_fill(itself, -1e4)
    same = (labels[:, None] == labels[None, :]) & ~itself
    chances = alike.log_softmax(-1)
    return -(chances * same).sum(-1).div(_EACH - 1).mean()


def _apart(weight: Tensor, states: Tensor, both: np.ndarray, chosen: np.random.Generator) -> Tensor:
    """Return the loss of some translations: each against the English of the others."""
    rows = both[chosen.choice(len(both), _PAIRS, replace=False)]
    english = functional.normalize(states[rows[:, 0]] @ weight.T, dim=-1)
    other = functional.normalize(states[rows[:, 1]] @ weight.T, dim=-1)
    return functional.cross_entropy(other @ english.T * _SHARPNESS, torch.arange(len(rows)))
