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
FOLDS = 4
UNSEEN = -1
# With many examples the letters are fitted in their first principal directions only, and for fewer iterations: a third
# of the time, and no worse in cross-validation. One fold is then enough to see how sure the head may be.
_MANY = 1500
_DIRECTIONS = 256
_ITERATIONS, _FEW_ITERATIONS = 100, 40


def train(
    examples: Sequence[tuple[str, str]],
    encoder: Encoder,
    seed: int = 0,
    *,
    penalty: float = _PENALTY,
    ngram_weight: float = float(NGRAM_WEIGHT),
    validation: Sequence[tuple[str, str]] = (),
    evenly: bool = False,
) -> Head:
    """A head from (text, label) pairs; equal pairs count once. Blocks for seconds: not for an event loop.

    The seed only decides which examples share a fold. `ngram_weight` is how much the letters count beside the meaning:
    more for a language that the encoder knows little of. `validation`: pairs to calibrate on in place of
    cross-validation, for an encoder that was tuned to the others. Those of them that are examples are learnt once the
    confidence is known. `evenly`: each label is asked for as often, however many examples it has (see `rarity_of`).

    Raises TrainingImpossible for fewer than two labels, or a label of `validation` that no other example has.
    """
    unseen = set(validation)
    pairs = list(dict.fromkeys(examples))
    shown_first = np.asarray([pair not in unseen for pair in pairs], np.bool_)
    labels = tuple(sorted({label for (_, label), shown in zip(pairs, shown_first, strict=True) if shown}))
    if len(labels) < 2:
        raise TrainingImpossible(f"a head needs examples of at least two labels, not of {len(labels)}")
    if strange := {label for _, label in unseen} - set(labels):
        raise TrainingImpossible(f"the label {min(strange)!r} is to be validated, but no other example has it")
    texts = tuple(text for text, _ in pairs)
    numbers = np.asarray([labels.index(label) for _, label in pairs], np.intp)
    known = Examples(texts, numbers, encoder.encode_many(texts))
    letters = letters_of(texts)
    many = len(texts) > _MANY
    directions = _principal(letters, seed) if many else None
    shown = letters if directions is None else letters @ directions
    rows = np.hstack([known.embeddings, np.float32(ngram_weight) * shown])
    problem = _Problem(rows, numbers, len(labels), penalty, _FEW_ITERATIONS if many else _ITERATIONS)
    width = known.embeddings.shape[1]
    rarity = rarity_of(numbers, len(labels)) if evenly else np.zeros(len(labels), np.float32)
    if validation:
        without = _widened(problem.fit(shown_first), width, directions)
        temperature, seen = _validate(without, labels, sorted(unseen), encoder, np.float32(ngram_weight), rarity)
        linear = without if shown_first.all() else _widened(problem.fit(), width, directions)
    else:
        temperature, seen = _cross_validate(problem, folds_of(numbers, seed), 1 if many else FOLDS, rarity)
        linear = _widened(problem.fit(), width, directions)
    linear = Linear(linear.weights, linear.bias + np.float32(temperature) * rarity)
    return Head(labels, linear, temperature, known.by_label(), seen, encoder.identity, ngram_weight)


@dataclass(frozen=True, slots=True)
class _Problem:
    rows: Floats
    labels: NDArray[np.intp]
    count: int
    penalty: float
    iterations: int

    def fit(self, kept: NDArray[np.bool_] | None = None) -> Linear:
        rows, labels = (self.rows, self.labels) if kept is None else (self.rows[kept], self.labels[kept])
        return fit(rows, labels, self.count, penalty=self.penalty, iterations=self.iterations)


def rarity_of(labels: NDArray[np.intp], count: int) -> Floats:
    """float32[count], zero on average: what is added to log-probabilities so that a label's number of examples says
    nothing of how often customers ask for it (logit adjustment, Menon et al. 2021, arXiv 2007.07314).

    In cross-validation on BANKING77's training part (35 to 187 examples a label) as many were right as without, and
    more of a rare label's.
    """
    logs = np.log(np.maximum(np.bincount(labels, minlength=count), 1)).astype(np.float32)
    rarity: Floats = logs.mean() - logs
    return rarity


def letters_of(texts: Sequence[str]) -> Floats:
    """float32[texts, features.DIMENSION]."""
    letters = np.empty((len(texts), features.DIMENSION), np.float32)
    for number, text in enumerate(texts):
        letters[number] = ngrams(text).dense()
    return letters


def _principal(letters: Floats, seed: int) -> Floats:
    """float32[features.DIMENSION, _DIRECTIONS], orthonormal, spanning most of what the letters differ in: one step of
    the randomised range finder of Halko, Martinsson and Tropp (2011, arXiv 0909.4061)."""
    start = np.random.default_rng(seed).standard_normal((len(letters), _DIRECTIONS)).astype(np.float32)
    found, _ = np.linalg.qr(letters.T @ (letters @ (letters.T @ start)))
    directions: Floats = found
    return directions


def _widened(linear: Linear, meaning: int, directions: Floats | None) -> Linear:
    """The same model over all letters, for rows that are not projected."""
    if directions is None:
        return linear
    return Linear(np.vstack([linear.weights[:meaning], directions @ linear.weights[meaning:]]), linear.bias)


def folds_of(labels: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """The fold of each example, every label spread evenly. A label's only example is in none: it must be learnt."""
    random = np.random.default_rng(seed)
    folds = np.full(len(labels), UNSEEN, np.intp)
    for label in np.unique(labels):
        places = random.permutation(np.flatnonzero(labels == label))
        if len(places) > 1:
            folds[places] = (np.arange(len(places)) + random.integers(FOLDS)) % FOLDS
    return folds


def _cross_validate(
    problem: _Problem, folds: NDArray[np.intp], left_out: int, rarity: Floats
) -> tuple[float, Validation]:
    """Leaves the first `left_out` folds out in turn."""
    held_out = (folds != UNSEEN) & (folds < left_out)
    logits = np.zeros((len(folds), problem.count), np.float32)
    for fold in range(left_out):
        test = folds == fold
        if test.any():
            logits[test] = problem.fit(~test).logits(problem.rows[test])
    return judged(logits[held_out], problem.labels[held_out], rarity)


def _validate(
    linear: Linear,
    labels: tuple[str, ...],
    pairs: list[tuple[str, str]],
    encoder: Encoder,
    weight: np.float32,
    rarity: Floats,
) -> tuple[float, Validation]:
    """`linear` was fitted without `pairs`."""
    texts = [text for text, _ in pairs]
    rows = np.hstack([encoder.encode_many(texts), weight * letters_of(texts)])
    return judged(linear.logits(rows), np.asarray([labels.index(label) for _, label in pairs], np.intp), rarity)


def judged(logits: Floats, labels: NDArray[np.intp], rarity: Floats | None = None) -> tuple[float, Validation]:
    """The temperature, and what was seen with it and, if given, `rarity` (see `rarity_of`)."""
    temperature = fit_temperature(logits, labels)
    if rarity is not None:
        logits = logits + np.float32(temperature) * rarity
    probabilities = softmax(logits / np.float32(temperature))
    return temperature, Validation(
        confidence=probabilities.max(axis=-1),
        correct=probabilities.argmax(axis=-1) == labels,
        familiarity=logits.max(axis=-1),
    )
