"""What a text is about: cross-entropy over the labels, and texts of one label drawn together."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from .learning import Objective
from .network import pooled

_SCALE = 20.0
# Mueller et al. 2019 (arXiv 1906.02629): a network that is never to be wholly sure generalises a little better.
_SMOOTHING = 0.1


class Intents(Objective):
    """Cosine to one direction a label, and supervised contrast (Khosla et al. 2020, arXiv 2004.11362) beside it.

    The directions begin as the means of the labels' vectors, so that training starts from what the encoder knows.
    """

    def __init__(self, labels: NDArray[np.intp], start: NDArray[np.float32], contrast: float, warmth: float) -> None:
        super().__init__()
        self._labels = torch.tensor(labels)
        means = np.stack([start[labels == number].mean(axis=0) for number in range(int(labels.max()) + 1)])
        self._directions = nn.Parameter(functional.normalize(torch.tensor(means), dim=-1))
        self._bias = nn.Parameter(torch.zeros(len(means)))
        self._contrast = contrast
        self._warmth = warmth

    def loss(self, states: Any, mask: Any, places: NDArray[np.intp]) -> Any:
        found = pooled(states, mask)
        labels = self._labels[torch.tensor(places)]
        logits = _SCALE * (found @ functional.normalize(self._directions, dim=-1).T) + self._bias
        loss = functional.cross_entropy(logits, labels, label_smoothing=_SMOOTHING)
        return loss + self._contrast * self._drawn_together(found, labels) if self._contrast else loss

    def _drawn_together(self, found: Any, labels: Any) -> Any:
        """Mean negative log-likelihood of the texts of the same label among all others of the batch."""
        alike = (labels[:, None] == labels[None]).float().fill_diagonal_(0.0)
        count = alike.sum(-1)
        if not bool((count > 0).any()):
            return found.sum() * 0.0
        scores = (found @ found.T / self._warmth).fill_diagonal_(-1e9)
        likelihood = (torch.log_softmax(scores, -1) * alike).sum(-1)
        return -(likelihood[count > 0] / count[count > 0]).mean()
