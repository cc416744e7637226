"""Which route and which operation were expected, and which were taken: a table each, a graded turn in a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from careline.contracts.reply import Outcome
from careline.contracts.understanding import Route

from .expected import Expected
from .observed import Observed

NONE = "none"
_BY_OUTCOME = {
    Outcome.SMALL_TALK: Route.SMALL_TALK,
    Outcome.OUT_OF_SCOPE: Route.OUT_OF_SCOPE,
    Outcome.HANDOVER: Route.HUMAN,
    Outcome.ANSWER: Route.GUIDE,
    Outcome.CANCELLED: Route.OPERATION,
}


def expected_route(expected: Expected, kind: str) -> str | None:
    """The route that leads to what the author expects; None where nothing tells. `kind` is the question's."""
    if expected.operation is not None:
        return Route.OPERATION
    if expected.profile_field is not None:
        return Route.BASIC_INFO
    if expected.passages:
        return Route.GUIDE
    if expected.outcome is Outcome.CASE:
        return Route.SUGGESTION if kind == Route.SUGGESTION else Route.COMPLAINT
    return _BY_OUTCOME.get(expected.outcome)


def confusion(turns: Iterable[tuple[str, Expected | None, Observed]]) -> dict[str, Any]:
    """`{routes: {expected: {given: turns}}, operations: the same}` of (kind, expected, observed); given is "none" for a
    turn without route or operation. Operations: turns for which one was expected or taken."""
    routes: Counter[tuple[str, str]] = Counter()
    operations: Counter[tuple[str, str]] = Counter()
    for kind, expected, observed in turns:
        if expected is None:
            continue
        wanted = expected_route(expected, kind)
        if wanted is not None:
            routes[str(wanted), observed.route or NONE] += 1
        if expected.operation or observed.operation:
            operations[expected.operation or NONE, observed.operation or NONE] += 1
    return {"routes": _nested(routes), "operations": _nested(operations)}


def mistaken(table: dict[str, dict[str, int]]) -> list[tuple[str, str, int]]:
    """The cells beside the diagonal, most frequent first: (expected, given, turns)."""
    cells = [(wanted, given, n) for wanted, row in table.items() for given, n in row.items() if wanted != given]
    return sorted(cells, key=lambda cell: (-cell[2], cell[:2]))


def _nested(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for (wanted, given), n in sorted(counts.items()):
        table.setdefault(wanted, {})[given] = n
    return table
