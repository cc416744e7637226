"""Reads a YAML file together with the place of every value.

Differs from PyYAML's own loading: only true and false are booleans (so `no` is a word), dates stay text, keys are
texts, a key given twice is an error, and aliases cannot blow a small file up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from .problems import Path, Problem

MAX_BYTES = 2_000_000
MAX_VALUES = 200_000

Marks = dict[Path, tuple[int, int]]


class _Loader(yaml.SafeLoader):
    """Scalars are resolved by the rules below only."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own table, replaced


for _tag, _pattern, _first in (
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


@dataclass(slots=True)
class Document:
    """A file's value, and where each part of it stands. `value` is None when the file cannot be read."""

    file: str
    value: Any = None
    marks: Marks = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at `path`, or at the nearest part around it that has a place."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.marks:
                line, column = self.marks[path[:length]]
                return Problem(self.file, line, column, message, path)
        return Problem(self.file, 1, 1, message, path)


def read_yaml(file: str, data: bytes) -> Document:
    """Parse `data`; never raises, mistakes are in the document's problems."""
    document = Document(file)
    text = decode(document, data)
    if text is None:
        return document
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            document.problems.append(Problem(file, 1, 1, "the file is empty"))
            return document
        document.value = _Builder(document).build(node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        hint = "; inside of { } quote a type that ends in '?'" if "'?'" in str(error.problem) else ""
        message = f"this is not YAML: {error.problem or error.context}{hint}"
        document.problems.append(Problem(file, line, column, message))
    except yaml.YAMLError as error:
        document.problems.append(Problem(file, 1, 1, f"this is not YAML: {error}"))
    except RecursionError:
        document.problems.append(Problem(file, 1, 1, "the file is nested too deeply"))
    return document


def decode(document: Document, data: bytes) -> str | None:
    """The text of a file; None (with a problem) when it is too large or no UTF-8 text."""
    if len(data) > MAX_BYTES:
        document.problems.append(Problem(document.file, 0, 0, f"the file is larger than {MAX_BYTES} bytes"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = "this is not a text in UTF-8; save the file as UTF-8"
        document.problems.append(Problem(document.file, line, 1, message))
        return None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        document.problems.append(Problem(document.file, line, 1, "this is a binary file, not a text"))
        return None
    return text


class _Builder:
    """Turns nodes into values and notes where they stand."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def build(self, node: yaml.Node, path: Path) -> Any:
        self.count += 1
        if self.count > MAX_VALUES:
            raise yaml.MarkedYAMLError(problem=f"more than {MAX_VALUES} values", problem_mark=node.start_mark)
        self.document.marks.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(line, column, "a key has to be a text", path)
                continue
            key = str(key_node.value)
            if key == "<<":
                self._merge(node, value_node, path, result)
                continue
            if key in result:
                self._report(line, column, f"the key {key!r} is given twice", (*path, key))
                continue
            self.document.marks[(*path, key)] = (line, column)
            result[key] = self.build(value_node, (*path, key))
        return result

    def _merge(self, node: yaml.MappingNode, value: yaml.Node, path: Path, result: dict[str, Any]) -> None:
        """`<<: *anchor` adds what the mapping does not say itself; the values' places are those of the anchor."""
        own = {str(key.value) for key, _ in node.value}
        for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(source, yaml.MappingNode):
                mark = value.start_mark
                self._report(mark.line + 1, mark.column + 1, "<<: takes a mapping (<<: *anchor)", path)
                continue
            for key, inherited in source.value:
                name = str(key.value)
                if name not in own and name not in result:
                    result[name] = self.build(inherited, (*path, name))

    def _report(self, line: int, column: int, message: str, path: Path) -> None:
        self.document.problems.append(Problem(self.document.file, line, column, message, path))


def _scalar(node: yaml.Node) -> Any:
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return node.value.lower() == "true"
        case "int":
            return int(node.value)
        case "float":
            return float(node.value)
        case _:
            return node.value
