"""Makes a head's probabilities mean what they say, from predictions on examples it was not trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .softmax_regression import Floats, softmax

_LOWEST, _HIGHEST = 0.05, 20.0
_GOLDEN = (5**0.5 - 1) / 2


def fit_temperature(logits: Floats, labels: NDArray[np.intp]) -> float:
    """The number to divide logits by so that the labels become likeliest (Guo et al. 2017, arXiv 1706.04599).

    A golden-section search on the logarithm: the cross-entropy has one minimum in it.
    """
    if not len(labels):
        return 1.0
    low, high = float(np.log(_LOWEST)), float(np.log(_HIGHEST))
    while high - low > 1e-3:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _loss(logits, labels, left) <= _loss(logits, labels, right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _loss(logits: Floats, labels: NDArray[np.intp], log_temperature: float) -> float:
    probabilities = softmax(logits / np.float32(np.exp(log_temperature)))
    return -float(np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())


@dataclass(frozen=True, slots=True)
class Validation:
    """What cross-validation saw of each of the n held-out examples.

    confidence: float32[n], the probability of the label that was picked; correct: bool[n], whether it was the right
    one; familiarity: float32[n], see `Head.familiarity`.
    """

    confidence: Floats
    correct: NDArray[np.bool_]
    familiarity: Floats

    @property
    def accuracy(self) -> float:
        """Share of held-out examples that were right; 0.0 without any."""
        return float(self.correct.mean()) if len(self.correct) else 0.0

    def threshold(self, precision: float) -> float:
        """The lowest confidence above which at least `precision` of the held-out examples were right; 1.0 if there is
        none, so that nothing passes on a promise that was never seen kept."""
        order = np.argsort(-self.confidence, kind="stable")
        share = np.cumsum(self.correct[order]) / np.arange(1, len(order) + 1)
        confidence = self.confidence[order]
        # Equal confidences pass or fail together: only the last of them may be the border.
        border = np.append(confidence[1:] < confidence[:-1], True)[: len(order)]
        passing = np.flatnonzero((share >= precision) & border)
        return float(confidence[passing[-1]]) if len(passing) else 1.0

    def familiarity_threshold(self, kept: float) -> float:
        """The familiarity that a share of `kept` of the held-out examples reach; texts below it are probably about
        something that no label is about. Minus infinity without held-out examples."""
        return float(np.quantile(self.familiarity, 1.0 - kept)) if len(self.familiarity) else float("-inf")

    def calibration_error(self, bins: int = 10) -> float:
        """Expected calibration error: mean distance of confidence from accuracy over equal-sized bins."""
        if not len(self.correct):
            return 0.0
        order = np.argsort(self.confidence, kind="stable")
        gaps = [
            len(part) * abs(float(self.confidence[part].mean()) - float(self.correct[part].mean()))
            for part in np.array_split(order, bins)
            if len(part)
        ]
        return sum(gaps) / len(order)
