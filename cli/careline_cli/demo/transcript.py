"""Prints the scripted conversation as it happens, and keeps it for the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from ..evaluation.grade import Grade
from ..evaluation.observe import evidence_of, route_of
from ..evaluation.questions import Question, Step
from ..turn_log import TurnRecord
from ..webchat import Answer


@dataclass(slots=True)
class Transcript:
    """The conversation so far; `steps` is what the report shows."""

    console: Console
    steps: list[dict[str, Any]] = field(default_factory=list)

    def step(self, question: Question, step: Step, answer: Answer, record: TurnRecord, grade: Grade) -> None:
        """One exchange: customer, route, evidence, reply, milliseconds; and what was expected if it went otherwise."""
        route, evidence = route_of(record), evidence_of(record)
        verified = record.last("turn.verified") or {}
        outcome = (verified.get("reply") or {}).get("outcome", "handover")
        self.console.print(f"[bold cyan]customer[/]  {escape(step.text)}", highlight=False)
        detail = f"{route} · {evidence or 'no evidence needed'} · {outcome} · {answer.ms:.0f} ms"
        self.console.print(Padding(f"[dim]{escape(detail)}[/dim]", (0, 0, 0, 10)), highlight=False)
        self.console.print(Padding(escape(answer.text), (0, 0, 0, 10)), highlight=False)
        if not grade.right:
            self.console.print(Padding(f"[red]not as expected: {escape(grade.why)}[/red]", (0, 0, 0, 10)))
        self.console.print(Padding(f"[dim]careline trace {answer.turn}[/dim]\n", (0, 0, 0, 10)), highlight=False)
        self.steps.append(
            {
                "customer": step.text,
                "reply": answer.text,
                "route": route,
                "evidence": evidence,
                "outcome": outcome,
                "ms": answer.ms,
                "turn": answer.turn,
                "expected": "" if grade.right else grade.why,
            }
        )
