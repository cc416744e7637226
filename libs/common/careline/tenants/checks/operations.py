"""operations.yaml: rows that exist, expressions that compute, effects that stay with the customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..base import Examples
from ..data import Data, Table
from ..operations import Check, Insert, Operation, RowEffect, Update
from ..problems import Path, suggestion
from ..remote import Call
from ..values import Expr, Ref
from .arguments import check_argument
from .guards import check_guards
from .profile import NOW
from .remote import Others, check_remote
from .report import ANYTHING, LEAF, Names, Report
from .rows import check_match, table_of

SLOT = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")


def check_caller(report: Report, checks: tuple[Check, ...], facts: Names | None) -> None:
    """The rules that come before all operations: they see facts, the customer and the time."""
    names: Names = {"facts": facts, "customer": LEAF, **NOW}
    for index, check in enumerate(checks):
        _check_rule(report, ("caller", index), check, names)


def check_operation(
    report: Report, name: str, operation: Operation, data: Data | None, facts: Names | None, others: Others
) -> None:
    """One operation of the catalogue."""
    at: Path = ("operations", name)
    for each in (name, *operation.arguments, *operation.reads):
        if not _NAME.match(each):
            report.add(at, f"{each!r} is no name: letters, digits and _, beginning with a letter")
    arguments = frozenset(operation.arguments)
    args: Names = dict.fromkeys(arguments, LEAF)
    names: dict[str, Any] = {"args": args, "facts": facts, "customer": LEAF, "reads": {}, **NOW}
    for argument, spec in operation.arguments.items():
        check_argument(report, (*at, "arguments", argument), spec, data, names, arguments)
    report.words((*at, "title"), operation.title, LEAF)
    if operation.admits is not None:
        report.expression((*at, "admits"), operation.admits, {"facts": facts, "customer": LEAF, **NOW})
    _check_examples(report, at, operation)
    names["reads"] = _check_reads(report, at, operation, data, names)
    for index, check in enumerate(operation.checks):
        _check_rule(report, (*at, "checks", index), check, names)
    for index, effect in enumerate(operation.effect):
        if not isinstance(effect, Call):
            _check_effect(report, (*at, "effect", index), effect, data, names, arguments)
    check_remote(report, at, operation, others, names)
    check_guards(report, at, operation, names)
    _check_end(report, at, operation, names)


def _check_examples(report: Report, at: Path, operation: Operation) -> None:
    report.examples((*at, "examples"), operation.examples)
    report.examples((*at, "not_examples"), operation.not_examples, needed=False)
    for key, examples in (("examples", operation.examples), ("not_examples", operation.not_examples)):
        for language, index, text in _sentences(examples):
            place = (*at, key, language, index)
            for slot in SLOT.findall(text):
                if slot not in operation.arguments:
                    report.add(place, f"{{{slot}}} is no argument{suggestion(slot, operation.arguments)}")
                elif not _has_samples(operation, slot):
                    message = f"{{{slot}}} stands in an example, so its argument needs samples"
                    report.add((*at, "arguments", slot), message)


def _has_samples(operation: Operation, argument: str) -> bool:
    spec = operation.arguments[argument]
    return bool(spec.samples or spec.values or spec.type == "lookup")


def _sentences(examples: Examples) -> list[tuple[str, int, str]]:
    return [(language, index, text) for language, texts in examples.items() for index, text in enumerate(texts)]


def _check_reads(
    report: Report, at: Path, operation: Operation, data: Data | None, names: Mapping[str, Any]
) -> Names | None:
    """Checks the reads in order, each seeing those before it; returns what may follow `reads.`"""
    if data is None:
        return ANYTHING
    seen: dict[str, Any] = {}
    for name, read in operation.reads.items():
        place = (*at, "reads", name)
        table = table_of(report, (*place, "table"), data, read.table)
        if table is not None:
            if not read.where:
                report.add((*place, "where"), "without a where every customer's rows would be read")
            check_match(
                report, (*place, "where"), table, read.where, {**names, "reads": dict(seen)}, operation.arguments
            )
        seen[name] = dict.fromkeys(table.columns, LEAF) if table else ANYTHING
    return seen


def _check_rule(report: Report, at: Path, check: Check, names: Names) -> None:
    report.expression((*at, "when"), check.when, names)
    report.words((*at, "say"), check.say, names)


def _check_effect(
    report: Report, at: Path, effect: RowEffect, data: Data | None, names: Names, arguments: frozenset[str]
) -> None:
    table = table_of(report, (*at, effect.action), data, effect.table) if data else None
    if table is None:
        return
    if isinstance(effect, Insert):
        check_match(report, (*at, "values"), table, effect.values, names, arguments, insert=True)
        _check_complete(report, at, table, effect)
        return
    check_match(report, (*at, "where"), table, effect.where, names, arguments)
    if not any(isinstance(value, Ref | Expr) for value in effect.where.values()):
        message = "the where names neither an argument nor the customer: it would change other customers' rows"
        report.add((*at, "where"), message)
    if isinstance(effect, Update):
        check_match(report, (*at, "set"), table, effect.set, names, arguments)
        for key in table.key:
            if key in effect.set:
                report.add((*at, "set", key), "a key column cannot be changed; delete the row and insert another")


def _check_complete(report: Report, at: Path, table: Table, effect: Insert) -> None:
    for name, column in table.columns.items():
        if name not in effect.values and not column.nullable:
            report.add((*at, "values"), f"the column {name!r} needs a value (or make it nullable: {column.type}?)")


def _check_end(report: Report, at: Path, operation: Operation, names: Names) -> None:
    if operation.confirm not in ("always", "never"):
        report.expression((*at, "confirm"), operation.confirm, names)
    if operation.confirm_say is not None:
        report.words((*at, "confirm_say"), operation.confirm_say, {**names, "diff": ANYTHING})
        if not operation.effect:
            report.add((*at, "confirm_say"), "an operation without effect changes nothing, so nothing is confirmed")
    report.words((*at, "done"), operation.done, {**names, "diff": ANYTHING, "result": ANYTHING})
