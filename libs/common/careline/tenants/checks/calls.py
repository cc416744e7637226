"""What is given to an HTTP operation against its description: names, what it needs, types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arguments import ArgumentSpec
from ..json_schemas import field_of, fields_of, needed_fields, types_of
from ..operations import Operation
from ..problems import Path, suggestion
from ..systems import HttpCall
from ..values import Expr, Match, Next, Ref, Value
from .report import Report

# JSON types that a value of an argument's type can be sent as.
SENT_AS: dict[str, frozenset[str]] = {
    "integer": frozenset({"integer", "number", "string"}),
    "number": frozenset({"number", "string"}),
    "money": frozenset({"number", "string"}),
}
_TEXT = frozenset({"string"})


def check_call(report: Report, at: Path, name: str, call: HttpCall, arguments: Match, operation: Operation) -> None:
    """Every argument has its place in the call and fits there, and nothing that the call needs is missing."""
    given: set[str] = set()
    for argument, value in arguments.items():
        schema, required = _place(call, argument)
        if schema is None:
            report.add((*at, argument), f"{name} takes no {argument!r}{suggestion(argument, _known(call))}")
            continue
        if (path := call.body_field(argument)) is not None:
            given.add(path)
        wrong = _unfit(value, schema, operation, required=required)
        if wrong:
            report.add((*at, argument), f"{argument}: {wrong}")
    for parameter in call.parameters:
        if parameter.required and parameter.name not in arguments:
            report.add(at, f"{name} needs the {parameter.place} parameter {parameter.name!r}")
    if call.body is not None and (call.body_required or given):
        for missing in needed_fields(call.body, frozenset(given)):
            report.add(at, f"{name} needs the field {missing!r} of the body")


def _place(call: HttpCall, argument: str) -> tuple[Mapping[str, Any] | None, bool]:
    """The schema of an argument's place, None when there is no such place; and whether it has to be there."""
    parameter = call.parameter(argument)
    if parameter is not None:
        return parameter.value, parameter.required
    path = call.body_field(argument)
    if call.body is None or path is None:
        return None, False
    return field_of(call.body, path), path in needed_fields(call.body, frozenset())


def _known(call: HttpCall) -> list[str]:
    return [*(parameter.name for parameter in call.parameters), *(fields_of(call.body) if call.body else ())]


def _unfit(value: Value, schema: Mapping[str, Any], operation: Operation, *, required: bool) -> str | None:
    types = types_of(schema)
    if isinstance(value, Expr | Next):
        return None
    if not isinstance(value, Ref):
        return _unfit_literal(value, schema)
    spec = operation.arguments.get(value.ref)
    if spec is None:  # customer, now, today, or a name that is a problem already
        return None if not types or "string" in types else f"${value.ref} is a text, it takes {_said(types)}"
    if required and spec.optional and spec.default is None:
        return f"it is required, but the argument {value.ref!r} is optional and has no default"
    return _unfit_argument(value.ref, spec, schema, types)


def _unfit_argument(name: str, spec: ArgumentSpec, schema: Mapping[str, Any], types: frozenset[str]) -> str | None:
    sent = SENT_AS.get(spec.type, _TEXT)
    if types and not types & sent:
        return f"${name} is {spec.type}, it takes {_said(types)}"
    allowed = schema.get("enum")
    if spec.type == "enum" and isinstance(allowed, list):
        others = [key for key in spec.values if key not in allowed]
        if others:
            return f"it does not take {', '.join(map(repr, others))}{suggestion(others[0], map(str, allowed))}"
    return None


def _unfit_literal(value: object, schema: Mapping[str, Any]) -> str | None:
    from jsonschema import Draft202012Validator

    error = next(iter(Draft202012Validator(dict(schema)).iter_errors(value)), None)
    return None if error is None else error.message[:200]


def _said(types: frozenset[str]) -> str:
    return " or ".join(sorted(types))
