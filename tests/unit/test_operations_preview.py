"""Effects as row changes, from rows alone; and how they are told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.fixtures.library import library_pack

from careline.contracts.turn import RowChange
from careline.operations.diffs import updated
from careline.operations.errors import MissingRows, UnknownName
from careline.operations.preview import about, preview
from careline.operations.reads import select
from careline.operations.resolve import NEXT, NOW
from careline.operations.situation import Situation
from careline.operations.summary import summary
from careline.tenants.model import Delete, Insert, Match, Operation, Ref, Update

pytestmark = pytest.mark.unit

NOW_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
LOAN = {"number": "ML-1", "status": "open"}
HERE = Situation(
    now=NOW_AT, today=date(2026, 11, 1), customer="M-1", args={"loan": "ML-1", "text": "hi", "gone": None}, reads={}
)


def operation(*effects: Any) -> Operation:
    return library_pack().operations["return_book"].model_copy(update={"effect": effects})


def test_an_update_shows_changed_columns_only() -> None:
    effect = Update(update="loans", where={"number": Ref(ref="loan")}, set={"status": "returned", "title": "same"})
    (change,) = preview(library_pack(), operation(effect), HERE, [({**LOAN, "title": "same"},)])
    assert change == RowChange(
        table="loans", action="update", key={"number": "ML-1"}, old={"status": "open"}, new={"status": "returned"}
    )


def test_an_update_to_what_is_there_changes_nothing() -> None:
    effect = Update(update="loans", where={"number": "ML-1"}, set={"status": "open"})
    assert preview(library_pack(), operation(effect), HERE, [(LOAN,)]) == ()


def test_a_moment_of_writing_alone_is_no_change_beside_other_columns() -> None:
    old = {"id": 1, "text": "hi", "at": NOW_AT}
    declared: Match = {"text": Ref(ref="text"), "at": Ref(ref="now")}
    assert updated(library_pack(), "notes", old, {"text": "hi", "at": NOW_AT}, declared) is None
    changed = updated(library_pack(), "notes", old, {"text": "ho", "at": NOW_AT}, declared)
    assert changed is not None
    assert changed.new == {"text": "ho", "at": NOW}
    time_alone: Match = {"at": Ref(ref="now")}
    only_time = updated(library_pack(), "notes", old, {"at": NOW_AT}, time_alone)
    assert only_time is not None


def test_an_insert_has_marks_for_what_the_write_will_know() -> None:
    (change,) = preview(library_pack(), library_pack().operations["leave_note"], HERE, [()])
    assert change == RowChange(
        table="notes",
        action="insert",
        key={"id": NEXT},
        new={"id": NEXT, "member_id": "M-1", "text": "hi", "at": NOW},
    )


def test_a_delete_shows_every_row_whole() -> None:
    effect = Delete(delete="notes", where={"member_id": Ref(ref="customer")})
    rows = tuple({"id": n, "member_id": "M-1", "text": "x", "at": NOW_AT} for n in (1, 2))
    changes = preview(library_pack(), operation(effect), HERE, [rows])
    assert [change.key for change in changes] == [{"id": 1}, {"id": 2}]
    assert changes[0].old["at"] == "2026-11-01T12:00:00+00:00"


@pytest.mark.parametrize(
    "effect",
    [Update(update="loans", where={"number": "x"}, set={"status": "y"}), Delete(delete="loans", where={"number": "x"})],
)
def test_an_effect_without_rows_has_done_nothing(effect: Any) -> None:
    with pytest.raises(MissingRows):
        preview(library_pack(), operation(effect), HERE, [()])


def test_values_travel_as_parameters_only() -> None:
    hostile = "x'; DROP TABLE loans; --"
    here = Situation(now=NOW_AT, today=date(2026, 11, 1), customer=hostile)
    query = select(library_pack(), "loans", {"member_id": Ref(ref="customer"), "status": "open", "note": None}, here)
    assert query is not None
    assert "DROP" not in query.sql
    assert query.values == (hostile, "open")
    assert '"note" IS NULL' in query.sql
    assert "current_setting('careline.tenant', true)" in query.sql


@pytest.mark.parametrize(
    "where",
    [{"member_id": Ref(ref="gone")}, {"number": "a\x00b"}, {"due": "tomorrow"}, {"member_id": Ref(ref="customer")}],
)
def test_an_absent_value_matches_nothing_and_never_null(where: Any) -> None:
    nobody = Situation(now=NOW_AT, today=date(2026, 11, 1), args={"gone": None})
    assert select(library_pack(), "loans", where, nobody) is None


def test_unknown_tables_and_columns_are_refused() -> None:
    where: Match = {"secret": "x"}
    for table in ("secrets", "loans"):
        with pytest.raises(UnknownName):
            select(library_pack(), table, where, HERE)


def test_an_insert_is_about_no_rows() -> None:
    assert about(library_pack(), Insert(insert="notes", values={"text": "x"}), HERE) is None


def test_a_summary_shows_old_and_new_and_leaves_marks_out() -> None:
    diff = (
        RowChange(table="loans", action="update", key={"number": "ML-1"}, old={"note": None}, new={"note": "hi"}),
        RowChange(table="notes", action="insert", key={"id": NEXT}, new={"id": NEXT, "text": "hi", "at": NOW}),
        RowChange(table="order_lines", action="delete", key={"a": 1, "b": 2}, old={"a": 1, "b": 2}),
    )
    assert summary(diff, "en").split("\n") == [
        "loans ML-1: note nothing -> hi",
        "notes (new): text hi",
        "order lines 1, 2: removed",
    ]
    assert summary(diff[:1], "zh") == "loans ML-1: note 无 -> hi"
    own = RowChange(table="members", action="update", key={"id": "M-1"}, old={"blocked": False}, new={"blocked": True})
    assert summary((own,), "en", "M-1") == "members: blocked no -> yes"
    assert summary((own,), "zh", "M-2") == "members M-1: blocked 否 -> 是"


def test_amounts_are_compared_as_amounts() -> None:
    old = {"id": "M-1", "balance": Decimal("12.50")}
    assert updated(library_pack(), "members", old, {"balance": Decimal("12.5")}) is None
