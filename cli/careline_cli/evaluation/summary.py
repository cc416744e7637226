"""The figures over all rows, in the shape that `careline eval --json` writes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from .grade import Grade
from .observed import Observed
from .questions import Question


@dataclass(frozen=True, slots=True)
class Result:
    """One question as played: what each graded step gave, and the whole question's grade."""

    question: Question
    observed: tuple[Observed, ...]
    grade: Grade

    @property
    def last(self) -> Observed:
        return self.observed[-1]


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """The summary of docs/reference/evaluation.md."""
    turns = [observed for result in results for observed in result.observed]
    times = sorted(turn.ms for turn in turns if turn.outcome is not None)
    distinct = {_asked(r): r for r in results}
    groups = _by(results, lambda r: r.question.group)
    return {
        "rows": len(results),
        "right": _right(results),
        "wrong_writes": sum(r.grade.wrong_write for r in results),
        "handed_over_wrongly": sum("handed over what has an answer" in r.grade.why for r in results),
        "outcomes": dict(Counter(str(r.last.outcome or "none") for r in results).most_common()),
        "by_kind": {kind: _counts(rows) for kind, rows in sorted(_by(results, lambda r: r.question.kind).items())},
        "by_group": {group: _counts(rows) for group, rows in sorted(groups.items())},
        "distinct": _counts(list(distinct.values())),
        "groups_right": {
            "rows": len(groups),
            "right": sum(all(r.grade.right for r in rows) for rows in groups.values()),
        },
        "p50_ms": percentile(times, 50),
        "p99_ms": percentile(times, 99),
        "llm_calls_per_turn": _mean(turn.llm_calls for turn in turns),
        "prompt_tokens_per_turn": _mean(turn.prompt_tokens for turn in turns),
        "prompt_chars_per_turn": _mean(turn.prompt_chars for turn in turns),
    }


def row_of(result: Result) -> dict[str, Any]:
    """One row of the report."""
    last = result.last
    return {
        "id": result.question.id,
        "right": result.grade.right,
        "why": result.grade.why,
        "operation": last.operation,
        "args": last.args,
        "outcome": str(last.outcome) if last.outcome else None,
        "reason": last.reason,
        "reply": last.reply,
        "citations": sorted(last.cited),
        "diff": [change.model_dump(mode="json") for change in last.diff],
        "ms": round(last.ms, 2),
        "turn": last.turn,
        "kind": result.question.kind,
        "group": result.question.group,
        "text": " / ".join(step.text for step in result.question.steps),
    }


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The percentile of an ordered sequence by linear interpolation; None of nothing."""
    if not ordered:
        return None
    if len(ordered) == 1:
        return round(ordered[0], 2)
    return round(quantiles(ordered, n=100, method="inclusive")[percent - 1], 2)


def _by(results: Iterable[Result], key: Any) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return groups


def _counts(results: Sequence[Result]) -> dict[str, int]:
    return {"rows": len(results), "right": _right(results)}


def _right(results: Iterable[Result]) -> int:
    return sum(result.grade.right for result in results)


def _mean(values: Iterable[int]) -> float:
    numbers = list(values)
    return round(sum(numbers) / len(numbers), 3) if numbers else 0.0


def _asked(result: Result) -> tuple[str, ...]:
    return (result.question.user or "", *(step.text for step in result.question.steps))
