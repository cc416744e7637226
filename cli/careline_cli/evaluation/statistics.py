"""Tests on paired rows: the same questions answered by two versions of the system. Pure, and the same each time.

`mcnemar`      whether as many rows became right as became wrong could be chance: the exact test of McNemar
               (Psychometrika 12, 1947) on the rows that changed, as Dror et al. (ACL 2018, "The Hitchhiker's Guide to
               Testing Statistical Significance in NLP") recommend for accuracies. It takes rows for independent.
`interval`     how far a mean difference may be off: percentile bootstrap (Efron and Tibshirani 1993, ch. 13), drawing
               whole groups of paraphrases and not rows (Field and Welsh, JRSS B 69, 2007): rows of one group mostly
               fall together, and to take them for independent would make every interval too narrow.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from math import comb

DRAWS = 2000
_SEED = 1947


def mcnemar(became_right: int, became_wrong: int) -> float:
    """The two-sided p-value, 1.0 where nothing changed."""
    changed = became_right + became_wrong
    if not changed:
        return 1.0
    tail = sum(comb(changed, k) for k in range(min(became_right, became_wrong) + 1))
    return min(1.0, 2.0 * tail / float(2**changed))


def interval(groups: Mapping[str, Sequence[float]], share: float = 0.95, draws: int = DRAWS) -> tuple[float, float]:
    """Bounds of the mean over all values of all groups. `groups` must hold a value at least."""
    sums = [(sum(values), len(values)) for values in groups.values() if values]
    generator = random.Random(_SEED)  # noqa: S311 - draws of a bootstrap, no secret
    means = []
    for _ in range(draws):
        drawn = generator.choices(sums, k=len(sums))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    cut = (1 - share) / 2
    return means[int(cut * draws)], means[min(draws - 1, int((1 - cut) * draws))]
