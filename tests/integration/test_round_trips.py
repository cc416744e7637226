"""How often an operation waits for the database, and that a look by itself shows no more than it claims."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.fixtures.claims import claims_of
from tests.fixtures.operations import Counter, as_role, counter, wants

from careline.contracts.events import OperationApproved
from careline.contracts.understanding import Understanding
from careline.storage import AccessDenied, Database, Scope
from careline.storage.looking import Part, rows_of, shifted, together

pytestmark = pytest.mark.integration
__all__ = ["counter"]

NOTE, EXTEND = "note hello", "extend ML-1001 by 7 days"
LOANS = "SELECT number FROM biz_mini.loans ORDER BY 1"


class Heard:
    """The statements sent by the connections that a pool has by now: a round trip each."""

    def __init__(self, database: Database) -> None:
        self._sent: list[str] = []
        for holder in database.pool._holders:  # type: ignore[attr-defined]
            if holder._con is not None:
                holder._con.add_query_logger(self)

    def __call__(self, record: Any) -> None:
        self._sent.append(record.query)

    async def kinds(self) -> list[str]:
        """The first word of each since the last time, apart from looks for the tenant's pack."""
        await asyncio.sleep(0.05)  # it is told of a query a moment later
        sent, self._sent = self._sent, []
        return [query.split()[0] for query in sent if "control." not in query and query != "SELECT 1"]


@pytest.mark.parametrize(
    ("text", "understanding", "effect"),
    [
        (NOTE, wants("leave_note", NOTE, text="hello"), ["WITH"]),
        # What it writes follows from what it has read.
        (EXTEND, wants("extend_loan", EXTEND, loan="ML-1001", days=(7, "7")), ["SELECT", "WITH"]),
    ],
)
async def test_an_operation_waits_as_often_as_it_has_to(
    counter: Counter, text: str, understanding: Understanding, effect: list[str]
) -> None:
    # The pack is read, the search path taken, types are known.
    for said, wanted in ((NOTE, wants("leave_note", NOTE, text="hello")), (text, understanding)):
        await counter.judge(await counter.draft(await counter.turn(said, conversation="c-0"), wanted))
    executor, verifier = Heard(counter.executor), Heard(counter.verifier)
    drafted = await counter.draft(await counter.turn(text), understanding)
    assert await executor.kinds() == ["BEGIN;", *effect, "ROLLBACK;"]  # nobody waits for the last
    approved = await counter.judge(drafted)
    assert isinstance(approved, OperationApproved)
    assert await verifier.kinds() == ["WITH"]
    settled = await counter.settle(approved)
    assert settled.status == "committed"
    assert await executor.kinds() == ["BEGIN;", *effect, "INSERT", "COMMIT;"]
    assert (await counter.conclude(settled)).outcome == "success"
    assert await verifier.kinds() == ["WITH"]


async def test_a_look_shows_what_it_claims_and_leaves_nothing_behind(counter: Counter, fresh_database: str) -> None:
    database = await Database.connect(
        as_role(fresh_database, "verifier"),
        application="test",
        max_size=1,
        claims=claims_of("verifier"),
        read_only=True,
    )
    try:
        mine = await database.look("mini", LOANS, scope=Scope("M-1"))
        other = await database.look("mini", LOANS, scope=Scope("M-2"))
        copied = await database.look("mini~copy", "SELECT DISTINCT tenant FROM biz_mini.loans", scope=Scope("M-1"))
        assert mine
        assert not {row["number"] for row in mine} & {row["number"] for row in other}
        assert [row["tenant"] for row in copied] == ["mini~copy"]
        assert await database.pool.fetch(LOANS) == []
        assert await database.pool.fetchval("SELECT current_setting('careline.claim', true)") in (None, "")
        (row,) = await database.look("mini", "SELECT current_setting('transaction_read_only') AS now")
        assert row["now"] == "on"
    finally:
        await database.stop()


async def test_a_look_with_the_claim_of_another_service_is_an_error(counter: Counter, fresh_database: str) -> None:
    database = await Database.connect(
        as_role(fresh_database, "verifier"), application="test", max_size=1, claims=claims_of("executor")
    )
    try:
        with pytest.raises(AccessDenied):
            await database.look("mini", LOANS, scope=Scope("M-1"))
    finally:
        await database.stop()


async def test_statements_together_return_what_each_returns(counter: Counter) -> None:
    parts = (
        Part("SELECT n, n * $1::int FROM generate_series(1, 3) n ORDER BY n DESC", 1, 2),
        Part("SELECT $1::text, '$1', '{\"a\": 1}'::jsonb", 1, 3, single=True),
        Part("SELECT 1 WHERE $1::boolean", 1, 1, single=True),
        Part("SELECT 'o''neil $1' WHERE $1::boolean", 1, 1),
    )
    values = (10, "x", False, False)
    row = await counter.owner.fetchrow(together(parts, "SELECT $1::text AS more WHERE $2::boolean"), *values, "m", True)
    assert rows_of(row, 0, ("n", "many")) == [{"n": n, "many": 10 * n} for n in (3, 2, 1)]
    (single,) = rows_of(row, 1, ("said", "quoted", "json"), single=True)
    assert (single["said"], single["quoted"], str(single["json"]).replace(" ", "")) == ("x", "$1", '{"a":1}')
    assert rows_of(row, 2, ("one",), single=True) == [{"one": None}]
    assert rows_of(row, 3, ("text",)) == []
    assert row["more"] == "m"
    assert (await counter.owner.fetchrow(together(parts, "SELECT 1 AS more WHERE false"), *values))["more"] is None


def test_parameters_are_numbered_on_but_not_in_quotes() -> None:
    asked = "SELECT '$1''$2', \"a$1\" FROM t WHERE x = $1 AND y = $12"
    assert shifted(asked, 3) == "SELECT '$1''$2', \"a$1\" FROM t WHERE x = $4 AND y = $15"


async def test_an_effect_tried_before_the_rules_have_spoken_leaves_nothing_when_they_say_no(counter: Counter) -> None:
    count = await counter.count("biz_mini.notes")
    understanding = wants("leave_note", NOTE, text="hello")
    approved = await counter.approved(await counter.turn(NOTE), understanding)
    await counter.owner.execute("UPDATE biz_mini.members SET blocked = true WHERE tenant = 'mini' AND id = 'M-1'")
    settled = await counter.settle(approved)
    refused = await counter.draft(await counter.turn(NOTE), understanding)
    assert (settled.status, refused.draft.kind) == ("refused", "refusal")
    assert await counter.count("biz_mini.notes") == count
    assert await counter.count("ledger.entries") == 0
    assert await counter.count("ledger.refusals") == 1
