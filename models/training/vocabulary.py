"""Chooses the word pieces: what English text uses of MiniLM's, and as many of the new languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from engage_tui.triage.features import is_ideograph, normalise
from engage_tui.triage.pieces import SPECIAL, Pieces, plain

NEW = {"pl": 3800, "de": 2600, "es": 2400, "fr": 2200, "pt": 2200, "it": 1100}
"""Pieces learnt for each language; those that English has too are counted in."""
NEW_CHINESE = {"zh-Hans": 3000, "zh-Hant": 2200}
ENGLISH = 17_500
"""Pieces of the base that are kept."""
_LONGEST_RUN = 4
_FEWEST = 3


def words(text: str) -> list[str]:
    """Return the words of a text as they are cut; a run of Chinese characters is one."""
    found: list[str] = []
    for ideographs, group in groupby(normalise(text).split(), is_ideograph):
        parts = list(group)
        found += ["".join(parts)] if ideographs else filter(None, map(plain, parts))
    return found


def choose(base: list[str], corpora: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the vocabulary for texts by language; `base` is MiniLM's, in its order."""
    counts = {
        lang: Counter(word for text in texts for word in words(text))
        for lang, texts in corpora.items()
    }
    pieces = dict.fromkeys((*SPECIAL, *_used(base, counts["en"])))
    symbols: Counter[str] = Counter()
    for lang, found in counts.items():
        symbols.update({word: n for word, n in found.items() if len(word) == 1})
        if lang in NEW:
            spelt = {word: n for word, n in found.items() if word.isalpha() and word.isascii()}
            pieces |= dict.fromkeys(_learnt(spelt, NEW[lang]))
        if lang in NEW_CHINESE:
            runs = {word: n for word, n in found.items() if is_ideograph(word[0])}
            pieces |= dict.fromkeys(_runs(runs, NEW_CHINESE[lang]))
    # Emoji and other signs stand alone; each that is seen a few times becomes a piece.
    pieces |= dict.fromkeys(sign for sign, n in symbols.items() if n >= _FEWEST)
    return list(pieces)


def _used(base: list[str], english: Counter[str]) -> list[str]:
    """Return what is kept of the base: what English text uses most, and all single letters."""
    cutter = Pieces([*SPECIAL, *(piece for piece in base if piece not in SPECIAL)])
    order = [*SPECIAL, *(piece for piece in base if piece not in SPECIAL)]
    used: Counter[int] = Counter()
    for word, n in english.items():
        for number in cutter.cut(word):
            used[number] += n
    # MiniLM's order is that of frequency in its own corpus: it parts what is used equally seldom.
    ranked = sorted(range(len(SPECIAL), len(order)), key=lambda number: (-used[number], number))
    kept = set(ranked[:ENGLISH])
    kept |= {n for n in ranked if order[n].removeprefix("##").isascii() and _single(order[n])}
    return [order[number] for number in sorted(kept)]


def _single(piece: str) -> bool:
    return len(piece.removeprefix("##")) == 1


def _learnt(counts: Mapping[str, int], size: int) -> list[str]:
    """Learn pieces from words by merging what often stands together."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=SPECIAL[1]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=[], show_progress=False)
    repeated = (f"{word} " * min(n, 2000) for word, n in counts.items())
    tokenizer.train_from_iterator(repeated, trainer)
    return sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)


def _runs(counts: Mapping[str, int], size: int) -> list[str]:
    """Return all characters that are seen a few times, and the words of two to four."""
    characters: Counter[str] = Counter()
    for run, n in counts.items():
        for character in run:
            characters[character] += n
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(
        vocab_size=size + len(characters),
        max_token_length=_LONGEST_RUN,
        min_frequency=_FEWEST,
        show_progress=False,
    )
    tokenizer.train_from_iterator((f"{run} " * n for run, n in counts.items()), trainer)
    joined = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    found = [run for run in joined if len(run) > 1]
    return [*(c for c, n in characters.items() if n >= _FEWEST), *found[:size]]
