"""OpenAPI documents of a pack: read, validated, and the operations in them made ready to be called.

Undescribable    an operation cannot be called by what the document says of it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .json_schemas import UnusableSchema, look_up, resolved, types_of
from .problems import Problem
from .systems import HttpCall, Parameter
from .yaml_reader import Document, read_yaml

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
MOST_PROBLEMS = 20
# Headers that belong to the connection or to us; a pack may not set them.
OWN_HEADERS = frozenset({"authorization", "host", "content-type", "content-length", "transfer-encoding", "connection",
                         "cookie", "accept", "te", "upgrade", "expect", "proxy-authorization"})  # fmt: skip
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})


class Undescribable(Exception):
    """The text says why."""


@dataclass(frozen=True, slots=True)
class Description:
    """A document without problems; `operations`: path and method by operationId."""

    document: Document
    operations: dict[str, tuple[str, str]]


def read_description(file: str, data: bytes) -> tuple[Description | None, list[Problem]]:
    """Read an OpenAPI 3.0 or 3.1 document (YAML or JSON). References to other documents are refused, not followed."""
    document = read_yaml(file, data)
    if document.problems:
        return None, document.problems
    problems = _not_openapi(document) or _bad_references(document) or _invalid(document)
    if problems:
        return None, problems
    operations: dict[str, tuple[str, str]] = {}
    for path, methods in (document.value.get("paths") or {}).items():
        for method in METHODS:
            operation = methods.get(method) if isinstance(methods, dict) else None
            if isinstance(operation, dict) and isinstance(operation.get("operationId"), str):
                operations[operation["operationId"]] = (path, method)
    return Description(document, operations), []


def call_of(description: Description, operation_id: str) -> HttpCall:
    """What is needed to call the operation. Raises Undescribable, KeyError."""
    path, method = description.operations[operation_id]
    root: dict[str, Any] = description.document.value
    operation: dict[str, Any] = root["paths"][path][method]
    try:
        found = [_local(root, item) for item in (*(root["paths"][path].get("parameters") or ()),
                                                 *(operation.get("parameters") or ()))]  # fmt: skip
        parameters = {(item["name"], item["in"]): item for item in found}
        body, required = _body(root, operation)
        return HttpCall(
            method=method.upper(),
            path=path,
            parameters=tuple(each for item in parameters.values() if (each := _parameter(root, item))),
            body=body,
            body_required=required,
            answers=dict(_answers(root, operation)),
        )
    except UnusableSchema as error:
        raise Undescribable(str(error)) from error


def _parameter(root: dict[str, Any], item: dict[str, Any]) -> Parameter | None:
    name, place, required = item["name"], item["in"], bool(item.get("required"))
    value = resolved(root, item.get("schema") or {})
    usable = types_of(value) <= _SCALARS and place != "cookie" and "content" not in item
    own = place == "header" and name.lower() in OWN_HEADERS
    if usable and not own:
        return Parameter(name=name, place=place, required=required, value=value)
    if required and not own:
        raise Undescribable(f"its parameter {name!r} ({place}) is required and holds no single value")
    return None


def _body(root: dict[str, Any], operation: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    if "requestBody" not in operation:
        return None, False
    body = _local(root, operation["requestBody"])
    for media, content in (body.get("content") or {}).items():
        if _is_json(media):
            return resolved(root, content.get("schema") or {}), bool(body.get("required"))
    if body.get("required"):
        raise Undescribable("its body is no JSON")
    return None, False


def _answers(root: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, answer in (operation.get("responses") or {}).items():
        for media, content in (_local(root, answer).get("content") or {}).items():
            if _is_json(media):
                yield str(status), resolved(root, content.get("schema") or {})
                break


def _local(root: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    found = look_up(root, item["$ref"]) if isinstance(item.get("$ref"), str) else item
    if not isinstance(found, dict):
        raise UnusableSchema(f"the reference {item.get('$ref')!r} leads to something else")
    return found


def _is_json(media: str) -> bool:
    plain = media.split(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def _bad_references(document: Document) -> list[Problem]:
    problems = []
    for path, item in _walk(document.value, ()):
        if path and path[-1] == "$ref" and isinstance(item, str):
            try:
                look_up(document.value, item)
            except UnusableSchema as error:
                problems.append(document.problem(path, f"{error}; nothing else is read"))
    return problems


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _walk(item, (*path, key))


def _not_openapi(document: Document) -> list[Problem]:
    if isinstance(document.value, dict) and str(document.value.get("openapi", "")).startswith(("3.0", "3.1")):
        return []
    return [document.problem((), "this is no OpenAPI document of version 3.0 or 3.1")]


def _invalid(document: Document) -> list[Problem]:
    """What the validator of OpenAPI documents has against it."""
    try:
        from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
    except ImportError:
        return [document.problem((), "openapi-spec-validator is not installed (requirements-documents.txt)")]
    kind = OpenAPIV30SpecValidator if str(document.value["openapi"]).startswith("3.0") else OpenAPIV31SpecValidator
    try:
        errors = list(islice(kind(document.value).iter_errors(), MOST_PROBLEMS))
    except Exception as error:  # noqa: BLE001 - the validator trips over documents that are far from valid
        return [document.problem((), f"this is no OpenAPI document: {type(error).__name__}: {str(error)[:200]}")]
    return [document.problem(tuple(error.absolute_path), error.message[:300]) for error in errors]
