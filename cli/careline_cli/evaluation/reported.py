"""A row as `careline eval --json` and the report have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .confusion import expected_route
from .locked import redacted
from .spending import Spending
from .summary import Result


def row_of(result: Result) -> dict[str, Any]:
    """One row of the report; of a locked set what may be known of it."""
    last, question = result.last, result.question
    step = question.steps[len(result.observed) - 1]
    row = {
        "id": question.id,
        "set": question.source,
        "right": result.grade.right,
        "why": result.grade.why,
        "aspect": result.grade.aspect,
        "wrong_write": result.grade.wrong_write,
        "operation": last.operation,
        "args": last.args,
        "outcome": str(last.outcome) if last.outcome else None,
        "reason": last.reason,
        "route": last.route,
        "expected_route": expected_route(step.expected, question.kind) if step.expected else None,
        "reply": last.reply,
        "citations": sorted(last.cited),
        "diff": [change.model_dump(mode="json") for change in last.diff],
        "ms": round(last.ms, 2),
        "turn": last.turn,
        "rounds": max(each.rounds for each in result.observed),
        "llm": Spending.of(each for turn in result.observed for each in turn.spent).as_json(),
        "kind": question.kind,
        "group": question.group,
        "text": " / ".join(step.text for step in question.steps),
        "locked": question.locked,
        "timeline": [] if result.grade.right else _timelines(result),
    }
    return redacted(row) if question.locked else row


def _timelines(result: Result) -> list[dict[str, Any]]:
    """All stages of all turns of the question, `step` from 1."""
    return [
        {"step": number, **_stage(stage)}
        for number, observed in enumerate(result.observed, 1)
        for stage in observed.timeline
    ]


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    names = ("round", "service", "event", "says")
    return {name: stage[name] for name in names} | {name: round(stage[name], 1) for name in ("start_ms", "ms")}
