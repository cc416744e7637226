"""What a signed claim costs a transaction: `python -m bench.claims` on a Postgres of its own.

The facts of a shop's customer are read as a service reads them, in one read-only transaction (begin, claim, the pack's
query over five tables, commit), with the policies as they are and with the unsigned name of the tenant, in turns.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg

from careline.operations.facts import read_facts
from careline.storage import Database
from careline.storage.claims import Claims, Scope, generate_claim_key, register_claim_keys
from careline.storage.migrate import migrate
from careline.storage.roles import ensure_roles, role_of
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.ownership import policies
from careline.tenants.pack import Pack
from careline.tenants.publish import publish
from careline_cli.stack.home import Home
from careline_cli.stack.parts.postgres import Postgres
from careline_cli.stack.ports import PortBook
from careline_cli.stack.stack import with_login

PASSWORD = "for-this-bench-only"
CUSTOMER = "C-1001"
ROUNDS, EACH = 12, 250


async def main(url: str) -> None:
    """Prints the medians of both, and of signing and checking alone."""
    pack = load_pack(Path(__file__).parents[1] / "tenants" / "shop")
    key = generate_claim_key(secrets.token_bytes(32))
    async with AsyncExitStack() as stack:
        owner = await asyncpg.connect(url)
        stack.push_async_callback(owner.close)
        await ensure_roles(owner, {"classifier": PASSWORD})
        await migrate(owner)
        await register_claim_keys(owner, {"classifier": key})
        rows = RowOptions(folder=Path(__file__).parents[1] / "tenants" / "shop", customers=200, environ={})
        await publish(pack, owner, rows=rows)
        claims = Claims.of("classifier", key)
        database = await Database.connect(
            with_login(url, role_of("classifier"), PASSWORD), application="bench", max_size=1, claims=claims
        )
        stack.push_async_callback(database.stop)
        await _compare(owner, database, pack, claims)


async def _compare(owner: asyncpg.Connection, database: Database, pack: Pack, claims: Claims) -> None:
    with_claims, without = [], []
    for _ in range(ROUNDS):
        await unsigned(owner, pack, False)
        with_claims.append(await _median(lambda: _read(database, pack)))
        await unsigned(owner, pack, True)
        without.append(await _median(lambda: _read(database, pack)))
    begun = time.perf_counter()
    for number in range(10_000):
        claims.sign(number, "shop", Scope(CUSTOMER))
    signing = (time.perf_counter() - begun) / 10_000
    print(f"facts of a customer, by a signed claim     p50 {1e3 * statistics.median(with_claims):.3f} ms")
    print(f"facts of a customer, by an unsigned name   p50 {1e3 * statistics.median(without):.3f} ms")
    print(f"signing alone                   {1e6 * signing:.1f} us")
    async with database.tenant("shop", scope=Scope(CUSTOMER)) as connection:
        checked = await _median(lambda: connection.fetchval("SELECT (control.claim()).tenant"))
        nothing = await _median(lambda: connection.fetchval("SELECT 'shop'"))
    print(f"checking alone                  {1e6 * (checked - nothing):.1f} us")


async def unsigned(owner: asyncpg.Connection, pack: Pack, names: bool) -> None:
    """With the pack's policies; or with the unsigned name of the tenant alone, as it was before there were claims."""
    for policy in policies(pack.business_schema, pack.data):
        where = f'{pack.business_schema}."{policy.table}"'
        await owner.execute(f"DROP POLICY IF EXISTS unsigned ON {where}; {policy.sql}")
        if names:
            await owner.execute(
                f"DROP POLICY own ON {where}; DROP POLICY IF EXISTS among_all ON {where};"
                f"CREATE POLICY unsigned ON {where} USING (true)"
            )


async def _read(database: Database, pack: Pack) -> None:
    async with database.tenant("shop", scope=Scope(CUSTOMER), readonly=True, schema=pack.business_schema) as connection:
        facts = await read_facts(connection, pack, CUSTOMER)
    assert facts.known, "the customer's row is visible"


async def _median(act: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(EACH):
        begun = time.perf_counter()
        await act()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def on_postgres(act: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    """`act` with the owner's URL of a Postgres that is started for it."""
    from tests.fixtures.running import running

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # Postgres runs as somebody else under root
        home = Home.at(Path(folder))
        home.create()
        for url in running(Postgres(home, PortBook({}), secrets.token_urlsafe(16))):
            asyncio.run(act(url))


if __name__ == "__main__":
    on_postgres(main)
