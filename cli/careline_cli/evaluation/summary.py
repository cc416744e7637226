"""The figures over all rows, in the shape that `careline eval --json` writes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from .baseline import idle_scores
from .confusion import confusion
from .grade import Grade
from .observed import Observed
from .questions import Question
from .spending import summarised


@dataclass(frozen=True, slots=True)
class Result:
    """One question as played: what each step gave until the last or the first without a reply, and the whole question's
    grade."""

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
    groups = _by(results, lambda r: r.question.group)
    right = _right(results)
    llm = summarised([turn.spent for turn in turns])
    return {
        "rows": len(results),
        "right": right,
        "wrong": len(results) - right,
        "wrong_writes": sum(r.grade.wrong_write for r in results),
        "handed_over_wrongly": sum("handed over what has an answer" in r.grade.why for r in results),
        "outcomes": dict(Counter(str(r.last.outcome or "none") for r in results).most_common()),
        "by_kind": {kind: _counts(rows) for kind, rows in sorted(_by(results, lambda r: r.question.kind).items())},
        "by_group": {group: _counts(rows) for group, rows in sorted(groups.items())},
        "distinct": _distinct(results),
        "groups_right": {
            "rows": len(groups),
            "right": sum(all(r.grade.right for r in rows) for rows in groups.values()),
        },
        "wrong_by_aspect": dict(Counter(r.grade.aspect for r in results if not r.grade.right).most_common()),
        "baseline": idle_scores([r.question for r in results]),
        "confusion": _confusion(results),
        "rounds": {str(n): count for n, count in sorted(Counter(turn.rounds for turn in turns).items())},
        "p50_ms": percentile(times, 50),
        "p99_ms": percentile(times, 99),
        "llm_calls_per_turn": llm["per_turn"]["calls"],
        "prompt_tokens_per_turn": llm["per_turn"]["prompt_tokens"],
        "prompt_chars_per_turn": llm["per_turn"]["prompt_chars"],
        "completion_tokens_per_turn": llm["per_turn"]["completion_tokens"],
        "completion_chars_per_turn": llm["per_turn"]["completion_chars"],
        "money_per_turn": llm["per_turn"]["money"],
        "llm": llm,
    }


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The percentile of an ordered sequence by linear interpolation; None of nothing."""
    if not ordered:
        return None
    if len(ordered) == 1:
        return round(ordered[0], 2)
    return round(quantiles(ordered, n=100, method="inclusive")[percent - 1], 2)


def _confusion(results: Sequence[Result]) -> dict[str, Any]:
    def steps(chosen: Iterable[Result]) -> Iterable[tuple[str, Any, Observed]]:
        for result in chosen:
            for step, observed in zip(result.question.steps, result.observed, strict=False):
                yield result.question.kind, step.expected, observed

    # A single mistaken operation would tell what a locked row is about.
    readable = [result for result in results if not result.question.locked]
    return {"routes": confusion(steps(results))["routes"], "operations": confusion(steps(readable))["operations"]}


def _distinct(results: Sequence[Result]) -> dict[str, int]:
    """Questions of the same text by the same customer count once: as right if each of them is."""
    same = _by(results, _asked)
    return {"rows": len(same), "right": sum(all(r.grade.right for r in rows) for rows in same.values())}


def _by(results: Iterable[Result], key: Any) -> dict[Any, list[Result]]:
    groups: dict[Any, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return groups


def _counts(results: Sequence[Result]) -> dict[str, int]:
    return {"rows": len(results), "right": _right(results)}


def _right(results: Iterable[Result]) -> int:
    return sum(result.grade.right for result in results)


def _asked(result: Result) -> tuple[str, ...]:
    return (result.question.user or "", *(step.text for step in result.question.steps))
