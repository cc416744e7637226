"""A call over HTTP made ready, so that no value can become anything but a value: not another path, query or header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from careline.contracts.base import JsonScalar
from careline.tenants.json_schemas import field_of
from careline.tenants.model import HttpCall, Parameter

from .errors import BadValue
from .values import as_sent, check, nested

_SLOT = re.compile(r"\{([^{}]+)\}")
# A dot segment is a step in the tree, and many servers decode these before they route.
_STEPS = re.compile(r"[/\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`target` begins with a slash and is encoded; `body` is JSON or None."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any = None


def outgoing(name: str, call: HttpCall, values: Mapping[str, Any]) -> Outgoing:
    """`values` by the names of arguments, typed; None for what is not given. Raises BadValue."""
    fields: dict[str, JsonScalar] = {}
    given: dict[str, JsonScalar] = {}
    for argument, value in values.items():
        parameter, path = call.parameter(argument), call.body_field(argument)
        if parameter is not None:
            sent = as_sent(value, parameter.value, argument)
            if sent is not None:
                check(parameter.value, sent, f"{name}.{argument}")
                given[argument] = sent
        elif path is not None:
            fields[path] = as_sent(value, field_of(call.body or {}, path) or {}, argument)
    for parameter in call.parameters:
        if parameter.required and parameter.name not in given:
            raise BadValue(f"{name}: {parameter.name} has no value")
    return Outgoing(call.method, _target(name, call, given), _headers(name, call, given), _body(name, call, fields))


def _target(name: str, call: HttpCall, given: Mapping[str, JsonScalar]) -> str:
    def filled(match: re.Match[str]) -> str:
        text = _text(given.get(match[1]))
        if text.strip(". ") == "" or _STEPS.search(text):
            raise BadValue(f"{name}: {match[1]} cannot be part of a path")
        return quote(text, safe="")

    path = _SLOT.sub(filled, call.path)
    query = [(each.name, _text(given[each.name])) for each in _in(call, "query") if each.name in given]
    return path + (f"?{urlencode(query)}" if query else "")


def _headers(name: str, call: HttpCall, given: Mapping[str, JsonScalar]) -> dict[str, str]:
    headers = {each.name: _text(given[each.name]) for each in _in(call, "header") if each.name in given}
    for header, text in headers.items():
        if not text.isascii() or not text.isprintable() or text != text.strip():
            raise BadValue(f"{name}: {header} cannot be a header")
    return headers


def _body(name: str, call: HttpCall, fields: Mapping[str, JsonScalar]) -> Any:
    if call.body is None or (not fields and not call.body_required):
        return None
    body = nested(fields)
    check(call.body, body, f"{name}: the body")
    return body


def _in(call: HttpCall, place: str) -> list[Parameter]:
    return [parameter for parameter in call.parameters if parameter.place == place]


def _text(value: JsonScalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
