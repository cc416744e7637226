"""What turns asked of language models: sums of the `spent` that the stages wrote into their events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from careline.contracts.spent import Spent


@dataclass(frozen=True, slots=True)
class Spending:
    """A sum. `money` is in the currency of the operator's prices, `ms` the time roles waited for models; `estimated`
    counts the entries for which a server gave no numbers, `failed` those without a usable answer."""

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_chars: int = 0
    completion_chars: int = 0
    money: float = 0.0
    ms: float = 0.0
    estimated: int = 0
    failed: int = 0

    @classmethod
    def of(cls, spent: Iterable[Spent]) -> Self:
        """The sum of all entries."""
        entries = list(spent)
        sums = {name: sum(getattr(each, name) for each in entries) for name in _SUMMED}
        return cls(**sums, failed=sum(each.outcome != "answered" for each in entries))

    def as_json(self) -> dict[str, float]:
        """By field; money and time rounded to what can be told apart."""
        return {field.name: _rounded(field.name, getattr(self, field.name)) for field in fields(self)}

    def per(self, turns: int) -> dict[str, float]:
        """Means over so many turns; zeros over none."""
        counted = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: _mean(name, value, turns) for name, value in counted if name not in ("estimated", "failed")}


_SUMMED = tuple(field.name for field in fields(Spending) if field.name != "failed")


def spent_in(events: Iterable[Mapping[str, Any]]) -> tuple[Spent, ...]:
    """The entries of a turn's events, as the turn log has them. A redelivered event is there once."""
    return tuple(Spent.model_validate(each) for event in events for each in event["body"].get("spent") or ())


def by_asker(spent: Iterable[Spent]) -> list[dict[str, Any]]:
    """Who asked which model for how much, dearest first: role, tier, model and the sums."""
    groups: dict[tuple[str, str, str], list[Spent]] = defaultdict(list)
    for each in spent:
        groups[each.role, each.tier, each.model].append(each)
    rows = [
        {"role": role, "tier": tier, "model": model, **Spending.of(entries).as_json()}
        for (role, tier, model), entries in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row["money"], -row["prompt_tokens"], row["role"], row["tier"]))


def summarised(turns: Sequence[Sequence[Spent]]) -> dict[str, Any]:
    """The `llm` part of a summary: in all, per turn, by asker, and how many turns asked no model at all."""
    everything = [each for spent in turns for each in spent]
    total = Spending.of(everything)
    return {
        "turns": len(turns),
        "turns_without": sum(not any(each.calls for each in spent) for spent in turns),
        "total": total.as_json(),
        "per_turn": total.per(len(turns)),
        "by_asker": by_asker(everything),
    }


def _mean(name: str, value: float, turns: int) -> float:
    return round(value / turns, 8 if name == "money" else 3) if turns else 0.0


def _rounded(name: str, value: float) -> float:
    if name == "money":
        return round(value, 8)
    return round(value, 2) if name == "ms" else value
