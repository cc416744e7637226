"""The arguments of an operation: keys that belong to the type, patterns, bounds, words."""

from __future__ import annotations

import re

from ..arguments import TYPE_KEYS, ArgumentSpec
from ..data import Data
from ..problems import Path
from ..values import Match
from .profile import NOW
from .report import LEAF, Names, Report
from .rows import check_match, column_of, table_of

_NEEDED = {"enum": ("values",), "identifier": ("pattern",), "lookup": ("table", "column")}
_SPECIAL = frozenset().union(*TYPE_KEYS.values())


def check_argument(
    report: Report, at: Path, spec: ArgumentSpec, data: Data | None, names: Names, arguments: frozenset[str]
) -> None:
    """One argument. `names` and `arguments` are what its `where` may use."""
    _check_keys(report, at, spec)
    _check_pattern(report, at, spec)
    _check_bounds(report, at, spec)
    label: Names = {"args": dict.fromkeys(arguments, LEAF)}
    report.words((*at, "label"), spec.label, LEAF)
    report.words((*at, "ask"), spec.ask, {**label, "facts": names.get("facts"), **NOW})
    for value, words in spec.values.items():
        report.examples((*at, "values", value), words)
    report.examples((*at, "cues"), spec.cues, needed=False)
    if spec.out_of_range is not None:
        out_names: Names = {**label, "facts": names.get("facts"), **NOW}
        report.words((*at, "out_of_range", "say"), spec.out_of_range.say, out_names)
    if data is None:
        return
    others = arguments - {str(at[-1])}
    if spec.from_record is not None:
        record = spec.from_record
        _check_source(report, (*at, "from_record"), data, record.table, record.column, record.where, names, others)
    if spec.table is not None:
        _check_source(report, at, data, spec.table, spec.column, spec.where, names, others)


def _check_source(
    report: Report,
    at: Path,
    data: Data,
    table_name: str,
    column: str | None,
    where: Match,
    names: Names,
    arguments: frozenset[str],
) -> None:
    table = table_of(report, (*at, "table"), data, table_name)
    if table is None:
        return
    if column is not None:
        column_of(report, (*at, "column"), table, column)
    check_match(report, (*at, "where"), table, where, names, arguments)


def _check_keys(report: Report, at: Path, spec: ArgumentSpec) -> None:
    for key in sorted(spec.model_fields_set & _SPECIAL - TYPE_KEYS[spec.type]):
        report.add((*at, key), f"an argument of type {spec.type} has no {key!r}")
    for key in _NEEDED.get(spec.type, ()):
        if not getattr(spec, key):
            report.add(at, f"an argument of type {spec.type} needs {key!r}")
    if spec.default is not None and not spec.optional:
        report.add((*at, "default"), "only an optional argument has a default; add optional: true")


def _check_pattern(report: Report, at: Path, spec: ArgumentSpec) -> None:
    if spec.pattern is None:
        return
    try:
        pattern = re.compile(spec.pattern)
    except re.error as error:
        report.add((*at, "pattern"), f"{spec.pattern!r} is not a regular expression: {error}")
        return
    for index, sample in enumerate(spec.samples):
        if not pattern.fullmatch(sample):
            report.add((*at, "samples", index), f"the sample {sample!r} does not match the pattern {spec.pattern}")


def _check_bounds(report: Report, at: Path, spec: ArgumentSpec) -> None:
    for key, bound in (("min", spec.min), ("max", spec.max)):
        if bound is None or key not in TYPE_KEYS[spec.type]:
            continue
        if spec.type == "date":
            report.expression((*at, key), str(bound), NOW)
        elif isinstance(bound, str):
            report.add((*at, key), f"the bound of a {spec.type} is a number, not {bound!r}")
    if (spec.min is not None or spec.max is not None) and spec.out_of_range is None:
        report.add(at, "min and max need out_of_range: {reason: ..., say: ...}, or nobody could be told why")
    if isinstance(spec.min, int | float) and isinstance(spec.max, int | float) and spec.min > spec.max:
        report.add((*at, "min"), f"min {spec.min} is above max {spec.max}")
