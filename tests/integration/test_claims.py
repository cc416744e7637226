"""A stolen database password shows nobody's rows: whose they are is signed by the service and checked in SQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.claims import CLAIM_KEYS, claims_of, register
from tests.integration.test_tenants_isolation import PASSWORD, as_service

from careline.operations.facts import read_facts
from careline.storage import AccessDenied, Claims, Database, Scope
from careline.storage.claims import EVERY_TENANT, generate_claim_key, register_claim_keys
from careline.storage.database import use_tenant
from careline.storage.migrate import migrate
from careline.storage.roles import SERVICES, ensure_roles, role_of
from careline.tenants.copies import copy_tenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.publish import publish

pytestmark = pytest.mark.integration

SHOP = Path(__file__).parents[2] / "tenants" / "shop"
READERS = ("classifier", "executor", "verifier")
# Whose rows: by a column of their own, by way of the order, and nobody's.
OWNED, BY_WAY, CATALOGUE = ("customers", "orders", "refunds", "vouchers"), ("shipments",), ("business_day",)
BOOKS = ("conversations", "entries", "turns", "outbox", "challenges", "consents", "doubts")
ANNA, OTHER = Scope("C-1001"), Scope("C-1002")


@pytest_asyncio.fixture
async def owner(fresh_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_database)
    await ensure_roles(connection, dict.fromkeys(SERVICES, PASSWORD))
    await migrate(connection)
    await register(connection)
    await publish(load_pack(SHOP, {}), connection, rows=RowOptions(folder=SHOP, customers=12, environ={}))
    await copy_tenant(connection, "shop", "shop~2")
    await connection.execute(_A_LEDGER)
    yield connection
    await connection.close()


@pytest.fixture
def url(owner: asyncpg.Connection, fresh_database: str) -> str:
    return fresh_database


async def stolen(url: str, service: str, claim: str | None = None) -> asyncpg.Connection:
    """A session with the service's password; its tenant and claim can be set to anything."""
    connection = await asyncpg.connect(as_service(url, service))
    await connection.execute("SELECT set_config('careline.tenant', 'shop', false)")
    if claim is not None:
        await connection.execute("SELECT set_config('careline.claim', $1, false)", claim)
    return connection


async def count(connection: Any, table: str) -> int:
    number: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return number


@pytest.mark.parametrize("service", SERVICES)
async def test_a_stolen_password_shows_no_row_of_any_tenant(url: str, service: str, owner: asyncpg.Connection) -> None:
    connection = await stolen(url, service)
    tables = [row["name"] for row in await owner.fetch(_GUARDED)]
    assert {"biz_shop.orders", "biz_shop.business_day", "ledger.entries", "privacy.data_keys"} <= set(tables)
    assert {f"gateway.{name}" for name in BOOKS} <= set(tables)
    assert all([await count(owner, f"gateway.{name}") for name in BOOKS])
    seen = 0
    for table in tables:
        try:
            assert await count(connection, table) == 0, table
            seen += 1
        except asyncpg.InsufficientPrivilegeError:
            pass  # the role has no business there at all
    assert seen >= 8 or service not in (*READERS, "gateway")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch("SELECT * FROM control.claim_keys")
    await connection.close()


async def test_a_stolen_password_of_the_writer_writes_nothing(url: str, owner: asyncpg.Connection) -> None:
    before = await owner.fetch("SELECT * FROM biz_shop.orders ORDER BY tenant, number")
    connection = await stolen(url, "executor")
    assert await connection.execute("UPDATE biz_shop.orders SET refunded = total") == "UPDATE 0"
    assert await connection.execute("DELETE FROM biz_shop.orders") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await connection.execute("INSERT INTO biz_shop.vouchers VALUES ('shop', 99, 'C-1001', 500, false, now())")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await connection.execute("INSERT INTO ledger.case_counters VALUES ('shop', 7)")
    await connection.close()
    assert await owner.fetch("SELECT * FROM biz_shop.orders ORDER BY tenant, number") == before


@pytest.mark.parametrize("service", READERS)
async def test_a_claim_shows_the_customers_own_rows_and_the_catalogue(
    url: str, service: str, owner: asyncpg.Connection
) -> None:
    database = await Database.connect(
        as_service(url, service), application=service, max_size=1, claims=claims_of(service)
    )
    mine = await owner.fetchval("SELECT count(*) FROM biz_shop.orders WHERE tenant = 'shop' AND customer_id = 'C-1001'")
    async with database.tenant("shop", scope=ANNA, readonly=True) as connection:
        assert await count(connection, "biz_shop.orders") == mine > 0
        whose = await connection.fetch("SELECT DISTINCT tenant, id FROM biz_shop.customers")
        assert [tuple(row) for row in whose] == [("shop", "C-1001")]
        by_way = await connection.fetch("SELECT order_number FROM biz_shop.shipments")
        hers = await connection.fetch("SELECT number FROM biz_shop.orders")
        assert by_way and {row[0] for row in by_way} <= {row[0] for row in hers}
        assert await count(connection, "biz_shop.business_day") == 1
    async with database.tenant("shop", readonly=True) as connection:  # about nobody
        for table in (*OWNED, *BY_WAY):
            assert await count(connection, f"biz_shop.{table}") == 0
        assert await count(connection, "biz_shop.business_day") == 1
    async with database.tenant("shop", scope=Scope("C-1001", ("customers",)), readonly=True) as connection:
        assert await count(connection, "biz_shop.customers") == 12  # is this e-mail address taken?
        assert await count(connection, "biz_shop.orders") == mine
    await database.stop()


async def test_a_reach_is_for_reading(url: str) -> None:
    scope = Scope("C-1001", ("customers", "vouchers"))
    database = await Database.connect(
        as_service(url, "executor"), application="executor", max_size=1, claims=claims_of("executor")
    )
    async with database.tenant("shop", scope=scope) as connection:
        assert await connection.execute("UPDATE biz_shop.customers SET points = 9") == "UPDATE 1"
    statements = (
        "INSERT INTO biz_shop.vouchers VALUES ('shop', 99, 'C-1002', 500, false, now())",
        "UPDATE biz_shop.customers SET id = 'C-1002x' WHERE id = 'C-1001'",
        "INSERT INTO biz_shop.shipments SELECT tenant, '(none)', 'x', 'y', 'z', 'w' FROM biz_shop.business_day",
    )
    for statement in statements:
        with pytest.raises(AccessDenied, match="row-level security"):
            async with database.tenant("shop", scope=scope) as connection:
                await connection.execute(statement)
    await database.stop()


async def test_the_gateways_stolen_password_calls_no_function(url: str, owner: asyncpg.Connection) -> None:
    """What takes a claim refuses none, a forged one, one of another tenant, and each kind in place of the other."""
    connection = await stolen(url, "gateway")
    session, signer = connection.get_server_pid(), claims_of("gateway")
    about, everybody = signer.sign(session, "shop"), signer.sign(session, EVERY_TENANT)
    wrong = (
        None,
        "",
        Claims(signer.role, signer.key_id, b"f" * 32).sign(session, "shop"),
        signer.sign(session + 1, "shop"),
        claims_of("executor").sign(session, "shop"),
        signer.sign(session, "shop~2"),
    )
    before = [await owner.fetch(f"SELECT * FROM gateway.{name}") for name in BOOKS]
    for call in OF_A_TENANT:
        for claim in (*wrong, everybody):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM {call}", claim)
    for call in OF_ALL:
        for claim in (*wrong, about):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM {call}", claim)
    for call in ("gateway.has_effect('shop', 'c', 't')", "gateway.about(NULL, NULL)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"SELECT {call}")
    assert [await owner.fetch(f"SELECT * FROM gateway.{name}") for name in BOOKS] == before
    # The same calls with what they ask for: else the refusals would prove nothing.
    assert (await connection.fetchrow(f"SELECT * FROM {OF_A_TENANT[0]}", about))["version"] == 1
    assert (await connection.fetchrow(f"SELECT * FROM {OF_A_TENANT[2]}", about))["result"] == "conflict"
    assert len(await connection.fetch(f"SELECT * FROM {OF_A_TENANT[1]}", about)) == 1
    for call in OF_ALL:
        assert len(await connection.fetch(f"SELECT * FROM {call}", everybody)) == 1, call
    await connection.close()


async def test_a_claim_about_all_shows_events_and_no_conversation(url: str, owner: asyncpg.Connection) -> None:
    database = await Database.connect(
        as_service(url, "gateway"), application="gateway", max_size=1, claims=claims_of("gateway")
    )
    seen: dict[str, list[int]] = {}
    for tenant in ("shop", "shop~2", EVERY_TENANT):
        async with database.tenant(tenant) as connection:
            seen[tenant] = [await count(connection, f"gateway.{name}") for name in BOOKS]
            for name in ("entries", "turns", "outbox"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with connection.transaction():
                        await connection.execute(f"INSERT INTO gateway.{name} SELECT * FROM gateway.{name}")
    assert seen == {
        "shop": [1, 1, 1, 0, 1, 1, 1],
        "shop~2": [1, 0, 0, 0, 0, 0, 0],
        EVERY_TENANT: [0, 0, 0, 1, 0, 0, 0],
    }
    await database.stop()


async def test_a_claim_that_is_not_true_is_refused_by_name(url: str) -> None:
    connection = await stolen(url, "verifier")
    session, signer = connection.get_server_pid(), claims_of("verifier")
    true = signer.sign(session, "shop", ANNA)
    forged = Claims(signer.role, signer.key_id, b"f" * 32)
    mac, _, body = true.partition("\x1f")
    key_id = signer.key_id
    refused = {
        "does not fit": (
            forged.sign(session, "shop", ANNA),
            true.replace("C-1001", "C-1002"),  # replayed for somebody else
            true.replace("\x1fshop\x1f", "\x1fshop~2\x1f"),
            f"{mac}\x1f{key_id}",
            f"{mac.upper()}\x1f{body}",
            f"x\x1f{body}",
            f"\x1f{key_id}\x1fx",
        ),
        "no key of careline_verifier": (
            claims_of("executor").sign(session, "shop", ANNA),  # another service's
            true.replace(key_id, "0000", 1),
            "nonsense",
            "\x1f\x1f",
        ),
        "another session": (signer.sign(session + 1, "shop", ANNA),),
        "expired": (signer.sign(session, "shop", ANNA, now=1_700_000_000),),
        "another service": (Claims("careline_executor", signer.key_id, signer.key).sign(session, "shop", ANNA),),
    }
    for words, claims in refused.items():
        for claim in claims:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match=words):
                async with connection.transaction():
                    await use_tenant(connection, "shop", None, claim)
                    await connection.fetch("SELECT * FROM biz_shop.customers")
    async with connection.transaction():
        await use_tenant(connection, "shop", None, true)
        assert await count(connection, "biz_shop.customers") == 1
        # The name of the tenant that nobody signed does not lead elsewhere, and in the middle of a statement neither.
        await connection.execute("SELECT set_config('careline.tenant', 'shop~2', true)")
        assert await count(connection, "biz_shop.customers") == 0
        other = "SELECT id FROM biz_shop.customers WHERE set_config('careline.claim', $1, true) <> ''"
        await connection.execute("SELECT set_config('careline.tenant', 'shop', true)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="does not fit"):
            async with connection.transaction():
                await connection.fetch(other, forged.sign(session, "shop", OTHER))
    await connection.close()


async def test_a_claim_is_gone_with_its_transaction(url: str) -> None:
    database = await Database.connect(
        as_service(url, "classifier"), application="classifier", max_size=1, claims=claims_of("classifier")
    )
    async with database.tenant("shop", scope=ANNA) as connection:
        assert await count(connection, "biz_shop.customers") == 1
    assert await count(database.pool, "biz_shop.customers") == 0
    await database.stop()


async def test_keys_rotate_while_services_run(url: str, owner: asyncpg.Connection) -> None:
    new = generate_claim_key(b"n" * 32)

    async def sees(claims: Claims) -> bool:
        database = await Database.connect(as_service(url, "verifier"), application="v", max_size=1, claims=claims)
        try:
            async with database.tenant("shop", scope=ANNA) as connection:
                return await count(connection, "biz_shop.customers") == 1
        finally:
            await database.stop()

    await register_claim_keys(owner, {"verifier": f"{new} {CLAIM_KEYS['verifier']}"})
    assert await sees(claims_of("verifier")) and await sees(Claims.of("verifier", new))
    await register_claim_keys(owner, {"verifier": new})
    assert await sees(Claims.of("verifier", new))
    with pytest.raises(AccessDenied, match="no key of careline_verifier"):
        await sees(claims_of("verifier"))
    await register_claim_keys(owner, {"executor": new})  # others keep theirs
    assert await sees(Claims.of("verifier", new))


async def test_row_security_is_forced_on_every_table_with_a_tenant(owner: asyncpg.Connection) -> None:
    free = {row["name"] for row in await owner.fetch(_FREE)}
    # Insight's own books, of all tenants, which no other role reads; packs are no secret of a tenant.
    assert "insight.turn_log" in free and not any(name.startswith("gateway.") for name in free)
    for name in free - {"control.tenants"}:
        readers = {service for service in SERVICES if await owner.fetchval(_MAY_READ, role_of(service), name)}
        assert readers <= {name.partition(".")[0]} <= {"insight"}, name
    await owner.execute(f"CREATE ROLE plain_{(name := await owner.fetchval('SELECT current_database()'))}")
    async with owner.transaction():
        await owner.execute(f"GRANT ALL ON SCHEMA biz_shop TO plain_{name}")
        await owner.execute(f"GRANT USAGE ON SCHEMA control TO plain_{name}")
        await owner.execute(f"GRANT EXECUTE ON FUNCTION control.claim TO plain_{name}")
        await owner.execute(f"ALTER TABLE biz_shop.orders OWNER TO plain_{name}")
        await owner.execute(f"SET LOCAL ROLE plain_{name}")
        assert await count(owner, "biz_shop.orders") == 0  # FORCE: owning the table is not enough
        await owner.execute("RESET ROLE")
        await owner.execute("ALTER TABLE biz_shop.orders OWNER TO CURRENT_USER")
        await owner.execute(f"DROP OWNED BY plain_{name}")
    await owner.execute(f"DROP ROLE plain_{name}")


async def test_the_facts_of_a_customer_are_hers_alone(url: str, owner: asyncpg.Connection) -> None:
    database = await Database.connect(
        as_service(url, "classifier"), application="classifier", max_size=1, claims=claims_of("classifier")
    )
    pack = load_pack(SHOP, {})
    async with database.tenant("shop", scope=ANNA, schema="biz_shop") as connection:
        assert (await read_facts(connection, pack, "C-1001")).known
        assert not (await read_facts(connection, pack, "C-1002")).known  # a query for somebody else finds nobody
    await database.stop()
    again = await publish(pack, owner, rows=RowOptions(folder=None))
    assert again.changes == ()


# With the claim as their only parameter.
OF_A_TENANT = (
    "gateway.load($1, 'shop', 'c')",
    "gateway.read($1, 'shop', 'c', 0, 9)",
    "gateway.apply('shop', 'c', 1, 9, NULL, NULL, 0, NULL, 'bot', NULL, 1, NULL, now(), '{}', '[]', '[]', '{}', '{}', "
    "'{}', '{}', true, $1)",
)
OF_ALL = (
    "gateway.positions($1, '{shop}', '{c}')",
    "gateway.due($1, now(), now() + interval '1 day', 9)",
    "gateway.doubtful($1, now(), now() + interval '1 day', 9)",
    "gateway.inbox($1, 9)",
    "gateway.sent($1, '{}')",
)
_GUARDED = """
SELECT s.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE c.relrowsecurity AND c.relkind = 'r' ORDER BY 1
"""
_MAY_READ = "SELECT has_any_column_privilege($1, $2, 'SELECT')"
_FREE = """
SELECT s.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
"""
_A_LEDGER = """
INSERT INTO ledger.case_counters VALUES ('shop', 3), ('shop~2', 1);
INSERT INTO ledger.attempts (tenant, id, number, conversation, turn) VALUES ('shop', gen_random_uuid(), 1, 'c', 't');
INSERT INTO privacy.data_keys (tenant, customer, under, sealed) VALUES ('shop', 'C-1001', 'a', 'x');
INSERT INTO gateway.conversations (tenant, id, epoch, owner, version, position, wake_at, updated_at, state)
VALUES ('shop', 'c', 0, 'human', 1, 1, now(), now(), '{}'), ('shop~2', 'c', 0, 'bot', 1, 0, NULL, now(), '{}');
INSERT INTO gateway.entries (tenant, conversation, position, kind, body, at)
VALUES ('shop', 'c', 1, 'message', '{}', now());
INSERT INTO gateway.turns (tenant, conversation, turn, status, started_at)
VALUES ('shop', 'c', 't', 'delivered', now());
INSERT INTO gateway.outbox VALUES (gen_random_uuid(), 'turns.received', '', '{}', now());
INSERT INTO gateway.challenges (tenant, conversation, salt, digest, expires_at) VALUES ('shop', 'c', '', '', now());
INSERT INTO gateway.consents (tenant, conversation, given, wording, language, at)
VALUES ('shop', 'c', true, 'w', 'en', now());
INSERT INTO gateway.doubts VALUES ('shop', 'c', 't', now(), now());
"""
