"""A database from before there were claims is migrated with all that is in it, by an owner that is no superuser."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.claims import CLAIM_KEYS, claims_of
from tests.integration.test_tenants_isolation import MINI, PASSWORD, as_service

from careline.operations.facts import read_facts
from careline.storage import Database, Scope, fence_key
from careline.storage.components import Migration, installed
from careline.storage.migrate import migrate
from careline.storage.roles import SERVICES, ensure_roles, role_of
from careline.storage.sealed import Sealing
from careline.tenants import publish as publishing
from careline.tenants.data import Data
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.schema import quote
from careline_cli.commands.migrate import run
from careline_cli.privacy.erasing import erase
from careline_cli.privacy.exporting import export

pytestmark = pytest.mark.integration

NEW = {
    ("storage", "claims"),
    ("gateway", "asks_the_ledger"),
    ("executor", "claims"),
    ("gateway", "claims"),
    ("insight", "conversations_by_claim"),
}
ROWS = RowOptions(folder=MINI, customers=5, environ={})


@dataclass(frozen=True)
class Old:
    """URLs of the superuser and of the owner, and all rows as JSON by table."""

    url: str
    owner: str
    rows: dict[str, str]


def before_claims() -> list[Migration]:
    """Whatever numbers they have."""
    return [each for each in installed() if (each.component, each.name) not in NEW]


async def unsigned(connection: Any, schema: str, data: Data) -> tuple[str, ...]:
    """The policies that publishing made before."""
    mine = "tenant = current_setting('careline.tenant', true)"
    for table in (f"{quote(schema)}.{quote(name)}" for name in data.tables):
        if await connection.fetchval("SELECT relrowsecurity FROM pg_class WHERE oid = $1::text::regclass", table):
            continue
        await connection.execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f"CREATE POLICY one_tenant ON {table} USING ({mine}) WITH CHECK ({mine});"
            f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);"
            f"GRANT SELECT ON {table} TO careline_retrieval;"
        )
    return ()


async def everything(connection: Any) -> dict[str, str]:
    tables = await connection.fetch(_TABLES)
    return {row[0]: await connection.fetchval(_CONTENTS.format(row[0])) or "" for row in tables}


@pytest_asyncio.fixture
async def old(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Old]:
    superuser = await asyncpg.connect(fresh_database)
    name, roles = f"owner_{uuid.uuid4().hex[:12]}", ", ".join(map(role_of, SERVICES))
    await ensure_roles(superuser, dict.fromkeys(SERVICES, PASSWORD))
    database = urlsplit(fresh_database).path.lstrip("/")
    await superuser.execute(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
    await superuser.execute(f"GRANT {roles} TO {name} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE")
    await superuser.execute(f"ALTER DATABASE {database} OWNER TO {name}")
    parts = urlsplit(fresh_database)
    owner_url = urlunsplit(parts._replace(netloc=f"{name}:{PASSWORD}@{parts.hostname}:{parts.port}"))
    owner = await asyncpg.connect(owner_url)
    await migrate(owner, before_claims())
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "keep_apart", unsigned)
        await publishing.publish(load_pack(MINI), owner, rows=ROWS)
    await owner.execute("SELECT set_config('careline.tenant', 'mini', false)")
    await owner.execute(_KEPT)
    await owner.close()
    yield Old(fresh_database, owner_url, await everything(superuser))
    await superuser.execute(f"REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}")
    await superuser.execute(f"ALTER DATABASE {database} OWNER TO CURRENT_USER; DROP ROLE {name}")
    await superuser.close()


async def test_before_a_stolen_password_showed_everything(old: Old) -> None:
    """Else the test below would prove nothing."""
    connection = await asyncpg.connect(as_service(old.url, "classifier"))
    await connection.execute("SELECT set_config('careline.tenant', 'mini', false)")
    assert await connection.fetchval("SELECT count(*) FROM biz_mini.members") == 5
    await connection.close()


async def test_an_old_database_is_migrated_with_what_is_in_it(old: Old) -> None:
    done = await run(old.owner, {}, CLAIM_KEYS)
    assert {"storage/0004_claims.sql", "row-level security of biz_mini.members"} <= set(done)
    assert await run(old.owner, {}, CLAIM_KEYS) == ()
    owner = await asyncpg.connect(old.owner)
    assert await everything(owner) | {"control.migrations": ""} == old.rows | {
        "control.migrations": "",
        "control.claim_keys": (await everything(owner))["control.claim_keys"],
    }
    pack = load_pack(MINI)
    assert (await publishing.publish(pack, owner, rows=ROWS)).changes == ()
    for service in ("classifier", "executor", "verifier"):
        login = as_service(old.url, service)
        stolen = await asyncpg.connect(login)
        await stolen.execute("SELECT set_config('careline.tenant', 'mini', false)")
        assert await stolen.fetchval("SELECT count(*) FROM biz_mini.members") == 0
        await stolen.close()
        database = await Database.connect(login, application=service, max_size=1, claims=claims_of(service))
        async with database.tenant("mini", scope=Scope("M-1"), readonly=True, schema="biz_mini") as connection:
            assert (await read_facts(connection, pack, "M-1")).known
            assert await connection.fetchval("SELECT count(*) FROM biz_mini.members") == 1
            if service != "classifier":
                assert await connection.fetchval("SELECT count(*) FROM ledger.entries") == 1
                assert await connection.fetchval("SELECT epoch FROM gateway.conversations WHERE id = 'c-1'") == 0
        await database.stop()
    await owner.close()


async def test_the_gateway_and_the_owner_still_find_what_the_ledger_has(old: Old) -> None:
    """The owner is bound by FORCE: has_effect, export and erase would find nothing without its own policies."""
    await run(old.owner, {}, CLAIM_KEYS)
    gateway = await asyncpg.connect(as_service(old.url, "gateway"))
    for turn, result in (("t-1", "settled"), ("t-2", "settled"), ("t-3", "conflict")):
        key = fence_key("mini", "c-1")
        claim = claims_of("gateway").sign(gateway.get_server_pid(), "mini")
        assert (await gateway.fetchrow(_APPLY, key, turn, claim))["result"] == result, turn
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await gateway.fetch("SELECT * FROM control.claim_keys")
    await gateway.close()
    owner = await asyncpg.connect(old.owner)
    document = await export(owner, "mini", "M-1", "ada", datetime.now(UTC), Sealing())
    assert (document["rows"]["operations"], document["rows"]["cases"]) == (1, 1)
    await erase(owner, "mini", "M-1", "ada")
    actions = await owner.fetch("SELECT action FROM privacy.audit ORDER BY number")
    assert [row["action"] for row in actions] == ["export", "erase"]
    await owner.close()


_TABLES = """
SELECT s.nspname || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE c.relkind = 'r' AND s.nspname IN ('control', 'gateway', 'ledger', 'privacy', 'biz_mini') ORDER BY 1
"""
_CONTENTS = "SELECT string_agg(to_jsonb(t)::text, ' ' ORDER BY to_jsonb(t)::text) FROM {} t"
_KEPT = """
INSERT INTO gateway.conversations (tenant, id, epoch, turn, owner, version, position, updated_at, state)
VALUES ('mini', 'c-1', 0, 't-1', 'bot', 1, 0, now(), '{"identity": {"visitor": "v", "customer": "M-1"}}');
INSERT INTO ledger.entries (tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff,
                            diff_hash, written, result, "text", approval, pack_version)
VALUES ('mini', gen_random_uuid(), 'c-1', 't-1', 0, 'extend_loan', 'v', 'M-1', '[]', '[]', '', '[]', '{}', 'Done.',
        '{}', 'x');
INSERT INTO ledger.attempts (tenant, id, number, conversation, turn)
VALUES ('mini', gen_random_uuid(), 1, 'c-1', 't-2');
INSERT INTO ledger.cases (tenant, number, kind, "text", conversation, turn, visitor, customer, language)
VALUES ('mini', 1, 'complaint', 'late', 'c-1', 't-0', 'v', 'M-1', 'en');
"""
_APPLY = """
SELECT result FROM gateway.apply('mini', 'c-1', $1, 99, NULL, $2, 0, NULL, 'bot', NULL, 1, NULL, now(), '{}', '[]',
                                 '[]', '{}', '{}', '{}', '{}', true, $3)
"""
