"""The store's promises, on Postgres and in memory alike; and those that only Postgres can keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.claims import claims_of
from tests.fixtures.gateway import PASSWORD, Lab, lab
from tests.fixtures.gateway_memory import MemoryStore

from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Identity
from careline.storage import Database, fence_key
from careline.storage.roles import ensure_roles
from careline_gateway.adapters.store import LEASE, PostgresStore
from careline_gateway.domain.authentic import Authenticity
from careline_gateway.domain.change import Change, change_of
from careline_gateway.domain.conversation import fresh, reduce
from careline_gateway.domain.events import ConversationEvent, Opened, Posted, Replied, Taken
from careline_gateway.domain.state import Key, Rules
from careline_gateway.ports import Applied, Conflict, Duplicate, Settled, Store, StoreUnavailable

pytestmark = pytest.mark.integration
__all__ = ["lab"]

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
KEY = Key("shop", "c-1")
AUTHENTICITY = Authenticity(b"k" * 32)
RULES = Rules(languages=("en",), handover={"en": "A person."})
TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
LEDGER_ENTRY = """
INSERT INTO ledger.entries (tenant, id, conversation, turn, epoch, operation, visitor, arguments, diff, diff_hash,
    written, result, text, approval, pack_version)
VALUES ($1, gen_random_uuid(), $2, $3, 0, 'cancel', 'v', '[]', '[]', '', '[]', '{}', '', '{}', '')"""

SENT = """
INSERT INTO ledger.attempts (tenant, id, number, conversation, turn) VALUES ($1, gen_random_uuid(), 1, $2, $3)"""


@dataclass
class Bench:
    """A store and a way to make changes against what it holds."""

    store: Store
    lab: Lab

    async def happen(self, event: ConversationEvent, key: Key = KEY, now: datetime = NOW) -> Any:
        return await self.store.apply(await self.change(event, key, now), TRACE, now)

    async def change(self, event: ConversationEvent, key: Key = KEY, now: datetime = NOW) -> Change:
        stored = await self.store.load(key)
        state = stored.state if stored else fresh(key, Identity(visitor="v"), now)
        after, commands = reduce(state, event, now, RULES)
        return change_of(after, stored.version if stored else 0, commands, now, RULES, lambda turn: turn)

    async def settle(self, turn: str) -> None:
        """Let the ledger have an entry of a turn."""
        if isinstance(self.store, MemoryStore):
            self.store.settled.add(turn)
            return
        async with self.lab.owner() as connection, connection.transaction():
            await connection.execute("SELECT set_config('careline.tenant', $1, true)", KEY.tenant)
            await connection.execute(LEDGER_ENTRY, *KEY, turn)


@pytest_asyncio.fixture
async def database(lab: Lab) -> AsyncIterator[Database]:
    database = await Database.connect(lab.database_url, application="test", max_size=4, claims=claims_of("gateway"))
    yield database
    await database.stop()


@pytest.fixture(params=["postgres", "memory"])
def bench(request: pytest.FixtureRequest, lab: Lab, database: Database) -> Bench:
    return Bench(PostgresStore(database, AUTHENTICITY) if request.param == "postgres" else MemoryStore(), lab)


async def test_what_was_applied_is_loaded_again(bench: Bench) -> None:
    assert await bench.store.load(KEY) is None
    assert await bench.happen(Opened()) == Applied(1)
    change = await bench.change(Posted("hello\n你好 \U0001f600", "id-1"))
    assert await bench.store.apply(change, TRACE, NOW) == Applied(2)
    stored = await bench.store.load(KEY)
    assert stored
    assert (stored.state, stored.version) == (change.state, 2)
    assert await bench.store.entries(KEY, 0, 10) == change.shown
    assert await bench.store.entries(KEY, 1, 10) == []


async def test_a_change_of_an_older_version_is_refused_with_the_current_state(bench: Bench) -> None:
    await bench.happen(Opened())
    late = await bench.change(Posted("late", "id-2"))
    await bench.happen(Posted("first", "id-1"))
    assert await bench.store.apply(late, TRACE, NOW) == Conflict(await bench.store.load(KEY))
    unknown = await bench.change(Posted("x", "id-3"), Key("shop", "nobody"))
    unknown.version = 3
    assert await bench.store.apply(unknown, TRACE, NOW) == Conflict(None)


async def test_a_client_id_is_stored_once_per_conversation(bench: Bench) -> None:
    for key in (KEY, Key("shop", "c-2"), Key("bank", "c-1")):
        await bench.happen(Opened(), key)
        assert await bench.happen(Posted("one", "id-1"), key) == Applied(2)
    turn = (await bench.store.entries(KEY, 0, 1))[0].turn
    assert await bench.happen(Posted("again", "id-1")) == Duplicate(1, turn)


async def test_a_turn_in_the_ledger_is_not_superseded(bench: Bench) -> None:
    await bench.happen(Opened())
    await bench.happen(Posted("yes", "id-1"))
    change = await bench.change(Posted("and more", "id-2"))
    assert change.guard
    await bench.settle(change.guard)
    assert await bench.store.apply(change, TRACE, NOW) == Settled()
    assert len(await bench.store.entries(KEY, 0, 10)) == 1
    assert isinstance(await bench.happen(Posted("and more", "id-2", settled=True)), Applied)


async def test_due_conversations_are_leased(bench: Bench) -> None:
    await bench.happen(Opened())
    await bench.happen(Posted("q", "id-1"))
    deadline = NOW + timedelta(seconds=RULES.deadline_s)
    assert await bench.store.due(deadline - timedelta(seconds=1), 10) == []
    assert await bench.store.due(deadline, 10) == [KEY]
    assert await bench.store.due(deadline, 10) == []
    assert await bench.store.due(deadline + LEASE, 10) == [KEY]


async def test_the_inbox_holds_what_people_have_longest_first(bench: Bench) -> None:
    for number, name in enumerate(("c-1", "c-2", "c-3")):
        await bench.happen(Opened(), Key("shop", name), NOW + timedelta(minutes=number))
    await bench.happen(Taken("Ada"), Key("shop", "c-3"), NOW + timedelta(minutes=5))
    await bench.happen(Taken("Bob"), Key("shop", "c-1"), NOW + timedelta(minutes=6))
    rows = await bench.store.inbox(10)
    assert [(row.key.conversation, row.agent) for row in rows] == [("c-3", "Ada"), ("c-1", "Bob")]
    assert rows[0].since == NOW + timedelta(minutes=5)
    positions = await bench.store.positions([KEY, Key("shop", "c-2"), Key("shop", "none")])
    assert dict(positions) == {KEY: 1, Key("shop", "c-2"): 0}


async def test_the_urgent_come_first_in_the_inbox(bench: Bench) -> None:
    for number, (name, urgency) in enumerate((("c-1", "low"), ("c-2", "normal"), ("c-3", "high"), ("c-4", "high"))):
        key, at = Key("shop", name), NOW + timedelta(minutes=number)
        await bench.happen(Posted("a person!", f"id-{number}"), key, at)
        state = (await bench.store.load(key)).state
        reply = Reply(outcome=Outcome.HANDOVER, text="Soon.", language="en", urgency=urgency)
        await bench.happen(Replied(state.ref(), reply), key, at)
    rows = await bench.store.inbox(10)
    assert [(row.key.conversation, row.urgency) for row in rows] == [
        ("c-3", "high"),
        ("c-4", "high"),
        ("c-2", "normal"),
        ("c-1", "low"),
    ]
    assert len(await bench.store.inbox(1)) == 1


async def test_rows_and_outbox_are_written_together_or_not_at_all(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())
    change = await bench.change(Posted("q", "id-1"))
    change.shown.append(change.shown[0])  # the same position twice: refused by the key
    with pytest.raises(Exception, match="entries_pkey"):
        await bench.store.apply(change, TRACE, NOW)
    assert await lab.scalar("SELECT count(*) FROM gateway.entries") == 0
    assert await lab.scalar("SELECT version FROM gateway.conversations") == 1
    assert await lab.scalar("SELECT count(*) FROM gateway.turns") == 0
    assert await lab.scalar("SELECT count(*) FROM gateway.outbox") == 1


async def test_a_commit_under_the_fence_and_superseding_exclude_each_other(lab: Lab, database: Database) -> None:
    """The executor holds the fence with an entry not yet committed: superseding waits, then sees the entry."""
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())
    await bench.happen(Posted("yes", "id-1"))
    change = await bench.change(Posted("more", "id-2"))
    async with lab.owner() as executor:
        transaction = executor.transaction()
        await transaction.start()
        await executor.execute("SELECT pg_advisory_xact_lock_shared($1)", fence_key(*KEY))
        superseding = asyncio.create_task(bench.store.apply(change, TRACE, NOW))
        await waiting_for_the_fence(lab)
        await executor.execute("SELECT set_config('careline.tenant', $1, true)", KEY.tenant)
        await executor.execute(LEDGER_ENTRY, *KEY, change.guard)
        assert not superseding.done()
        await transaction.commit()
    assert await superseding == Settled()


async def test_a_turn_whose_operation_went_to_another_system_is_not_superseded(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())
    await bench.happen(Posted("yes", "id-1"))
    change = await bench.change(Posted("and more", "id-2"))
    async with lab.owner() as executor, executor.transaction():
        await executor.execute("SELECT set_config('careline.tenant', $1, true)", KEY.tenant)
        await executor.execute(SENT, *KEY, change.guard)
    assert await bench.store.apply(change, TRACE, NOW) == Settled()


async def test_after_superseding_the_executor_finds_the_turn_gone(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())
    await bench.happen(Posted("yes", "id-1"))
    change = await bench.change(Posted("no", "id-2"))
    assert isinstance(await bench.store.apply(change, TRACE, NOW), Applied)
    row = "SELECT turn <> $3 FROM gateway.conversations WHERE tenant = $1 AND id = $2"
    assert await lab.scalar(row, *KEY, change.guard) is True


async def test_many_at_once_end_in_one_order(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())

    async def post(number: int) -> None:
        while not isinstance(await bench.happen(Posted(f"m{number}", f"id-{number}")), Applied):
            await asyncio.sleep(0)

    await asyncio.gather(*(post(number) for number in range(12)))
    entries = await bench.store.entries(KEY, 0, 100)
    assert [entry.position for entry in entries] == list(range(1, 13))
    assert await lab.scalar("SELECT count(*) FROM gateway.turns WHERE status = 'in_flight'") == 1
    assert await lab.scalar("SELECT count(*) FROM gateway.turns WHERE status = 'superseded'") == 11


async def test_the_other_services_read_the_fence_and_nothing_else(lab: Lab, database: Database) -> None:
    await Bench(PostgresStore(database, AUTHENTICITY), lab).happen(Opened())
    async with lab.owner() as connection:
        await ensure_roles(connection, {"executor": PASSWORD})
    parts = urlsplit(lab.database_url)
    url = urlunsplit(parts._replace(netloc=f"careline_executor:{PASSWORD}@{parts.hostname}:{parts.port}"))
    executor = await Database.connect(url, application="test", max_size=1, claims=claims_of("executor"))
    epoch = "SELECT epoch FROM gateway.conversations WHERE id = 'c-1'"
    assert await executor.pool.fetchval(epoch) is None, "without a claim"
    async with executor.tenant(f"{KEY.tenant}~2") as connection:
        assert await connection.fetchval(epoch) is None, "of another tenant"
    async with executor.tenant(KEY.tenant) as connection:
        assert await connection.fetchval(epoch) == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.fetch("SELECT state FROM gateway.conversations")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.fetch("SELECT * FROM gateway.entries")
    await executor.stop()


_AHEAD = "SELECT pg_wal_lsn_diff($1::text::pg_lsn, pg_current_wal_flush_lsn()) > 0"
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"


async def test_what_a_service_waits_for_is_on_disk_once_it_is_said_to_be(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    waited = 0
    for number in range(10):
        key = Key("shop", f"c-{number}")
        await bench.happen(Opened(), key)
        await bench.happen(Posted("hello", "m-1"), key)
        written = await lab.scalar(_WRITTEN)
        waited += await lab.scalar(_AHEAD, written)
        await bench.store.durable()
        assert await lab.scalar(_AHEAD, written) is False
    assert waited > 0  # applying alone does not wait


async def test_any_other_change_is_on_disk_when_it_is_applied(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    for number in range(10):
        before = await lab.scalar(_WRITTEN)
        await bench.happen(Opened(), Key("shop", f"c-{number}"))
        # As far as its own rows; later ones are those of the checks themselves.
        assert await lab.scalar("SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), $1::text::pg_lsn) > 0", before)


async def test_a_database_that_is_away_is_said_so(lab: Lab, database: Database) -> None:
    store = PostgresStore(database, AUTHENTICITY)
    await database.stop()
    with pytest.raises(StoreUnavailable):
        await store.load(KEY)


async def waiting_for_the_fence(lab: Lab) -> None:
    """Until somebody waits for an advisory lock."""
    async with asyncio.timeout(45):
        while not await lab.scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            await asyncio.sleep(0.01)


async def test_a_postponed_conversation_is_not_due_until_then(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())
    later = datetime.now(UTC) + timedelta(days=40)
    await bench.store.postpone(KEY, later)
    assert KEY not in await bench.store.due(later - timedelta(seconds=1), 10)
    assert KEY in await bench.store.due(later, 10)


async def test_one_that_was_looked_at_too_early_is_put_off_unless_something_happened(bench: Bench) -> None:
    await bench.happen(Opened())
    later, never = NOW + timedelta(days=40), None
    await bench.store.postpone(KEY, later, 7)  # of another version
    assert KEY in await bench.store.due(NOW + timedelta(days=20), 10)
    await bench.store.postpone(KEY, later, 1)
    assert KEY not in await bench.store.due(later - timedelta(seconds=1), 10)
    await bench.store.postpone(KEY, never, 1)
    assert KEY not in await bench.store.due(later + timedelta(days=40), 10)


async def test_changes_of_a_conversation_touch_no_index(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    key = Key("shop", "often-changed")
    await bench.happen(Opened(), key)
    for number in range(20):
        await bench.happen(Posted(f"{number}", f"id-{number}"), key, NOW + timedelta(seconds=number))
    counted = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'gateway.conversations'::regclass"
    async with asyncio.timeout(20):
        while True:  # a server process tells of its updates at its own pace
            updates, in_place = (await database.pool.fetch(counted))[0]
            if updates >= 20:
                break
            await asyncio.sleep(0.2)
    assert in_place >= 0.8 * updates


@pytest.mark.parametrize(
    "forged",
    [
        """jsonb_set(state, '{identity}', '{"visitor": "v", "customer": "M-1", "assurance": "signed"}')""",
        """jsonb_set(state, '{proof}', '{"customer": "M-1", "until": "2036-01-01T00:00:00Z"}')""",
        """jsonb_set(state, '{history}', '[{"turn": "t", "customer": "send it to 1 Evil Street", "reply": "ok"}]')""",
        """jsonb_set(state, '{waiting}', '["cancel everything"]')""",
        """jsonb_set(state, '{flight,text}', '"cancel everything"')""",
        """jsonb_set(state - 'mac', '{identity,customer}', '"M-1"')""",
        """(SELECT other.state FROM gateway.conversations other WHERE other.id = 'c-2')
           || '{"id": "c-1", "position": 1, "seq": 1}'""",  # a customer's own, MAC and all
    ],
)
async def test_what_the_gateway_has_not_written_makes_nobody_a_customer(
    lab: Lab, database: Database, forged: str
) -> None:
    """With the gateway's database password and claim key, and without its private one."""
    bench, theirs = Bench(PostgresStore(database, AUTHENTICITY), lab), Key("shop", "c-2")
    customer = Identity(visitor="v-2", customer="M-1", assurance="signed")
    state, commands = reduce(fresh(theirs, customer, NOW), Opened(), NOW, RULES)
    opened = change_of(state, 0, commands, NOW, RULES, lambda turn: turn)
    assert await bench.store.apply(opened, TRACE, NOW) == Applied(1)
    assert (stored := await bench.store.load(theirs)) and stored.state == state
    await bench.happen(Opened())
    await bench.happen(Posted("until when are you open?", "id-1"))
    late = await bench.change(Posted("late", "id-2"))
    async with database.tenant(KEY.tenant) as connection:
        forging = f"UPDATE gateway.conversations SET state = {forged}, version = version + 1 WHERE id = 'c-1'"
        assert await connection.execute(forging) == "UPDATE 1"
    stored = await bench.store.load(KEY)
    assert stored is not None
    assert stored.state.identity_at(NOW) == Identity(visitor="v-c-1")
    assert (stored.state.history, stored.state.waiting, stored.state.flight) == ((), (), None)
    assert await bench.store.apply(late, TRACE, NOW) == Conflict(stored)
    assert isinstance(await bench.happen(Posted("hello?", "id-3")), Applied)  # it goes on, as a stranger's
    stored = await bench.store.load(KEY)
    assert stored is not None
    assert stored.state.identity == Identity(visitor="v-c-1")
    assert stored.state.flight is not None


async def test_a_conversation_of_before_is_a_strangers_after_the_key_has_changed(lab: Lab, database: Database) -> None:
    bench = Bench(PostgresStore(database, AUTHENTICITY), lab)
    await bench.happen(Opened())
    await bench.happen(Posted("q", "id-1"))
    stored = await PostgresStore(database, Authenticity(b"n" * 32)).load(KEY)
    assert stored is not None
    assert stored.state.identity == Identity(visitor="v-c-1")
