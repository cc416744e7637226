"""How sure a share is that was seen in a few trials: exact bounds, without a table or a library."""

from __future__ import annotations

import math

_STEPS = 300
_TINY = 1e-300


def tail(least: int, trials: int, chance: float) -> float:
    """The probability of at least `least` successes in `trials`, each with `chance` (0 to 1)."""
    if least <= 0:
        return 1.0
    if least > trials:
        return 0.0
    return _incomplete_beta(least, trials - least + 1, chance)


def lower_bound(successes: int, trials: int, doubt: float) -> float:
    """The chance that is exceeded with a certainty of 1 - `doubt`: one-sided, Clopper and Pearson (1934).

    0.0 without trials or successes.
    """
    if successes <= 0 or trials <= 0:
        return 0.0
    low, high = 0.0, successes / trials
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(successes, trials, middle) < doubt else (low, middle)
    return low


def _incomplete_beta(a: int, b: int, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (DiDonato and Morris 1992) where that
    converges fast, else by symmetry."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: int, b: int, x: float) -> float:
    """Lentz's algorithm (1976)."""
    c, d = 1.0, 1.0 / _apart(1.0 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS + 1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _apart(1.0 + term * d)
            c = _apart(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return value


def _apart(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
