"""What the catalogue says about undoing: something there to be undone, and by what."""

from __future__ import annotations

from collections.abc import Mapping

from ..operations import Operation
from ..problems import Path, suggestion
from ..replies import Replies, UndoReplies, UnsettledReplies
from ..undo import UNDO, Undo
from .report import ANYTHING, LEAF, Names, Report


def check_undo(report: Report, wording: Report, operations: Mapping[str, Operation], replies: Replies | None) -> None:
    """Every `undo` of the catalogue, and the words for it in every language of the pack (`wording` is replies.yaml)."""
    for name, operation in operations.items():
        if operation.builtin is not None:
            report.add(("operations", name, "builtin"), "what is built in is not declared: leave the key out")
        if name == UNDO:
            report.add(("operations", name), f"{UNDO!r} is built in; declare what it may undo (undo: {{by: customer}})")
        if operation.undo is not None:
            _check(report, ("operations", name, "undo"), name, operation, operations)
    if replies is not None and (replies.undo != UndoReplies() or any(each.undo for each in operations.values())):
        for key in UndoReplies.model_fields:
            given, ours = getattr(replies.undo, key), getattr(UndoReplies(), key)
            wording.default_words(("undo", key), given, ours, {"facts": ANYTHING})
    if replies is not None and any(each.remote is not None for each in operations.values()):
        names: Names = {"args": ANYTHING, "facts": ANYTHING, "title": LEAF}
        ours = UnsettledReplies().not_done
        wording.default_words(("unsettled", "not_done"), replies.unsettled.not_done, ours, names)


def _check(report: Report, at: Path, name: str, operation: Operation, operations: Mapping[str, Operation]) -> None:
    undo = operation.undo
    assert undo is not None
    if not operation.effect:
        report.add(at, "an operation without effect changes nothing that could be undone")
    if undo.by == "customer" and undo.within is None:
        report.add(at, "say how long the customer may undo it: within: PT30M")
    if undo.operation is None and operation.remote is not None:
        report.add(at, "what another system did is not written back from here: name an operation that undoes it")
    if undo.operation is None:
        if undo.arguments:
            report.add((*at, "arguments"), "arguments are for another operation; name it (operation: ...)")
        return
    other = operations.get(undo.operation)
    if other is None:
        report.add((*at, "operation"), f"unknown operation {undo.operation!r}{suggestion(undo.operation, operations)}")
        return
    if undo.operation == name or not other.effect:
        report.add((*at, "operation"), f"{undo.operation!r} does not undo it: it has to be another one, with an effect")
    _check_arguments(report, (*at, "arguments"), operation, undo, other)


def _check_arguments(report: Report, at: Path, operation: Operation, undo: Undo, other: Operation) -> None:
    names: Names = {"args": dict.fromkeys(operation.arguments, LEAF), "result": ANYTHING, "diff": ANYTHING}
    for argument, text in undo.arguments.items():
        if argument not in other.arguments:
            message = f"{argument!r} is no argument of {undo.operation}{suggestion(argument, other.arguments)}"
            report.add((*at, argument), message)
        report.expression((*at, argument), text, names)
    for argument, spec in other.arguments.items():
        if argument not in undo.arguments and not spec.optional:
            report.add(at[:-1], f"{undo.operation} needs the argument {argument!r}")
