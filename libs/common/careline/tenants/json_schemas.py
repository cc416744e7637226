"""JSON schemas out of an OpenAPI document: references put in, 3.0's own words said as 3.1 says them. Pure.

UnusableSchema    a reference leads nowhere, or the schema is larger than any form to fill in
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_PARTS = 5000


class UnusableSchema(Exception):
    """The text says where."""


def resolved(root: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """`schema` of the document `root` without references. Where it contains itself, anything is allowed inside.

    Raises UnusableSchema.
    """
    value = _Resolving(root).resolve(schema, ())
    return value if isinstance(value, dict) else {}


def look_up(root: Mapping[str, Any], reference: str) -> Any:
    """What `#/a/b` names. Raises UnusableSchema; a reference to elsewhere is never followed."""
    if not reference.startswith("#/"):
        raise UnusableSchema(f"the reference {reference!r} has to stay within the document (#/...)")
    value: Any = root
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, Mapping) or name not in value:
            raise UnusableSchema(f"the reference {reference!r} leads nowhere")
        value = value[name]
    return value


class _Resolving:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._parts = 0

    def resolve(self, value: Any, inside: tuple[str, ...]) -> Any:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise UnusableSchema(f"the schema has more than {MOST_PARTS} parts")
        if isinstance(value, list):
            return [self.resolve(item, inside) for item in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            if reference in inside:
                return {}
            return self.resolve(look_up(self._root, reference), (*inside, reference))
        return _as_31({key: self.resolve(item, inside) for key, item in value.items()})


def _as_31(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(bound), bool) and schema.pop(bound) and limit in schema:
            schema[bound] = schema.pop(limit)
    return schema


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """The JSON types that a schema admits; empty when it does not say."""
    given = schema.get("type")
    names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    found = {str(name) for name in names}
    for alternatives in (schema.get("oneOf"), schema.get("anyOf")):
        for each in alternatives or ():
            found |= types_of(each)
    if not found and isinstance(schema.get("properties"), dict):
        found = {"object"}
    return frozenset(found)


def field_of(schema: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """The schema of a field by its dotted path; {} where it is left open, None when there is no such field."""
    current: Mapping[str, Any] = schema
    for name in path.split("."):
        properties = _properties(current)
        if name in properties:
            current = properties[name] or {}
        elif not properties and types_of(current) <= {"object"}:
            return {}
        else:
            return None
    return current


def fields_of(schema: Mapping[str, Any], before: str = "") -> list[str]:
    """The dotted paths of all fields that hold one value."""
    found: list[str] = []
    for name, inner in _properties(schema).items():
        nested = fields_of(inner or {}, f"{before}{name}.")
        found += nested or [before + name]
    return found


def needed_fields(schema: Mapping[str, Any], given: frozenset[str], before: str = "") -> list[str]:
    """The dotted paths of required fields that are not `given`; those of an optional object only once it is begun."""
    missing: list[str] = []
    required = set(_required(schema))
    for name, inner in _properties(schema).items():
        path = before + name
        begun = path in given or any(each.startswith(path + ".") for each in given)
        if not begun and name not in required:
            continue
        if path in given:
            continue
        nested = needed_fields(inner or {}, given, path + ".")
        missing += nested if _properties(inner or {}) else [path]
    return missing + [
        before + name for name in sorted(required - set(_properties(schema))) if before + name not in given
    ]


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in schema.get("allOf") or ():
        found |= _properties(part)
    return found | (schema.get("properties") or {})


def _required(schema: Mapping[str, Any]) -> list[str]:
    found = [name for part in schema.get("allOf") or () for name in _required(part)]
    return [*found, *(schema.get("required") or ())]
