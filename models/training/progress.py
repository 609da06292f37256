"""What both trainings share: optimisers, the course of the learning rate, and checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer, SparseAdam

Optimisers = tuple[Optimizer, ...]
_DECAY = 0.01
_WARM_UP = 0.06
_LAST = 0.02


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rate that rises, then falls in a straight line."""

    steps: int

    def factor(self, number: int) -> float:
        """Return the share of the full rate at a step."""
        done = (number + 1) / max(1, self.steps)
        if done < _WARM_UP:
            return done / _WARM_UP
        return max(_LAST, (1 - done) / (1 - _WARM_UP))


def optimisers(network: nn.Module, rate: float, word_rate: float, fresh: float = 1.0) -> Optimisers:
    """Return the optimisers of the word embeddings and of all else; `fresh` speeds up the heads."""
    words, heads, body = [], [], []
    for name, parameter in network.named_parameters():
        if name.endswith("words.weight"):
            words.append(parameter)
        elif name.startswith(("tasks.", "embed.")):
            heads.append(parameter)
        else:
            body.append(parameter)
    groups = [{"params": body, "lr": rate}, {"params": heads, "lr": rate * fresh}]
    fused = AdamW([group for group in groups if group["params"]], weight_decay=_DECAY, fused=True)
    found: Optimisers = (SparseAdam(words, lr=word_rate), fused)
    for optimiser in found:
        for group in optimiser.param_groups:
            group["full"] = group["lr"]
    return found


def step(chosen: Optimisers, loss: Tensor, schedule: Schedule, number: int) -> None:
    """Take one step down the loss."""
    loss.backward()  # type: ignore[no-untyped-call]
    for optimiser in chosen:
        for group in optimiser.param_groups:
            group["lr"] = group["full"] * schedule.factor(number)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)


class Saved:
    """A checkpoint, so that a training that was stopped goes on where it was."""

    def __init__(self, path: Path, network: nn.Module, chosen: Optimisers) -> None:
        self._path, self._network, self._optimisers = path, network, chosen

    def restore(self) -> int:
        """Bring back what was kept; returns the step to go on with."""
        if not self._path.exists():
            return 0
        kept = torch.load(self._path, map_location="cpu", weights_only=True)
        self._network.load_state_dict(kept["network"])
        for optimiser, state in zip(self._optimisers, kept["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        return int(kept["step"])

    def keep(self, number: int) -> None:
        """Write the state after `number` steps, whole or not at all."""
        fresh = self._path.with_suffix(".new")
        torch.save(
            {
                "network": self._network.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in self._optimisers],
                "step": number,
            },
            fresh,
        )
        fresh.replace(self._path)
