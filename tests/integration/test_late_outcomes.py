"""The courier answers late: the executor finds out, and the gateway tells the customer, each with its own role."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.fixtures.claims import claims_of
from tests.fixtures.gateway import FixedRules
from tests.fixtures.gateway_memory import MemoryOutbox, MemoryStore
from tests.fixtures.operations import NO_CONTEXT, Counter, a_signer, as_role, checker
from tests.fixtures.parcels import Others, desk, others, parcel_database, servers
from tests.integration.test_operations_http import approved

from careline.contracts.events import TurnVerified
from careline.contracts.turn import Identity
from careline.messaging import Done
from careline.storage import Database
from careline.telemetry import setup_tracing
from careline_executor.adapters.tenants import PostgresTenants
from careline_executor.sweeping import Sweeping
from careline_gateway.adapters.doubts import PostgresDoubts
from careline_gateway.adapters.ledger import PostgresLedgerBook
from careline_gateway.adapters.store import PostgresStore
from careline_gateway.adapters.streams import Hub
from careline_gateway.domain.authentic import Authenticity
from careline_gateway.domain.state import Rules
from careline_gateway.handlers import Conversations
from careline_gateway.late import AGAIN, LateOutcomes

pytestmark = pytest.mark.integration
__all__ = ["desk", "others", "parcel_database", "servers"]

AUTHENTICITY = Authenticity(b"k" * 32)


class Parcels(FixedRules):
    """The rules of any business, for the parcels too."""

    async def rules(self, tenant: str) -> Rules:
        return self.rules_


async def test_what_the_sweeper_finds_out_reaches_the_customer(
    desk: Counter, others: Others, parcel_database: str
) -> None:
    now = datetime.now(UTC)
    database = Database(as_role(parcel_database, "gateway"), application="gateway", claims=claims_of("gateway"))
    await database.start()
    try:
        store, rules = PostgresStore(database, AUTHENTICITY), Parcels()
        keys = (a_signer(), checker(desk.verifier_key))
        tracing = setup_tracing("gateway")
        chat = Conversations(store, MemoryOutbox(), Hub(MemoryStore()), rules, *keys, tracing, lambda: now)
        doubts, ledger = PostgresDoubts(database), PostgresLedgerBook(database)
        late = LateOutcomes(chat, doubts, ledger, rules, lambda: now)
        key = (await chat.open(desk.tenant, Identity(visitor="v-1", customer="M-1"), "en")).key
        event = await approved(desk, key.conversation)
        others.courier.faults, others.courier.query_faults = ["error_after"], ["error_after"] * 20
        reply = await desk.conclude(await desk.settle(event))
        said = desk.verifier_key.seal_reply(TurnVerified(ref=event.ref, reply=reply))
        for _ in range(2):  # it may come again
            assert await late.behind(chat.on_verified)(said, NO_CONTEXT) == Done()
        assert await late.look() == 0
        others.courier.query_faults = []
        assert await Sweeping(desk.outside, desk.intents, PostgresTenants(desk.executor), older=0).sweep() == 1
        now += AGAIN
        assert await late.look() == 1
        await doubts.note(key, event.ref.turn, now)  # as if it had crashed before it could forget the doubt
        await late.look()
        entries = [entry.data for entry in await store.entries(key, 0, 99) if entry.author == "bot"]
        assert len(entries) == 1
        assert "Parcel PX-100 goes to Quay 7; receipt R-1." in entries[0]
        assert await desk.owner.fetchval("SELECT count(*) FROM gateway.doubts") == 0
    finally:
        await database.stop()
