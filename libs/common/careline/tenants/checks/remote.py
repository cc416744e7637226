"""Effects in other systems: calls that exist, with arguments that they take, and answers that are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..openapi import OWN_HEADERS, Description, Undescribable, call_of
from ..operations import Operation
from ..problems import Path, suggestion
from ..remote import IDEMPOTENCY_KEY, Answered, Call, Preview, RemoteRefusal, Status
from ..systems import HttpCall, SystemSpec
from ..values import BUILTIN_REFS, Expr, Match, Next, Ref
from .calls import check_call
from .report import ANYTHING, LEAF, Names, Report

ANSWERS: Names = {"status": LEAF, "answer": ANYTHING}


@dataclass(frozen=True, slots=True)
class Others:
    """The other systems of a pack: declared, and described where they have a document without problems."""

    systems: Mapping[str, SystemSpec]
    descriptions: Mapping[str, Description]


def check_remote(report: Report, at: Path, operation: Operation, others: Others, names: Mapping[str, Any]) -> None:
    """The operation's effects, if one of them is a call. `at` is the operation's place."""
    calls = [effect for effect in operation.effect if isinstance(effect, Call)]
    if not calls:
        return
    if len(operation.effect) > 1:
        report.add(
            (*at, "effect"), "a call of another system has to be the only effect: both could not be undone at once"
        )
        return
    place: Path = (*at, "effect", 0)
    if calls[0].preview is None and operation.confirm != "always":
        report.add((*at, "confirm"), "without a preview nobody sees what would change, so confirm has to be always")
    _check_effect(_Checking(report, operation, others, names), place, calls[0])


@dataclass(frozen=True, slots=True)
class _Checking:
    report: Report
    operation: Operation
    others: Others
    names: Mapping[str, Any]


def _check_effect(checking: _Checking, at: Path, effect: Call) -> None:
    report, system = checking.report, checking.others.systems.get(effect.system)
    if system is None:
        report.add(
            (*at, "system"), f"unknown system {effect.system!r}{suggestion(effect.system, checking.others.systems)}"
        )
        return
    _check_key(report, at, effect, system)
    own = {effect.idempotency} if system.mcp and effect.idempotency else set()
    _check_target(checking, at, effect.system, effect.call, effect.arguments, own=own)
    _check_answers(report, at, effect.refusals, effect.done, checking.names)
    report.words((*at, "refused"), effect.refused, checking.names)
    report.words((*at, "unknown"), effect.unknown, checking.names)
    if effect.preview is not None:
        _check_preview(checking, (*at, "preview"), effect.system, effect.preview)
    if effect.status is not None:
        _check_status(checking, (*at, "status"), effect, effect.status)


def _check_key(report: Report, at: Path, effect: Call, system: SystemSpec) -> None:
    key = effect.idempotency
    if key is None:
        return
    if system.mcp and key in effect.arguments:
        report.add((*at, "arguments", key), "this argument carries the idempotency key: it takes no other value")
    if system.openapi and (not key.replace("-", "a").isalnum() or not key.isascii() or key.lower() in OWN_HEADERS):
        report.add((*at, "idempotency"), f"{key!r} is no header that could carry the idempotency key")


def _check_preview(checking: _Checking, at: Path, system: str, preview: Preview) -> None:
    call = _check_target(checking, at, system, preview.call, preview.arguments)
    report = checking.report
    if call is not None and call.method not in ("GET", "HEAD"):
        report.add((*at, "call"), f"a preview changes nothing, so it is a GET, not {call.method}")
    _check_values(checking, (*at, "key"), preview.key)
    for name, shown in preview.fields.items():
        if not isinstance(shown.new, Answered):
            _check_values(checking, (*at, "fields", name), {"new": shown.new})
    _check_answers(report, at, preview.refusals, None, checking.names)


def _check_status(checking: _Checking, at: Path, effect: Call, status: Status) -> None:
    report = checking.report
    call = _check_target(checking, at, effect.system, status.call, status.arguments, extra=(IDEMPOTENCY_KEY,))
    if call is not None and call.method not in ("GET", "HEAD"):
        report.add((*at, "call"), f"a status query changes nothing, so it is a GET, not {call.method}")
    if effect.idempotency is None or Ref(ref=IDEMPOTENCY_KEY) not in status.arguments.values():
        report.add((*at, "arguments"), f"the query has to ask by the key that was sent: ${IDEMPOTENCY_KEY}")
    report.expression((*at, "absent"), status.absent, ANSWERS)
    _check_answers(report, at, status.refusals, status.done, checking.names)


def _check_answers(
    report: Report, at: Path, refusals: tuple[RemoteRefusal, ...], done: str | None, names: Mapping[str, Any]
) -> None:
    if done is not None:
        report.expression((*at, "done"), done, ANSWERS)
    for index, refusal in enumerate(refusals):
        report.expression((*at, "refusals", index, "when"), refusal.when, ANSWERS)
        report.words((*at, "refusals", index, "say"), refusal.say, names)


def _check_target(
    checking: _Checking,
    at: Path,
    system: str,
    call: str,
    arguments: Match,
    *,
    extra: tuple[str, ...] = (),
    own: set[str] | frozenset[str] = frozenset(),
) -> HttpCall | None:
    """The call and what is given to it; None when it is a tool, which only its server can tell more of."""
    _check_values(checking, (*at, "arguments"), arguments, extra)
    description = checking.others.descriptions.get(system)
    if description is None:
        return None
    if call not in description.operations:
        message = f"{description.document.file} has no operationId {call!r}{suggestion(call, description.operations)}"
        checking.report.add((*at, "call"), message)
        return None
    try:
        found = call_of(description, call)
    except Undescribable as error:
        checking.report.add((*at, "call"), f"{call} cannot be called: {error}")
        return None
    check_call(checking.report, (*at, "arguments"), call, found, arguments, checking.operation)
    return found


def _check_values(checking: _Checking, at: Path, values: Mapping[str, Any], extra: tuple[str, ...] = ()) -> None:
    known = {*checking.operation.arguments, *BUILTIN_REFS, *extra}
    for name, value in values.items():
        if isinstance(value, Ref) and value.ref not in known:
            checking.report.add((*at, name), f"${value.ref} is no argument{suggestion(value.ref, known)}")
        elif isinstance(value, Expr):
            checking.report.expression((*at, name, "expr"), value.expr, checking.names)
        elif isinstance(value, Next):
            checking.report.add((*at, name), "{next: ...} is for rows of the pack's own tables")
