"""Typed values (text, int, Decimal, bool, date, datetime) as they are sent, by the JSON schema of their place. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from careline.contracts.base import JsonScalar
from careline.tenants.json_schemas import types_of

from .errors import BadValue

LONGEST = 8192


def as_sent(value: Any, schema: Mapping[str, Any], name: str) -> JsonScalar:
    """`value` in a JSON type that `schema` takes. Raises BadValue for one that has none, or is beyond all bounds."""
    types = types_of(schema)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal | float):
        return _number(value, types)
    if not isinstance(value, str):
        raise BadValue(f"{name}: a {type(value).__name__} cannot be sent")
    if len(value) > LONGEST or "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise BadValue(f"{name}: the text is too long, or holds a character that is none")
    return value


def _number(value: int | Decimal | float, types: frozenset[str]) -> JsonScalar:
    exact = Decimal(str(value))
    if types and not types & {"integer", "number"}:
        return format(exact.normalize(), "f") if exact else "0"
    if exact == exact.to_integral_value():
        return int(exact)
    return float(exact)


def nested(fields: Mapping[str, JsonScalar]) -> dict[str, Any]:
    """`{"address.street": "Quay 7"}` as `{"address": {"street": "Quay 7"}}`; fields that are None are left out."""
    result: dict[str, Any] = {}
    for path, value in fields.items():
        if value is None:
            continue
        *before, last = path.split(".")
        inner = result
        for name in before:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                raise BadValue(f"{path}: something above it holds a single value")
        inner[last] = value
    return result


def check(schema: Mapping[str, Any], value: Any, what: str) -> None:
    """Raises BadValue, naming the place, when `value` is not as `schema` wants it."""
    from jsonschema import Draft202012Validator

    error = next(iter(Draft202012Validator(dict(schema)).iter_errors(value)), None)
    if error is not None:
        place = ".".join(map(str, error.absolute_path)) or "the whole"
        raise BadValue(f"{what}: {place} does not fit ({error.validator})")


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether `value` is as `schema` says."""
    from jsonschema import Draft202012Validator

    return bool(Draft202012Validator(dict(schema)).is_valid(value))
