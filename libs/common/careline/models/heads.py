"""Trains heads: text classifiers that learn a tenant's labels from its examples in seconds, on one core.

The recipe is a linear probe (logistic regression) on frozen sentence embeddings, with hashed character and word
n-grams beside them; see `features` and `softmax_regression` for where the parts come from. Confidence is calibrated
by stratified cross-validation: every example is predicted once by a model that has not seen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import features
from .calibration import Validation, fit_temperature
from .encoder import Encoder
from .errors import TrainingImpossible
from .features import ngrams
from .head import NGRAM_WEIGHT, Examples, Head, Likeness, Nearest
from .softmax_regression import Floats, Linear, fit, softmax

__all__ = ["Head", "Likeness", "Nearest", "train"]

# Best of 1e-5, 3e-5, 1e-4 for that weight, on the same two sets.
_PENALTY = 3e-5
_FOLDS = 4
_UNSEEN = -1


def train(
    examples: Sequence[tuple[str, str]],
    encoder: Encoder,
    seed: int = 0,
    *,
    penalty: float = _PENALTY,
    ngram_weight: float = float(NGRAM_WEIGHT),
) -> Head:
    """A head from (text, label) pairs; equal pairs count once. Blocks for seconds: not for an event loop.

    The seed only decides which examples share a fold. `ngram_weight` is how much the letters count beside the meaning:
    more for a language that the encoder knows little of. Raises TrainingImpossible for fewer than two labels.
    """
    pairs = list(dict.fromkeys(examples))
    labels = tuple(sorted({label for _, label in pairs}))
    if len(labels) < 2:
        raise TrainingImpossible(f"a head needs examples of at least two labels, not of {len(labels)}")
    texts = tuple(text for text, _ in pairs)
    numbers = np.asarray([labels.index(label) for _, label in pairs], np.intp)
    known = Examples(texts, numbers, encoder.encode_many(texts))
    problem = _Problem(_rows(known, ngram_weight), numbers, len(labels), penalty)
    temperature, validation = _cross_validate(problem, _folds(numbers, seed))
    return Head(labels, problem.fit(), temperature, known, validation, encoder.identity, ngram_weight)


@dataclass(frozen=True, slots=True)
class _Problem:
    rows: Floats
    labels: NDArray[np.intp]
    count: int
    penalty: float

    def fit(self, kept: NDArray[np.bool_] | None = None) -> Linear:
        rows, labels = (self.rows, self.labels) if kept is None else (self.rows[kept], self.labels[kept])
        return fit(rows, labels, self.count, penalty=self.penalty)


def _rows(examples: Examples, ngram_weight: float) -> Floats:
    letters = np.empty((len(examples.texts), features.DIMENSION), np.float32)
    for number, text in enumerate(examples.texts):
        letters[number] = np.float32(ngram_weight) * ngrams(text).dense()
    return np.hstack([examples.embeddings, letters])


def _folds(labels: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """The fold of each example, every label spread evenly. A label's only example is in none: it must be learnt."""
    random = np.random.default_rng(seed)
    folds = np.full(len(labels), _UNSEEN, np.intp)
    for label in np.unique(labels):
        places = random.permutation(np.flatnonzero(labels == label))
        if len(places) > 1:
            folds[places] = (np.arange(len(places)) + random.integers(_FOLDS)) % _FOLDS
    return folds


def _cross_validate(problem: _Problem, folds: NDArray[np.intp]) -> tuple[float, Validation]:
    held_out = folds != _UNSEEN
    logits = np.zeros((len(folds), problem.count), np.float32)
    for fold in range(_FOLDS):
        test = folds == fold
        if test.any():
            logits[test] = problem.fit(~test).logits(problem.rows[test])
    logits, labels = logits[held_out], problem.labels[held_out]
    temperature = fit_temperature(logits, labels)
    probabilities = softmax(logits / np.float32(temperature))
    return temperature, Validation(
        confidence=probabilities.max(axis=-1),
        correct=probabilities.argmax(axis=-1) == labels,
        familiarity=logits.max(axis=-1),
    )
