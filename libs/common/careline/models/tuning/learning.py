"""The training loop: AdamW, a linear warm-up and decay (as for BERT, Devlin et al. 2019), batches of like length."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .network import MiniLM, cheaper, padded

Say = Callable[[str], None]
# Texts are sorted by length within so many batches: little padding, and still a different order in every epoch.
_SORTED_TOGETHER = 32
_WARM_UP = 0.1
_LARGEST_GRADIENT = 1.0
_DECAY = 0.01
_REPORTS_AN_EPOCH = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: `rate` for the network, `head_rate` for what is put on it."""

    epochs: int
    batch: int
    rate: float
    head_rate: float
    seed: int


class Objective(nn.Module):  # type: ignore[misc]
    """What is put on the network and says how wrong it is."""

    def loss(self, states: Any, mask: Any, places: NDArray[np.intp]) -> Any:
        """A number for hidden states of the examples at `places`."""
        raise NotImplementedError


def learn(network: MiniLM, texts: Sequence[Sequence[int]], objective: Objective, plan: Plan, say: Say) -> None:
    """Changes `network` and `objective`. `texts` are token ids. Blocks for minutes."""
    random = np.random.default_rng(plan.seed)
    torch.manual_seed(plan.seed)
    optimiser, rates = _optimiser(network, objective, plan)
    steps = plan.epochs * math.ceil(len(texts) / plan.batch)
    step, start, sums = 0, time.monotonic(), 0.0
    every = max(1, steps // (plan.epochs * _REPORTS_AN_EPOCH))
    for _ in range(plan.epochs):
        network.train()
        for part in _batches(texts, plan.batch, random):
            _set_rates(optimiser, rates, _pace(step, steps))
            ids, mask = padded([texts[place] for place in part])
            with cheaper():
                states = network(ids, mask)
            loss = objective.loss(states.float(), mask, part)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
            optimiser.step()
            step += 1
            sums += float(loss.detach())
            if step % every == 0:
                left = (time.monotonic() - start) * (steps - step) / step
                say(f"{100 * step // steps} %, loss {sums / every:.3f}, about {left:.0f} s left")
                sums = 0.0


def _optimiser(network: MiniLM, objective: Objective, plan: Plan) -> tuple[Any, list[float]]:
    """Norms, biases and what is put on top are not pulled towards zero."""
    moving = [value for value in network.parameters() if value.requires_grad]
    groups = [
        {"params": [value for value in moving if value.dim() > 1], "lr": plan.rate, "weight_decay": _DECAY},
        {"params": [value for value in moving if value.dim() == 1], "lr": plan.rate, "weight_decay": 0.0},
        {"params": list(objective.parameters()), "lr": plan.head_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True), [plan.rate, plan.rate, plan.head_rate]


def _pace(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / (_WARM_UP * steps)) * (steps - step) / steps


def _set_rates(optimiser: Any, rates: Sequence[float], pace: float) -> None:
    for group, rate in zip(optimiser.param_groups, rates, strict=True):
        group["lr"] = rate * pace


def _batches(texts: Sequence[Sequence[int]], size: int, random: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    order = random.permutation(len(texts))
    found: list[NDArray[np.intp]] = []
    for start in range(0, len(order), size * _SORTED_TOGETHER):
        part = np.asarray(sorted(order[start : start + size * _SORTED_TOGETHER], key=lambda place: len(texts[place])))
        found += [part[begin : begin + size] for begin in range(0, len(part), size)]
    random.shuffle(found)
    yield from found
