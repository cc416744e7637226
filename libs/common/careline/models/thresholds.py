"""From which confidence on a tier may answer, so that it is right as often as was promised.

*Learn then test* (Angelopoulos et al. 2021, arXiv 2110.01052): candidate thresholds are laid down before anything is
known of what is right, at fixed shares of the rows; each is tested against the hypothesis that it is right less often
than promised, with the exact binomial tail; the doubt is divided among them (Bonferroni). With a certainty of 1 -
doubt, the precision of *every* threshold that passes holds for further rows like these; the lowest of them is taken.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .binomial import lower_bound, tail
from .errors import RowsUnusable

CANDIDATES = 20
# What a tier gets that can promise nothing: certainty alone passes.
NEVER = 1.0


@dataclass(frozen=True, slots=True)
class Scored:
    """One row: how sure the tier was, from 0 to 1, and whether it was right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """`value` is the least confidence that counts; of `rows` rows `accepted` have it, `right` of them rightly.

    `bound` is the precision that holds with the asked certainty (Clopper and Pearson, with this threshold's share of
    the doubt); `kept` says whether any candidate passed: if none did, `value` is `NEVER` and nothing is accepted.
    """

    value: float
    rows: int
    accepted: int
    right: int
    bound: float
    kept: bool

    @property
    def coverage(self) -> float:
        return self.accepted / self.rows

    @property
    def precision(self) -> float:
        """Of the rows seen; 0.0 if none is accepted."""
        return self.right / self.accepted if self.accepted else 0.0


def choose(rows: Sequence[Scored], precision: float, doubt: float) -> Threshold:
    """The lowest threshold that is right in at least `precision` of what it accepts, except with the chance `doubt`.

    Raises RowsUnusable for no rows, ValueError for a precision or doubt outside of (0, 1).
    """
    if not 0.0 < precision < 1.0 or not 0.0 < doubt < 1.0:
        raise ValueError("precision and doubt have to lie between 0 and 1")
    if not rows:
        raise RowsUnusable("there are no rows of scores to choose a threshold from")
    share = doubt / CANDIDATES
    best: Threshold | None = None
    for value in candidates(rows):
        accepted = [row for row in rows if row.confidence >= value]
        right = sum(row.right for row in accepted)
        if tail(right, len(accepted), precision) <= share and (best is None or value < best.value):
            best = Threshold(value, len(rows), len(accepted), right, lower_bound(right, len(accepted), share), True)
    return best or Threshold(NEVER, len(rows), 0, 0, 0.0, False)


def candidates(rows: Sequence[Scored]) -> list[float]:
    """At most `CANDIDATES` confidences, at equal shares of the rows; what is right is not looked at."""
    ordered = sorted((row.confidence for row in rows), reverse=True)
    places = (math.ceil(len(ordered) * number / CANDIDATES) - 1 for number in range(1, CANDIDATES + 1))
    return sorted({ordered[place] for place in places})


def enough(precision: float, doubt: float) -> int:
    """How many rows without a mistake a threshold has to accept before it can be promised `precision`."""
    return math.ceil(math.log(doubt / CANDIDATES) / math.log(precision))


def read_rows(lines: Iterable[str], name: str) -> list[Scored]:
    """JSON lines of {"confidence": 0 to 1, "right": true or false}; other fields are ignored, empty lines skipped.

    Raises RowsUnusable with `name` and the line's number.
    """
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise RowsUnusable(f"{name}, line {number}: no JSON: {error}") from error
        if not isinstance(row, dict):
            raise RowsUnusable(f"{name}, line {number}: no object")
        confidence, right = row.get("confidence"), row.get("right")
        if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
            raise RowsUnusable(f'{name}, line {number}: "confidence" has to be a number from 0 to 1')
        if not isinstance(right, bool):
            raise RowsUnusable(f'{name}, line {number}: "right" has to be true or false')
        rows.append(Scored(float(confidence), right))
    if not rows:
        raise RowsUnusable(f"{name} has no rows")
    return rows
