"""The training loop: AdamW, a linear warm-up and decay (as for BERT, Devlin et al. 2019), batches of like length."""

from __future__ import annotations

import copy
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
    """How to train: `rate` for the network, `head_rate` for what is put on it.

    After `together` epochs the training is continued `branches` times from the same point, each time in another order
    of the examples, and the mean of the weights is what was learnt (Izmailov et al. 2018, arXiv 1803.05407; that parts
    of one training can be averaged: Frankle et al. 2020, arXiv 1912.05671).
    """

    epochs: int
    batch: int
    rate: float
    head_rate: float
    seed: int
    branches: int = 1
    together: int = 0

    def steps(self, texts: int) -> tuple[int, int]:
        """Of the common part, and of a branch."""
        an_epoch = math.ceil(texts / self.batch)
        together = self.together if self.branches > 1 else self.epochs
        return together * an_epoch, (self.epochs - together) * an_epoch


class Objective(nn.Module):  # type: ignore[misc]
    """What is put on the network and says how wrong it is."""

    def loss(self, states: Any, mask: Any, places: NDArray[np.intp]) -> Any:
        """A number for hidden states of the examples at `places`."""
        raise NotImplementedError


def learn(network: MiniLM, texts: Sequence[Sequence[int]], objective: Objective, plan: Plan, say: Say) -> None:
    """Changes `network` and `objective`. `texts` are token ids. Blocks for minutes."""
    training = _Training(network, texts, objective, plan, say)
    common, own = plan.steps(len(texts))
    training.go_on(plan.seed, 0, common)
    if not own:
        return
    parting = training.state()
    mean: list[Any] = []
    for number in range(plan.branches):
        training.go_back(parting)
        training.go_on(plan.seed + 1 + number, common, common + own)
        weights = [value.detach().clone() for value in training.moving()]
        mean = [before + value for before, value in zip(mean, weights, strict=True)] if mean else weights
    with torch.no_grad():
        for value, total in zip(training.moving(), mean, strict=True):
            value.copy_(total / plan.branches)


class _Training:
    """Network, objective and optimiser on their way, which can be taken up again from an earlier point."""

    def __init__(
        self, network: MiniLM, texts: Sequence[Sequence[int]], objective: Objective, plan: Plan, say: Say
    ) -> None:
        self._network, self._texts, self._objective, self._plan, self._say = network, texts, objective, plan, say
        self._optimiser, self._rates = _optimiser(network, objective, plan)
        common, own = plan.steps(len(texts))
        self._steps, self._all = common + own, common + own * plan.branches
        self._every = max(1, self._steps // (plan.epochs * _REPORTS_AN_EPOCH))
        self._done, self._start, self._sum = 0, time.monotonic(), 0.0

    def moving(self) -> list[Any]:
        """What is learnt."""
        return [*(value for value in self._network.parameters() if value.requires_grad), *self._objective.parameters()]

    def state(self) -> tuple[list[Any], Any]:
        return [value.detach().clone() for value in self.moving()], copy.deepcopy(self._optimiser.state_dict())

    def go_back(self, state: tuple[list[Any], Any]) -> None:
        with torch.no_grad():
            for value, former in zip(self.moving(), state[0], strict=True):
                value.copy_(former)
        self._optimiser.load_state_dict(copy.deepcopy(state[1]))

    def go_on(self, seed: int, first: int, end: int) -> None:
        """The steps from `first` to `end` of the schedule."""
        random = np.random.default_rng(seed)
        torch.manual_seed(seed)
        self._network.train()
        step = first
        while step < end:
            for part in _batches(self._texts, self._plan.batch, random):
                _set_rates(self._optimiser, self._rates, _pace(step, self._steps))
                self._step(part)
                step += 1

    def _step(self, part: NDArray[np.intp]) -> None:
        ids, mask = padded([self._texts[place] for place in part])
        with cheaper():
            states = self._network(ids, mask)
        loss = self._objective.loss(states.float(), mask, part)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), _LARGEST_GRADIENT)
        self._optimiser.step()
        self._done += 1
        self._sum += float(loss.detach())
        if self._done % self._every == 0:
            left = (time.monotonic() - self._start) * (self._all - self._done) / self._done
            share = 100 * self._done // self._all
            self._say(f"{share} %, loss {self._sum / self._every:.3f}, about {left:.0f} s left")
            self._sum = 0.0


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
