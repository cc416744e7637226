"""Both services as they run, on a real Postgres and a broker in memory: grounded in, reply out."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.fixtures.claims import CLAIM_KEYS
from tests.fixtures.operations import Counter, about, as_role, counter, wants, yes

from careline.contracts.base import Event
from careline.contracts.events import TurnGrounded, TurnVerified
from careline.contracts.reply import Outcome as Ended
from careline.contracts.reply import Reply
from careline.contracts.seals import Signer
from careline.contracts.topics import TURNS_GROUNDED, TURNS_VERIFIED
from careline.contracts.turn import Turn
from careline.contracts.understanding import Route, Understanding
from careline.messaging import (
    Done,
    MemoryBroker,
    MemoryTransport,
    MessageContext,
    MessagingSettings,
    Outcome,
    Output,
    Service,
    on,
)
from careline.runtime import Application
from careline_executor.app import create_app as create_executor
from careline_executor.settings import Settings as ExecutorSettings
from careline_verifier.app import create_app as create_verifier
from careline_verifier.settings import Settings as VerifierSettings

pytestmark = pytest.mark.integration
__all__ = ["counter"]


class Customer:
    """Publishes what retrieval would, collects what the gateway would."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.replies: dict[str, Reply] = {}
        self.service = Service(
            "standin",
            MessagingSettings(bootstrap_servers="nowhere:1"),
            [on(TURNS_VERIFIED, self._collect)],
            publishes=[TURNS_GROUNDED],
            transport=MemoryTransport(broker),
        )

    async def _collect(self, event: TurnVerified, context: MessageContext) -> Outcome:
        self.replies[event.ref.turn] = event.reply
        return Done()

    async def say(self, turn: Turn, understanding: Understanding) -> Reply:
        event: Event = TurnGrounded(ref=turn.ref, turn=turn, understanding=understanding)
        await self.service.publish(Output(TURNS_GROUNDED, event))
        async with asyncio.timeout(30):
            while turn.ref.turn not in self.replies:
                await asyncio.sleep(0.01)
        return self.replies.pop(turn.ref.turn)


@asynccontextmanager
async def running(counter: Counter, database: str, redis: str) -> AsyncIterator[tuple[Customer, list[Application]]]:
    broker = MemoryBroker()
    common = {"KAFKA_BOOTSTRAP_SERVERS": "nowhere:1", "CARELINE_GATEWAY_PUBLIC_KEY": public(counter.gateway_key)}
    private = base64.b64encode(counter.verifier_key.key.private_bytes_raw()).decode()
    own = {"executor": {"REDIS_URL": redis, "CARELINE_VERIFIER_PUBLIC_KEY": public(counter.verifier_key)}}
    own["verifier"] = {
        "CARELINE_VERIFIER_PRIVATE_KEY": private,
        "CARELINE_CLASSIFIER_PUBLIC_KEY": public(counter.classifier_key),
    }
    env = {
        name: common | more | {"DATABASE_URL": as_role(database, name), "CARELINE_CLAIM_KEYS": CLAIM_KEYS[name]}
        for name, more in own.items()
    }
    executor = create_executor(ExecutorSettings.model_validate(env["executor"]), MemoryTransport(broker))
    verifier = create_verifier(VerifierSettings.model_validate(env["verifier"]), MemoryTransport(broker))
    customer = Customer(broker)
    try:
        for application in (executor, verifier):
            await application.start()
        async with customer.service:
            yield customer, [executor, verifier]
    finally:
        for application in (verifier, executor):
            await application.stop()


def public(signer: Signer) -> str:
    key: Ed25519PublicKey = signer.key.public_key()
    return base64.b64encode(key.public_bytes_raw()).decode()


async def test_a_customer_is_served(counter: Counter, fresh_database: str, fresh_redis: str) -> None:
    counter.now = datetime.now(UTC)  # the services have clocks of their own
    async with running(counter, fresh_database, fresh_redis) as (customer, applications):
        text = "return loan ML-1001"
        asked = await customer.say(await counter.turn(text), wants("return_book", text, loan="ML-1001"))
        assert asked.outcome is Ended.CONFIRM
        assert asked.pending is not None
        done = await customer.say(await counter.turn("yes", pending=asked.pending), yes(asked.pending))
        assert (done.outcome, done.text) == (Ended.SUCCESS, "Loan ML-1001 is returned.")
        turn = await counter.turn("terrible")
        case = await customer.say(turn, counter.sealed(turn, about(Route.COMPLAINT)))
        assert (case.outcome, case.case) == (Ended.CASE, "C-000001")
        for application in applications:
            assert all(part.ok for part in application.report().values()), application.report()
    assert await counter.count("ledger.entries") == 2
