"""Cooling-off and rate limits: about something that can be repeated, said in every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..operations import Delete, Operation, Update
from ..problems import Path, suggestion
from .report import LEAF, Report

# What the words of a guard may use: when it was last done, and from when on it may be done again.
PAST = {"last": LEAF, "again": LEAF}


def check_guards(report: Report, at: Path, operation: Operation, names: Mapping[str, Any]) -> None:
    """Both guards of an operation. `names` are those of its rules."""
    for key in ("cooling_off", "rate_limit"):
        guard = getattr(operation, key)
        if guard is None:
            continue
        if not operation.effect:
            report.add((*at, key), "an operation without effect is not in the ledger, so it cannot be counted")
        report.words((*at, key, "say"), guard.say, {**names, "past": PAST})
    if operation.cooling_off is not None:
        _check_same(report, (*at, "cooling_off"), operation)


def _check_same(report: Report, at: Path, operation: Operation) -> None:
    guard = operation.cooling_off
    if guard is None:
        return
    if guard.same == "row":
        if operation.effect and not any(isinstance(effect, Update | Delete) for effect in operation.effect):
            message = (
                "no row that was there before is changed here: name the arguments that make it the same (same: [...])"
            )
            report.add(at, message)
        return
    for index, name in enumerate(guard.same):
        if name not in operation.arguments:
            report.add((*at, "same", index), f"{name!r} is no argument{suggestion(name, operation.arguments)}")
