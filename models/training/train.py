"""Makes the triage model again from the public sets and the written messages.

From the folder of the repository: `python -m models.training.train --data FOLDER`. Seeds are
fixed. Each step leaves its result in the work folder; a run that was stopped goes on from there.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engage_tui.triage.features import normalise
from engage_tui.triage.pieces import Pieces
from models.training import (
    anchors,
    base,
    batches,
    card,
    distil,
    export,
    goals,
    honest,
    languages,
    lens,
    lessons,
    linear,
    measure,
    pairs,
    tune,
    vocabulary,
)
from models.training.encoder import Encoder, Reader, Shape
from models.training.fit import matrix
from models.training.sources import WRITTEN_SET, Lessons
from models.training.table import Table, tables

NAME, VERSION = "minilm", "2026.11.2"
LEAST_LANGUAGE = 0.5
ABSTAIN = {"intent": 0.35, "sentiment": 0.4}
TASKS = ("intent", "sentiment", "toxicity", "spam")
_TEXTS = {"en": 160_000}
_TEXTS_OTHERWISE = 70_000
_WRITTEN_OFTEN = 15
"""Written messages count for the vocabulary as if they were read this many times."""
_SOCIAL, _PLAIN = 60_000, 40_000
_KEPT, _KEPT_ENGLISH = 9_000, 15_000
_SAMPLE = 400


def main() -> None:
    """Take all steps, each one only if its result is not there yet."""
    options = _options()
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)

    sentence_pairs = pairs.by_language(options.pairs)
    known = lessons.collect(options.data, options.pairs)
    tell("sets and sentence pairs read")
    order = _vocabulary(work / "vocabulary.txt", known, sentence_pairs)
    pieces = Pieces(order)
    tell(f"{len(order)} word pieces")
    english = _english(known, sentence_pairs)
    encoder = _begin(work, order, sentence_pairs, tell)
    sentences, targets = distil.train(
        encoder, pieces, distil.chosen_pairs(sentence_pairs), english, work, options.device
    )
    tell(f"languages: {distil.retrieval(encoder, pieces, sentence_pairs, options.device)}")
    train, dev = tables({task: known.heads[task] for task in TASKS}, lessons.ORDER)
    reader = Reader(encoder, {task: _width(task) for task in TASKS})
    kept = _kept(sentence_pairs, english, sentences, targets)
    switch = tune.Switch(np.load(work / "lexicon.npy"), order)
    for course in tune.COURSES:
        tune.train(reader, pieces, train, kept, switch, work, options.device, course)
        tell(f"course taken: {course.name}")
    lens.train(reader, pieces, options.data, options.pairs, sentence_pairs, options.device)
    tell("embedding turned towards what is asked")
    weights, bias = linear.train(known.heads, lessons.ORDER, dev.texts, work / "linear")
    tell("n-grams trained")
    fusion = _fusion(reader, pieces, dev, (weights, bias), options.device)
    tell(f"parts put together: {fusion.transformer.round(2)} {fusion.ngrams.round(2)}")
    parts = export.Parts(
        weights={name: value.cpu().numpy() for name, value in reader.state_dict().items()},
        vocabulary=order,
        sample=_sample(train, pieces),
        ngram_weights=weights,
        ngrams=linear.NGRAMS,
        fusion=fusion,
        languages=languages.LANGUAGES,
        calibration={head: {"": {"temperature": 1.0}} for head in lessons.ORDER},
        least_language=LEAST_LANGUAGE,
        abstain=ABSTAIN,
    )
    export.write(options.out, parts, NAME, VERSION)
    finish(options.out, known)
    tell("calibrated, measured and written")


def finish(out: Path, known: Lessons) -> None:
    """Calibrate a written model by its own answers, and measure it."""
    held = {head: lessons.held(known.heads[head], head) for head in lessons.ORDER}
    found = measure.read(out, held)
    export.calibrate(out, measure.calibrate(found))
    anchors.write(out, held)
    told = {head: measure.told(head, some) for head, some in found.items()}
    figures = measure.report(told)
    path = out / "training" / "figures.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    card.write(out / "CARD.md", told, figures)
    print(goals.table(goals.reached(told)), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training sets")
    parser.add_argument("--pairs", type=Path, help="sentence pairs [DATA/../parallel]")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--work", type=Path, default=Path("build/triage"), help="for checkpoints")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    options.pairs = options.pairs or options.data.parent / "parallel"
    return options


def _width(task: str) -> int:
    """Return the columns of a task: one is enough for yes or no."""
    labels = len(lessons.ORDER[task])
    return 1 if labels == 2 else labels


def _vocabulary(
    path: Path, known: Lessons, sentence_pairs: Mapping[str, Sequence[pairs.Pair]]
) -> list[str]:
    """Choose the word pieces by all texts there are."""
    if path.exists():
        return path.read_text(encoding="utf-8").split("\n")[:-1]
    corpora: dict[str, dict[str, None]] = {lang: {} for lang in ("en", *pairs.LANGUAGES)}
    often: dict[str, list[str]] = {lang: [] for lang in corpora}
    for head in TASKS:
        for lesson in known.heads[head]:
            if lesson.lang in corpora and not lesson.dev:
                corpora[lesson.lang][lesson.text] = None
                if lesson.source == WRITTEN_SET:
                    often[lesson.lang].append(lesson.text)
    for lang, some in sentence_pairs.items():
        corpora[lang] |= dict.fromkeys(other for _, other in some)
        corpora["en"] |= dict.fromkeys(english for english, _ in some)
    chosen = random.Random(5)
    texts = {
        lang: chosen.sample(sorted(found), min(len(found), _TEXTS.get(lang, _TEXTS_OTHERWISE)))
        + sorted(set(often[lang])) * _WRITTEN_OFTEN
        for lang, found in corpora.items()
    }
    order = vocabulary.choose(base.vocabulary(), texts)
    path.write_text("".join(f"{piece}\n" for piece in order), encoding="utf-8")
    return order


def _english(known: Lessons, sentence_pairs: Mapping[str, Sequence[pairs.Pair]]) -> list[str]:
    """Return English texts whose meaning is to stay where MiniLM has it."""
    chosen = random.Random(2)
    social = {
        lesson.text
        for task in TASKS
        for lesson in known.heads[task]
        if lesson.lang == "en" and not lesson.dev
    }
    plain = {english for some in sentence_pairs.values() for english, _ in some}
    return [
        *chosen.sample(sorted(social), min(_SOCIAL, len(social))),
        *chosen.sample(sorted(plain), min(_PLAIN, len(plain))),
    ]


def _begin(
    work: Path,
    order: Sequence[str],
    sentence_pairs: Mapping[str, Sequence[pairs.Pair]],
    tell: Callable[[str], None],
) -> Encoder:
    """Return the encoder with first meanings for new pieces, and keep the lexicon."""
    path = work / "begin.pt"
    if path.exists() and (work / "lexicon.npy").exists():
        encoder = Encoder(Shape(len(order)))
        encoder.load_state_dict(torch.load(path, weights_only=True))
        return encoder
    encoder, lexicon = distil.begin(order, sentence_pairs)
    np.save(work / "lexicon.npy", lexicon)
    torch.save(encoder.state_dict(), path)
    tell("new pieces have a first meaning")
    return encoder


def _kept(
    sentence_pairs: Mapping[str, Sequence[pairs.Pair]],
    english: Sequence[str],
    sentences: Mapping[str, int],
    targets: NDArray[np.float16],
) -> tuple[list[str], NDArray[np.float16]]:
    """Return texts of all languages with the embeddings that they are to keep."""
    chosen = random.Random(4)
    texts, places = [], []
    for some in sentence_pairs.values():
        known = [pair for pair in some if pair[0] in sentences]
        for source, other in chosen.sample(known, min(len(known), _KEPT)):
            texts.append(other)
            places.append(sentences[source])
    for text in chosen.sample(list(english), min(len(english), _KEPT_ENGLISH)):
        texts.append(text)
        places.append(sentences[text])
    return texts, targets[places]


def _fusion(
    reader: Reader,
    pieces: Pieces,
    dev: Table,
    counted: tuple[NDArray[np.float32], NDArray[np.float32]],
    device: str,
) -> export.Fusion:
    """Find on held-out rows how network and n-grams are added up."""
    transformer, ngrams, biases = [], [], []
    for head in lessons.ORDER:
        own = linear.columns(head, lessons.ORDER)
        weights, bias = counted[0][:, own], counted[1][own]
        width = weights.shape[1]
        if head not in TASKS:
            ngrams.append(np.ones(width, np.float32))
            biases.append(bias)
            continue
        places = _fair(dev, head)
        texts = [dev.texts[place] for place in places]
        rows = batches.cut(texts, pieces)
        looked, _ = tune.scores(reader, rows, device, (head,))
        plain = matrix(texts, linear.NGRAMS) @ weights + bias
        groups = [(dev.sources[place], dev.languages[place]) for place in places]
        sizes = Counter(groups)
        a, b, shift = honest.fuse(
            looked[head],
            np.asarray(plain, np.float32),
            dev.labels[head][places],
            np.array([1 / sizes[group] for group in groups]),
        )
        transformer.append(np.full(width, a, np.float32))
        ngrams.append(np.full(width, b, np.float32))
        biases.append((shift + b * bias).astype(np.float32))
    return export.Fusion(
        np.concatenate(transformer), np.concatenate(ngrams), np.concatenate(biases)
    )


def _fair(dev: Table, head: str) -> NDArray[np.int64]:
    """Return held-out rows of a head, at most some of each set; of intents, the written ones."""
    places = dev.places(head, WRITTEN_SET if head == "intent" else "")
    chosen: list[int] = []
    counts: dict[tuple[str, str], int] = {}
    for place in places.tolist():
        group = dev.sources[place], dev.languages[place]
        counts[group] = counts.get(group, 0) + 1
        if counts[group] <= lessons.MOST:
            chosen.append(place)
    return np.array(chosen)


def _sample(train: Table, pieces: Pieces) -> NDArray[np.int32]:
    """Return rows of pieces of some texts, by which the network's reach is found."""
    chosen = random.Random(6).sample(train.texts, _SAMPLE)
    rows = batches.cut([text for text in chosen if normalise(text)], pieces)
    longest = max(map(len, rows))
    return np.stack([np.pad(row, (0, longest - len(row))) for row in rows]).astype(np.int32)


if __name__ == "__main__":
    main()
