"""Turns a YAML value into a model; what does not fit becomes problems with places and suggestions."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .problems import Path, Problem, suggestion
from .yaml_reader import Document

M = TypeVar("M", bound=BaseModel)

_VALUE = "has to be a literal, $argument, $customer, $now, $today, {expr: ...} or, in an insert, {next: column}"
_WORDS = "has to be one text, or a mapping of texts by language"
_TYPES = {
    "string_type": "has to be a text",
    "int_type": "has to be a whole number",
    "int_parsing": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "float_type": "has to be a number",
    "float_parsing": "has to be a number",
    "bool_type": "has to be true or false",
    "bool_parsing": "has to be true or false",
    "dict_type": "has to be a mapping (key: value)",
    "model_type": "has to be a mapping (key: value)",
    "model_attributes_type": "has to be a mapping (key: value)",
    "tuple_type": "has to be a list",
    "list_type": "has to be a list",
}
_KINDS = {"arguments": "argument type", "columns": "column type", "facts": "fact type"}


def fit(model: type[M], document: Document, value: Any, at: Path = ()) -> tuple[M | None, list[Problem]]:
    """`value`, which stands at the path `at` of `document`, as a `model`; or None and what is wrong."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        found: dict[tuple[Path, str], Problem] = {}
        for detail in error.errors(include_url=False):
            path, message = _explain(model, value, detail)
            found.setdefault((path, message), document.problem((*at, *path), message))
        return None, list(found.values())


def _explain(model: type[BaseModel], value: Any, detail: Any) -> tuple[Path, str]:
    loc: Path = detail["loc"]
    for names, message in (({"Ref", "Expr", "Next", "Answered"}, _VALUE), ({"dict[str,str]", "Words"}, _WORDS)):
        union = next((index for index, part in enumerate(loc) if part in names), None)
        if union is not None:
            return _data_path(loc[:union], value), message
    path, kind, given = _data_path(loc, value), detail["type"], detail.get("input")
    if kind == "missing":
        name = loc[-1]
        reason = ": without it every row would change" if name == "where" and "effect" in loc else ""
        return path, f"{name!r} is missing{reason}"
    if kind == "extra_forbidden":
        return (*path[:-1], loc[-1]), f"unknown key {loc[-1]!r}{suggestion(str(loc[-1]), _keys(model, loc[:-1]))}"
    if kind in ("literal_error", "union_tag_invalid"):
        expected = re.findall(
            r"'([^']*)'", str(detail["ctx"].get("expected", "") or detail["ctx"].get("expected_tags"))
        )
        given = detail["ctx"].get("tag", given)
        return path, f"unknown {_kind(path)} {given!r}{suggestion(str(given), expected)}"
    if kind == "union_tag_not_found":
        needed = "kind: generator or csv" if "source" in loc else "one of update, insert, delete, call"
        return path, f"needs {needed}"
    if kind == "string_pattern_mismatch":
        return path, f"{given!r} has to match {detail['ctx']['pattern']}"
    if kind == "too_short":
        where = path and path[-1] == "where"
        return path, "without a where every row would change" if where else "may not be empty"
    if kind == "value_error":
        return path, str(detail["ctx"]["error"])
    if kind in _TYPES:
        return path, f"{_name(path)}{_TYPES[kind]}"
    return path, f"{_name(path)}{detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _name(path: Path) -> str:
    return f"{path[-1]!r} " if path and isinstance(path[-1], str) else ""


def _kind(path: Path) -> str:
    if path and path[-1] == "type":
        return next((_KINDS[str(part)] for part in reversed(path) if part in _KINDS), "type")
    if len(path) > 1 and path[-2] == "columns":
        return "column type"
    return str(path[-1]) if path else "value"


def _data_path(loc: Path, value: Any) -> Path:
    """`loc` without the parts that only name members of unions; a last part that is missing in the data stays."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        if _has(value, part):
            value = value[part]
            path.append(part)
        elif index == len(loc) - 1 and isinstance(value, Mapping) and not str(part).startswith("<"):
            path.append(part)
    return tuple(path)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, Mapping) and part in value


def _keys(model: type[BaseModel], loc: Path) -> set[str]:
    """The keys that the model at `loc` knows."""
    current: list[Any] = [model]
    for part in loc:
        following = [step for each in current for step in _step(each, part)]
        tagged = [each for each in current if f"<{getattr(each, '__name__', '').lower()}>" == part]
        current = tagged or following or current
    return {name for each in current if _is_model(each) for name in each.model_fields}


def _step(annotation: Any, part: str | int) -> Iterator[Any]:
    if _is_model(annotation):
        if part in annotation.model_fields:
            yield from _members(annotation.model_fields[part].annotation)
    elif get_origin(annotation) is dict:
        yield from _members(get_args(annotation)[1])
    elif get_origin(annotation) in (tuple, list) and isinstance(part, int):
        yield from _members(get_args(annotation)[0])


def _members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
