"""Teaches the encoder other languages: a translation must land where MiniLM puts the English."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from engage_tui.triage.pieces import Pieces
from models.training import alignment, base, batches
from models.training.encoder import Encoder, Shape, mean
from models.training.pairs import Pair
from models.training.progress import Saved, Schedule, optimisers, step

MOST = {"de": 100_000, "fr": 100_000, "es": 100_000, "pl": 95_000, "zh-Hans": 80_000}
REPEATS = {"pt": 3, "it": 2, "zh-Hans": 1.5, "zh-Hant": 1.3, "pl": 1.3}
MOST_LESSONS = 300_000
TOKENS = 4096
_TEACHER_TOKENS = 8192
_SHARPNESS = 20.0
_CONTRAST = 0.1
_HELD_OUT = 400
RATE, WORD_RATE = 2e-4, 1e-3


def begin(
    order: Sequence[str], pairs: Mapping[str, Sequence[Pair]]
) -> tuple[Encoder, NDArray[np.int32]]:
    """Return MiniLM over our vocabulary, and a lexicon [language, English piece].

    Known pieces keep their meaning; that of new ones is guessed from what they translate.
    """
    pieces = Pieces(order)
    known = base.weights()
    places = {piece: place for place, piece in enumerate(base.vocabulary())}
    is_known = np.array([piece in places for piece in order])
    words = np.zeros((len(order), known["words.weight"].shape[1]), np.float32)
    theirs = known["words.weight"].numpy()
    for number, piece in enumerate(order):
        if is_known[number]:
            words[number] = theirs[places[piece]]
    found = []
    for some in pairs.values():
        cut = [(pieces.cut(english), pieces.cut(other)) for english, other in some]
        found.append(alignment.translations(cut, len(order)))
    network = Encoder(Shape(len(order)))
    known["words.weight"] = torch.from_numpy(alignment.project(words, is_known, found))
    network.load_state_dict(known)
    return network, alignment.lexicon(found, len(order))


def chosen_pairs(pairs: Mapping[str, Sequence[Pair]]) -> dict[str, list[Pair]]:
    """Return as many pairs of each language as are trained on."""
    return {lang: list(some[: MOST.get(lang, 80_000)]) for lang, some in pairs.items()}


def train(
    network: Encoder,
    pieces: Pieces,
    pairs: Mapping[str, Sequence[Pair]],
    english: Sequence[str],
    folder: Path,
    device: str,
) -> tuple[dict[str, int], NDArray[np.float16]]:
    """Train on translations; `english` are further texts whose place is to be kept.

    Returns:
        The number of each English sentence, and where MiniLM puts it.
    """
    teacher, teacher_pieces = base.encoder()
    teacher.to(device)
    sentences = list(dict.fromkeys([*(e for some in pairs.values() for e, _ in some), *english]))
    at = {sentence: number for number, sentence in enumerate(sentences)}
    cache = folder / "teacher.npy"
    if cache.exists() and len(np.load(cache, mmap_mode="r")) == len(sentences):
        targets = np.load(cache)
    else:
        rows = batches.cut(sentences, teacher_pieces)
        targets = base.embeddings(teacher, rows, device, _TEACHER_TOKENS)
        np.save(cache, targets)
    texts, goals = _lessons(pairs, english, at)
    some = np.random.default_rng(3).permutation(len(texts))[:MOST_LESSONS]
    texts, goals = [texts[place] for place in some], goals[some]
    rows = batches.cut(texts, pieces)
    places = np.arange(len(rows))
    generator = np.random.default_rng(11)
    plan = list(batches.shuffled(rows, places, TOKENS, generator))
    schedule = Schedule(len(plan))
    optimiser = optimisers(network, RATE, WORD_RATE)
    saved = Saved(folder / "distil.pt", network, optimiser)
    network.to(device).train()
    network.dropout = 0.0
    began = time.monotonic()
    shown = 0.0
    for number in range(saved.restore(), len(plan)):
        batch = batches.stack(rows, plan[number]).to(device)
        goal = torch.from_numpy(targets[goals[plan[number]]].astype(np.float32)).to(device)
        with torch.autocast(device, torch.bfloat16):
            states = network(batch)
        guess = functional.normalize(mean(states.float(), batch), dim=-1)
        near = 1 - (guess * goal).sum(-1).mean()
        contrast = functional.cross_entropy(
            guess @ goal.T * _SHARPNESS, torch.arange(len(goal), device=device)
        )
        step(optimiser, near + _CONTRAST * contrast, schedule, number)
        shown = 0.98 * shown + 0.02 * near.item() if number else near.item()
        if number % 100 == 0:
            print(
                f"{time.monotonic() - began:6.0f} s  distil {number}/{len(plan)}  "
                f"1 - cos {shown:.3f}  contrast {contrast.item():.3f}",
                flush=True,
            )
            saved.keep(number + 1)
    saved.keep(len(plan))
    return at, targets


def _lessons(
    pairs: Mapping[str, Sequence[Pair]], english: Sequence[str], at: Mapping[str, int]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the texts to read, and which sentence's embedding is the goal of each."""
    texts: list[str] = []
    goals: list[int] = []
    for lang, some in pairs.items():
        count = int(len(some) * REPEATS.get(lang, 1))
        for number in range(count):
            source, other = some[number % len(some)]
            texts.append(other)
            goals.append(at[source])
    texts += english
    goals += [at[text] for text in english]
    return texts, np.asarray(goals)


def retrieval(
    network: Encoder, pieces: Pieces, held_out: Mapping[str, Sequence[Pair]], device: str
) -> dict[str, float]:
    """Return by language how often the nearest English sentence is the one translated."""
    network.eval()
    found = {}
    for lang, some in held_out.items():
        part = some[:_HELD_OUT]
        ours = base.embeddings(network, batches.cut([o for _, o in part], pieces), device, 4096)
        theirs = base.embeddings(network, batches.cut([e for e, _ in part], pieces), device, 4096)
        nearest = (ours.astype(np.float32) @ theirs.astype(np.float32).T).argmax(axis=1)
        found[lang] = float((nearest == np.arange(len(part))).mean())
    return found
