"""Multinomial logistic regression, in numpy.

Minimises the mean cross-entropy plus `penalty / 2` times the squared weights by L-BFGS (Liu and Nocedal 1989) with a
backtracking line search (Armijo). The problem is convex: the result does not depend on a seed.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MEMORY = 5
_SUFFICIENT_DECREASE = 1e-4


@dataclass(frozen=True, slots=True)
class Linear:
    """`x @ weights + bias` are the logits: weights float32[features, labels], bias float32[labels]."""

    weights: Floats
    bias: Floats

    def logits(self, rows: Floats) -> Floats:
        """float32[n, labels] for rows float32[n, features]."""
        return rows @ self.weights + self.bias


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def fit(
    rows: Floats,
    labels: NDArray[np.intp],
    count: int,
    *,
    penalty: float,
    iterations: int = 100,
    tolerance: float = 1e-4,
) -> Linear:
    """Fits `count` labels (0 <= label < count) to rows float32[n, features]."""
    problem = _Problem(rows, labels, count, penalty)
    point = np.zeros((rows.shape[1] + 1, count), np.float32)
    value, gradient = problem.evaluate(point)
    history = _History()
    for _ in range(iterations):
        if np.abs(gradient).max() < tolerance:
            break
        direction = -history.scaled(gradient)
        step = _line_search(problem, point, value, gradient, direction)
        if step is None:
            break
        moved, value, new_gradient = step
        history.add(moved - point, new_gradient - gradient)
        point, gradient = moved, new_gradient
    return Linear(point[:-1].copy(), point[-1].copy())


class _Problem:
    def __init__(self, rows: Floats, labels: NDArray[np.intp], count: int, penalty: float) -> None:
        self._rows = rows
        self._labels = labels
        self._places = np.arange(len(labels))
        self._penalty = np.float32(penalty)

    def evaluate(self, point: Floats) -> tuple[float, Floats]:
        """Objective and its gradient; the last row of `point` is the bias, which is not penalised."""
        weights = point[:-1]
        probabilities = softmax(self._rows @ weights + point[-1])
        right = probabilities[self._places, self._labels]
        loss = -float(np.log(np.maximum(right, 1e-30)).mean())
        probabilities[self._places, self._labels] -= 1.0
        probabilities /= np.float32(len(self._labels))
        gradient = np.vstack([self._rows.T @ probabilities + self._penalty * weights, probabilities.sum(axis=0)])
        return loss + 0.5 * float(self._penalty) * float(np.vdot(weights, weights)), gradient


class _History:
    """The last moves and what they did to the gradient: an implicit estimate of the inverse curvature."""

    def __init__(self) -> None:
        self._pairs: deque[tuple[Floats, Floats, float]] = deque(maxlen=_MEMORY)

    def add(self, move: Floats, change: Floats) -> None:
        curvature = float(np.vdot(move, change))
        if curvature > 1e-12:
            self._pairs.append((move, change, curvature))

    def scaled(self, gradient: Floats) -> Floats:
        """The two-loop recursion."""
        result = gradient.copy()
        shares = []
        for move, change, curvature in reversed(self._pairs):
            share = np.float32(float(np.vdot(move, result)) / curvature)
            result -= share * change
            shares.append(share)
        if self._pairs:
            _, change, curvature = self._pairs[-1]
            result *= np.float32(curvature / float(np.vdot(change, change)))
        for (move, change, curvature), share in zip(self._pairs, reversed(shares), strict=True):
            result += (share - np.float32(float(np.vdot(change, result)) / curvature)) * move
        return result


def _line_search(
    problem: _Problem, point: Floats, value: float, gradient: Floats, direction: Floats
) -> tuple[Floats, float, Floats] | None:
    slope = float(np.vdot(gradient, direction))
    step = 1.0
    for _ in range(20):
        moved = point + np.float32(step) * direction
        new_value, new_gradient = problem.evaluate(moved)
        if new_value <= value + _SUFFICIENT_DECREASE * step * slope:
            return moved, new_value, new_gradient
        step /= 2
    return None
