"""Effects as SQL: names quoted, values as parameters, only the rows named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.fixtures.library import library_pack

from careline.operations.situation import Situation
from careline.tenants.model import Delete, Insert, Next, Ref, Update
from careline_executor.adapters import statements

pytestmark = pytest.mark.unit

HOSTILE = "x\"'; DROP TABLE loans; --"
HERE = Situation(
    now=datetime(2026, 11, 1, tzinfo=UTC),
    today=date(2026, 11, 1),
    customer=HOSTILE,
    args={"gone": None, "text": HOSTILE},
)


def test_an_update_sets_and_finds_by_parameters() -> None:
    effect = Update(
        update="members", where={"id": Ref(ref="customer")}, set={"email": Ref(ref="text"), "blocked": True}
    )
    write = statements.update(library_pack(), effect, HERE)
    assert write is not None
    query = write.query
    assert query.values == (HOSTILE, True, HOSTILE)
    assert "DROP" not in query.sql
    assert '"email" = $1, "blocked" = $2' in query.sql
    assert '"id" = $3 FOR UPDATE' in query.sql


def test_an_insert_draws_numbers_within_the_tenant() -> None:
    effect = Insert(insert="notes", values={"id": Next(next="id"), "text": Ref(ref="text")})
    write = statements.insert(library_pack(), effect, HERE, "mini")
    query = write.query
    assert query.values == ("mini", HOSTILE)
    assert 'max("id"), 0) + 1 FROM "biz_mini"."notes" WHERE "tenant" = current_setting' in query.sql


@pytest.mark.parametrize("where", [{"id": Ref(ref="gone")}, {"blocked": "yes"}])
def test_nothing_is_written_where_nothing_can_match(where: dict[str, Ref | str]) -> None:
    assert statements.update(library_pack(), Update(update="members", where=where, set={"name": "x"}), HERE) is None
    assert statements.delete(library_pack(), Delete(delete="members", where=where), HERE) is None
