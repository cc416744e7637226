"""A run as a point beside published ones: accuracy of system and guide questions, and what a question costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .ablation import Ablation, Pipeline

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """One configuration as measured. Accuracies in percent, None without such questions: `system` are those that ask
    for an operation, `guide` all others, as the CHOPS paper divides them; per question: `calls`, `prompt_chars`,
    `money`. `tiers`: which models could be asked, None where the stack decided."""

    label: str
    system: float | None
    guide: float | None
    right: int
    rows: int
    wrong_writes: int
    calls: float
    prompt_chars: float
    money: float
    p50_ms: float | None
    tiers: str | None = None

    def as_json(self) -> dict[str, Any]:
        """By field."""
        return asdict(self) | {"mean": round(self.mean, 2)}

    @property
    def name(self) -> str:
        """Pipeline and models."""
        return f"{self.label}, {self.tiers}" if self.tiers else self.label

    @property
    def mean(self) -> float:
        """Of the accuracies there are."""
        known = [each for each in (self.system, self.guide) if each is not None]
        return sum(known) / len(known) if known else 0.0


def measured(content: Mapping[str, Any]) -> Measured:
    """Of what `Evaluation.as_json` gives."""
    rows, summary = content["rows"], content["summary"]
    system = [row for row in rows if row.get("expected_route") == "operation"]
    guide = [row for row in rows if row.get("expected_route") != "operation"]
    questions = max(1, len(rows))
    total = summary["llm"]["total"]
    return Measured(
        label=Ablation(Pipeline(content["pipeline"]), content["levels"]).label,
        system=_accuracy(system),
        guide=_accuracy(guide),
        right=summary["right"],
        rows=summary["rows"],
        wrong_writes=summary["wrong_writes"],
        calls=round(total["calls"] / questions, 3),
        prompt_chars=round(total["prompt_chars"] / questions, 1),
        money=round(total["money"] / questions, 8),
        p50_ms=summary["p50_ms"],
        tiers=content.get("tiers"),
    )


def _accuracy(rows: Sequence[Row]) -> float | None:
    return round(100 * sum(row["right"] for row in rows) / len(rows), 1) if rows else None
