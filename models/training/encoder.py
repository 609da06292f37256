"""The network as it is trained: MiniLM's six layers over our vocabulary, and a head for each task.

Runs in bfloat16 where a processor or a graphics card has fast units for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engage_tui.triage.pieces import PAD, WINDOW


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network; the defaults are those of all-MiniLM-L6-v2."""

    pieces: int
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = WINDOW


class Layer(nn.Module):
    """One transformer layer, with normalisation after each part."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.mix = nn.Linear(shape.width, shape.width)
        self.mix_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.grow = nn.Linear(shape.width, shape.inner)
        self.shrink = nn.Linear(shape.inner, shape.width)
        self.shrink_norm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, x: Tensor, absent: Tensor) -> Tensor:
        """Return the next states; `absent` is True where a row is only filled up."""
        rows, length, width = x.shape
        size = width // self.heads
        q, k, v = self.qkv(x).view(rows, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        # Written out: the fused kernel's backward pass in bfloat16 takes twice the whole rest.
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(size)
        shares = scores.masked_fill(absent[:, None, None, :], -1e4).softmax(-1)
        seen = (shares.to(v.dtype) @ v).transpose(1, 2).reshape(rows, length, width)
        x = self.mix_norm(x + self.mix(seen))
        inner = functional.gelu(self.grow(x))
        return torch.as_tensor(self.shrink_norm(x + self.shrink(inner)))


class Encoder(nn.Module):
    """Word pieces in, one state for each piece out."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        # Sparse: a batch touches few of the pieces, and a dense gradient would cost more than all.
        self.words = nn.Embedding(shape.pieces, shape.width, sparse=True)
        self.positions = nn.Parameter(torch.zeros(shape.positions, shape.width))
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, pieces: Tensor) -> Tensor:
        """Return states [rows, pieces, width]."""
        absent = pieces == PAD
        x = self.norm(self.words(pieces) + self.positions[: pieces.shape[1]])
        # Dropped here only: inside the layers it costs a fifth of the time on a processor.
        x = functional.dropout(x, self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, absent)
        return torch.as_tensor(x)


def mean(states: Tensor, pieces: Tensor) -> Tensor:
    """Return the mean state of each row, what fills it up left out."""
    present = (pieces != PAD).unsqueeze(-1).to(states.dtype)
    return (states * present).sum(1) / present.sum(1)


class Attention(nn.Module):
    """A head: weighs the states by what it looks for, then scores its labels."""

    def __init__(self, width: int, labels: int) -> None:
        super().__init__()
        self.look = nn.Linear(width, 1, bias=False)
        self.score = nn.Linear(width, labels)
        nn.init.zeros_(self.look.weight)  # Begins as the mean of the states.

    def forward(self, states: Tensor, pieces: Tensor) -> Tensor:
        """Return scores [rows, labels]."""
        weights = self.look(states).squeeze(-1).masked_fill(pieces == PAD, -1e4).softmax(-1)
        pooled = (weights.unsqueeze(-1).to(states.dtype) * states).sum(1)
        return torch.as_tensor(self.score(pooled))


class Reader(nn.Module):
    """The encoder with a sentence embedding and a head for each task."""

    def __init__(self, encoder: Encoder, labels: dict[str, int]) -> None:
        super().__init__()
        width = encoder.shape.width
        self.encoder = encoder
        self.embed = nn.Linear(width, width, bias=False)
        nn.init.eye_(self.embed.weight)
        self.tasks = nn.ModuleDict({name: Attention(width, n) for name, n in labels.items()})

    def embedding(self, states: Tensor, pieces: Tensor) -> Tensor:
        """Return sentence embeddings of length 1."""
        return functional.normalize(self.embed(mean(states, pieces)).float(), dim=-1)

    def scores(self, states: Tensor, pieces: Tensor, tasks: Sequence[str]) -> dict[str, Tensor]:
        """Return the scores of some tasks."""
        return {name: self.tasks[name](states, pieces).float() for name in tasks}
