"""Visitors found in a real Postgres by the few columns that the gateway may read; codes there; what proof opens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.claims import claims_of
from tests.fixtures.library import MINI, library_pack
from tests.fixtures.operations import as_role, prepare

from careline.contracts.base import TurnRef
from careline.contracts.turn import Identity
from careline.operations.guards import Asked
from careline.operations.rules import Proceed, Refused
from careline.operations.survey import survey
from careline.storage import Database, Scope
from careline.tenants.model import Pack, Recognise
from careline.tenants.publish import publish
from careline_gateway.adapters.challenges import PostgresChallenges
from careline_gateway.adapters.visitors import PostgresVisitors
from careline_gateway.domain.errors import NotRecognised
from careline_gateway.domain.recognition import ATTEMPTS, LIFE, challenge_for, is_right
from careline_gateway.domain.state import Key

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
KEY, SECRET = Key("mini", "c-1"), b"s" * 32


def with_codes(recognise: Recognise | None) -> Pack:
    pack = library_pack()
    return pack.model_copy(update={"profile": pack.profile.model_copy(update={"recognise": recognise})}).sealed()


@pytest_asyncio.fixture
async def gateway(fresh_database: str) -> AsyncIterator[tuple[Database, Any]]:
    await prepare(
        fresh_database, with_codes(Recognise(find=("id", "email"), email="email")), MINI, ("mini", "mini~copy")
    )
    owner = await asyncpg.connect(fresh_database)
    database = await Database.connect(
        as_role(fresh_database, "gateway"), application="gateway", claims=claims_of("gateway")
    )
    yield database, owner
    await database.stop()
    await owner.close()


def visitors(database: Database, recognise: Recognise | None) -> PostgresVisitors:
    async def pack(tenant: str) -> Pack:
        return with_codes(recognise)

    return PostgresVisitors(database, pack)


async def test_a_customer_is_found_by_what_the_pack_names(gateway: tuple[Database, Any]) -> None:
    database, owner = gateway
    find = visitors(database, Recognise(find=("id", "email"), email="email")).find
    email = await owner.fetchval("SELECT email FROM biz_mini.members WHERE tenant = 'mini' AND id = 'M-1'")
    found = await find("mini", " m-1 ")
    assert found is not None
    assert (found.customer, found.email, found.phone) == ("M-1", email, None)
    assert await find("mini", email.upper()) == found
    for nobody in ("M-999", "", "' OR true --", "%"):
        assert await find("mini", nobody) is None
    await owner.execute("UPDATE biz_mini.members SET email = $1 WHERE tenant = 'mini' AND id = 'M-2'", email)
    assert await find("mini", email) is None, "two customers have it"


async def test_nobody_is_found_where_the_pack_says_nothing(gateway: tuple[Database, Any]) -> None:
    with pytest.raises(NotRecognised):
        await visitors(gateway[0], None).find("mini", "M-1")


async def test_the_gateway_reads_these_columns_and_nothing_else(gateway: tuple[Database, Any]) -> None:
    database, owner = gateway
    async with database.tenant("mini", scope=Scope(reach=("members",))) as connection:
        assert await connection.fetchval("SELECT count(id) FROM biz_mini.members") > 0
    for query in ("SELECT points FROM biz_mini.members", "SELECT * FROM biz_mini.members", "TABLE biz_mini.loans"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await database.pool.fetch(query)
    assert await database.pool.fetchval("SELECT count(id) FROM biz_mini.members") == 0, "without a tenant"
    await publish(with_codes(None), owner, tenant="mini")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.pool.fetch("SELECT id FROM biz_mini.members")


async def test_guesses_at_the_same_time_are_counted_each(gateway: tuple[Database, Any]) -> None:
    challenges = PostgresChallenges(gateway[0])
    challenge, code = challenge_for(KEY, "M-1", SECRET, NOW)
    await challenges.put(challenge)
    tried = await asyncio.gather(*(challenges.attempt(KEY, NOW) for _ in range(20)))
    assert sum(one is not None for one in tried) == ATTEMPTS
    await challenges.put(challenge)
    again = await challenges.attempt(KEY, NOW)
    assert again is not None
    assert again == replace(challenge, tries=ATTEMPTS - 1)
    assert is_right(again, code, SECRET)
    assert not is_right(again, code, b"another gateway's key")
    used = await asyncio.gather(*(challenges.use(challenge) for _ in range(5)))
    assert sorted(used) == [False] * 4 + [True]
    assert await challenges.attempt(KEY, NOW) is None
    await challenges.put(challenge)
    assert await challenges.attempt(KEY, NOW + LIFE) is None


@pytest.mark.parametrize(
    ("needed", "assurance", "reason"),
    [
        ("anonymous", "anonymous", None),
        ("channel", "anonymous", "sign_in"),
        ("channel", "signed", None),
        ("channel", "verified", None),
        ("code", "anonymous", "sign_in"),
        ("code", "signed", "code_needed"),
        ("code", "verified", None),
    ],
)
async def test_an_operation_names_the_assurance_it_needs(
    gateway: tuple[Database, Any], needed: Any, assurance: Any, reason: str | None
) -> None:
    _, owner = gateway
    pack = library_pack()
    operation = pack.operations["list_loans"].model_copy(update={"assurance": needed})
    identity = Identity(visitor="v", customer="M-1", assurance=assurance)
    asked = Asked("list_loans", TurnRef(tenant="mini", conversation="c", turn="t", epoch=0), identity)
    async with owner.transaction():
        await owner.execute(
            "SELECT set_config('careline.tenant', 'mini', true), set_config('search_path', 'biz_mini', true)"
        )
        found = await survey(owner, pack, operation, asked, {}, NOW)
    assert (found.decision.reason if isinstance(found.decision, Refused) else None) == reason
    assert isinstance(found.decision, Proceed) == (reason is None)
