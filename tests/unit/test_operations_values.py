"""Declared values become what their columns hold, or nothing at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource
from careline.operations.columns import to_column, to_json
from careline.operations.errors import UnknownName, UnresolvedValue
from careline.operations.resolve import NEXT, NOW, is_mark, mark, resolve
from careline.operations.situation import Situation, typed, typed_arguments
from careline.tenants.model import ArgumentSpec, Column, Expr, Next, Operation, Ref

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
HERE = Situation(now=AT, today=date(2026, 11, 2), customer="C-1", args={"n": 3, "gone": None}, reads={"row": {"a": 5}})


def column(kind: Any, nullable: bool = False) -> Column:
    return Column(type=kind, nullable=nullable)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("x", "text", "x"),
        (7, "text", "7"),
        (Decimal("7.50"), "text", "7.5"),
        ("7", "integer", 7),
        (Decimal("7.00"), "integer", 7),
        ("12.50", "number", Decimal("12.50")),
        (0.1, "number", Decimal("0.1")),
        (True, "boolean", True),
        ("2026-11-01", "date", date(2026, 11, 1)),
        ("2026-11-01T12:00:00+01:00", "timestamp", datetime(2026, 11, 1, 11, tzinfo=UTC)),
    ],
)
def test_a_value_fits_its_column(value: Any, kind: str, expected: Any) -> None:
    assert to_column(value, column(kind)) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "text"),
        ("a\x00b", "text"),
        (True, "text"),
        ("12 or so", "integer"),
        (1.5, "integer"),
        (2**63, "integer"),
        (True, "integer"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("1e999999", "number"),
        ("true", "boolean"),
        (1, "boolean"),
        ("tomorrow", "date"),
        (AT, "date"),
        ("2026-11-01T12:00:00", "timestamp"),
        (date(2026, 11, 1), "timestamp"),
    ],
)
def test_a_value_that_does_not_fit_is_never_guessed(value: Any, kind: str) -> None:
    with pytest.raises(UnresolvedValue):
        to_column(value, column(kind))


def test_null_fits_where_the_column_takes_it() -> None:
    assert to_column(None, column("date", nullable=True)) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.00"), "0"),
        (Decimal("-0.0"), "0"),
        (AT, "2026-11-01T23:30:00+00:00"),
        (date(2026, 11, 1), "2026-11-01"),
        (True, True),
        (None, None),
    ],
)
def test_one_value_has_one_form_in_a_diff(value: Any, expected: Any) -> None:
    assert to_json(value) == expected
    assert type(to_json(value)) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("literal", "text", "literal"),
        (Ref(ref="n"), "integer", 3),
        (Ref(ref="customer"), "text", "C-1"),
        (Ref(ref="now"), "timestamp", AT),
        (Ref(ref="today"), "date", date(2026, 11, 2)),
        (Expr(expr="reads.row.a + args.n"), "integer", 8),
    ],
)
def test_a_declared_value_is_resolved(value: Any, kind: str, expected: Any) -> None:
    assert resolve(value, column(kind), HERE) == expected


def test_what_is_not_there_is_not_resolved() -> None:
    with pytest.raises(UnknownName):
        resolve(Ref(ref="nobody"), column("text"), HERE)
    with pytest.raises(UnresolvedValue):
        resolve(Ref(ref="gone"), column("text"), HERE)
    with pytest.raises(UnresolvedValue):
        resolve(Next(next="id"), column("integer"), HERE)


def test_what_only_the_write_knows_stands_as_a_mark() -> None:
    assert mark(Next(next="id"), column("integer")) == NEXT
    assert mark(Ref(ref="now"), column("timestamp")) == NOW
    counted = mark(Expr(expr="now + days(14)"), column("timestamp"))
    assert counted is not None
    assert is_mark(counted)
    assert mark(Expr(expr="today + days(14)"), column("date")) is None
    assert mark(Expr(expr="reads.row.known"), column("timestamp")) is None
    assert not is_mark("$now")


def spec(kind: Any) -> ArgumentSpec:
    return ArgumentSpec(type=kind, label="x", ask="x?")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("integer", 7, 7),
        ("money", "12.50", Decimal("12.50")),
        ("number", 3, Decimal(3)),
        ("date", "2026-11-01", date(2026, 11, 1)),
        ("text", "x", "x"),
        ("integer", None, None),
    ],
)
def test_arguments_are_typed(kind: str, value: Any, expected: Any) -> None:
    assert typed(spec(kind), value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", "7"),
        ("integer", True),
        ("integer", 7.0),
        ("money", True),
        ("money", "much"),
        ("date", 7),
        ("text", 7),
    ],
)
def test_arguments_of_another_type_are_refused(kind: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        typed(spec(kind), value)


def test_undeclared_and_doubled_arguments_are_refused() -> None:

    operation = Operation.model_validate(
        {"title": "x", "examples": {}, "done": "x", "arguments": {"n": spec("integer")}}
    )
    evidence = ArgumentEvidence(source=EvidenceSource.TEXT, quote="7")
    one = Argument(name="n", value=7, evidence=evidence)
    assert typed_arguments(operation, (one,)) == {"n": 7}
    assert typed_arguments(operation, ()) == {"n": None}
    for wrong in ((one, one), (one.model_copy(update={"name": "m"}),)):
        with pytest.raises(UnknownName):
            typed_arguments(operation, wrong)
