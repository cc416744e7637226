"""The services' own handlers on a real Postgres with their own roles, joined by hand instead of by Kafka.

Every event passes as bytes, as it would on a topic. What a handler turns down is a dead letter, as there.
"""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from careline.contracts.base import Event, TurnRef
from careline.contracts.evidence import Evidence
from careline.contracts.seals import Checker, Signer
from careline.contracts.understanding import CustomerFacts, Route, Understanding
from careline.llm.role import Access, RoleModels
from careline.messaging import Done, MessageContext, Outcome, PermanentError
from careline.models.encoder import Encoder, from_bytes
from careline.operations.facts import read_facts
from careline.storage import Claims, Database, Scope, StorageError
from careline.storage.claims import generate_claim_key, register_claim_keys
from careline.storage.migrate import migrate
from careline.storage.roles import ensure_roles, role_of
from careline.systems.directory import Directory
from careline.systems.settings import Access as SystemAccess
from careline.telemetry import Instruments, setup_tracing
from careline.tenants.fill import RowOptions
from careline.tenants.model import Pack
from careline.tenants.publish import publish
from careline.tenants.published import PublishedPacks
from careline_classifier.adapters.models import route_models
from careline_classifier.adapters.records import PostgresRecords as ClassifierRecords
from careline_classifier.domain.mind import Mind
from careline_classifier.handlers import Classifier
from careline_executor.adapters.business import PostgresBusiness
from careline_executor.adapters.ledger import PostgresLedger
from careline_executor.adapters.models import answer_models
from careline_executor.handlers import Drafting, Settling
from careline_retrieval.domain.index import terms_of
from careline_retrieval.domain.resident import GuideIndex
from careline_verifier.adapters.models import judge_models
from careline_verifier.adapters.records import PostgresRecords
from careline_verifier.domain.judging import Judge
from careline_verifier.domain.outputs import Press
from careline_verifier.handlers import Concluding, Verifying

from ..injection_lab import eager

PLAIN, EAGER, OTHER = "shop", "shop~eager", "shop~other"
_SERVICES = ("classifier", "executor", "verifier")
_CUSTOMERS = 20
NO_CONTEXT = cast(MessageContext, None)
Handler = Callable[[Any, MessageContext], Coroutine[Any, Any, Outcome]]


def a_signer() -> Signer:
    return Signer.from_base64(base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode())


@dataclass
class Lab:
    """Handlers, keys, the owner's connection. `ahead` is how far the services' clock is before the real one; `heard`
    is told of every event that a handler made."""

    owner: Any
    classifier: Classifier
    drafting: Drafting
    verifying: Verifying
    concluding: Concluding
    settling: Settling
    indexes: dict[str, GuideIndex]
    gateway: Signer
    verifier: Signer
    pack: Pack
    clock: Clock
    letters: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)  # models, by role and what came of it
    heard: Callable[[Event], None] = lambda _: None

    async def hand(self, handler: Handler, event: Event) -> Event | None:
        """What the handler has to say to `event`; None for a dead letter or silence."""
        try:
            arrived = type(event).from_bytes(event.to_bytes())
            outcome = await handler(arrived, NO_CONTEXT)
        except (PermanentError, ValidationError, StorageError, UnicodeError) as error:
            self.letters[type(error).__name__] += 1
            return None
        if not isinstance(outcome, Done):
            self.letters[type(outcome).__name__] += 1
            return None
        event_out = outcome.outputs[0].event if outcome.outputs else None
        self.asked.update((spent.role, spent.outcome) for spent in getattr(event_out, "spent", ()))
        if event_out is not None:
            self.heard(event_out)
        return event_out

    def evidence(self, text: str, found: Understanding) -> Evidence:
        """What retrieval would find."""
        if found.route is not Route.GUIDE or not found.embedding:
            return Evidence()
        index = self.indexes.get(found.language) or self.indexes[self.pack.default_language]
        return Evidence(passages=tuple(index.search(from_bytes(found.embedding), sorted(set(terms_of(text))), 4)))

    async def current(self, ref: TurnRef) -> None:
        """What the gateway does when a turn begins or somebody takes over."""
        await self.owner.execute(_CURRENT, ref.tenant, ref.conversation, ref.epoch, ref.turn)


@dataclass
class Clock:
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True)
class _Minds:
    """One mind for all versions of the shop's pack."""

    packs: PublishedPacks
    mind: Mind

    async def of(self, tenant: str) -> tuple[Pack, Mind]:
        return await self.packs.pack(tenant), self.mind


@dataclass(frozen=True, slots=True)
class _Facts:
    database: Database

    async def of(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        async with self.database.tenant(
            tenant, scope=Scope(customer), readonly=True, schema=pack.business_schema
        ) as connection:
            return await read_facts(connection, pack, customer)

    async def forget(self, tenant: str, customer: str) -> None:
        """Nothing is kept."""


@asynccontextmanager
async def opened(
    url: str,
    pack: Pack,
    folder: Path,
    mind: Mind,
    encoder: Encoder,
    indexes: dict[str, GuideIndex],
    tiers: Mapping[str, str],
    turn_seconds: float | None = None,
) -> AsyncIterator[Lab]:
    """`url`: an owner's database, empty and with pgvector. The shop is published in it, twice and as another tenant.
    `tiers`: the settings of the models (see `both_tiers`); `turn_seconds`: how long a turn may wait for them."""
    async with AsyncExitStack() as stack:
        owner = await asyncpg.connect(url)
        stack.push_async_callback(owner.close)
        password = secrets.token_hex(8)
        await ensure_roles(owner, dict.fromkeys(_SERVICES, password))
        await migrate(owner)
        keys = {service: generate_claim_key(secrets.token_bytes(32)) for service in _SERVICES}
        await register_claim_keys(owner, keys)
        rows = RowOptions(folder=folder, customers=_CUSTOMERS, seed=1, environ={})
        for tenant, version in ((PLAIN, pack), (OTHER, pack), (EAGER, eager(pack))):
            await publish(version, owner, tenant=tenant, rows=rows)
        databases = []
        for service in _SERVICES:
            login, claims = _as_role(url, service, password), Claims.of(service, keys[service])
            databases.append(await Database.connect(login, application=service, max_size=4, claims=claims))
            stack.push_async_callback(databases[-1].stop)
        models = await _models(stack, tiers, turn_seconds)
        yield _made(owner, databases, models, pack, mind, encoder, indexes)


def _made(
    owner: Any,
    databases: Sequence[Database],
    models: Sequence[RoleModels],
    pack: Pack,
    mind: Mind,
    encoder: Encoder,
    indexes: dict[str, GuideIndex],
) -> Lab:
    reading, writing, judging = databases
    gateway, verifier, classifier, clock = a_signer(), a_signer(), a_signer(), Clock()
    sealed, signed = Checker(gateway.key.public_key()), Checker(verifier.key.public_key())
    facts, minds = _Facts(reading), _Minds(PublishedPacks(reading), mind)
    parts = (
        PublishedPacks(judging),
        PostgresRecords(judging, Directory(SystemAccess({}, readonly=True))),
        sealed,
        Judge(signed, Checker(classifier.key.public_key())),
        Press(verifier),
        clock,
    )
    return Lab(
        owner,
        Classifier(minds, encoder, facts, ClassifierRecords(reading), sealed, classifier, models[0]),
        Drafting(PublishedPacks(writing), PostgresBusiness(writing, Directory(SystemAccess({}))), models[1]),
        Verifying(*parts, models[2]),
        Concluding(*parts),
        Settling(PublishedPacks(writing), PostgresLedger(writing), facts, sealed, signed, clock),
        indexes,
        gateway,
        verifier,
        pack,
        clock,
    )


async def _models(
    stack: AsyncExitStack, tiers: Mapping[str, str], turn_seconds: float | None = None
) -> list[RoleModels]:
    access = Access.load(tiers)
    if turn_seconds is not None:
        access = replace(access, turn_seconds=turn_seconds)
    tracing, instruments = setup_tracing("hostile"), Instruments()
    models = [make(access, tracing, instruments) for make in (route_models, answer_models, judge_models)]
    for one in models:
        await one.start()
        stack.push_async_callback(one.stop)
    return models


def both_tiers(url: str, large: str = "large", **further: str) -> dict[str, str]:
    """The settings of both tiers on one server, the large one under a name of its own unless told otherwise."""
    set_up = {"URL": url, "ATTEMPTS": "1"} | further
    tiers = {"small": set_up | {"MODEL": "small"}, "large": set_up | {"MODEL": large}}
    return {f"CARELINE_{tier.upper()}_{name}": value for tier, names in tiers.items() for name, value in names.items()}


def _as_role(url: str, service: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role_of(service)}:{password}@{parts.hostname}:{parts.port}"))


_CURRENT = """
INSERT INTO gateway.conversations (tenant, id, epoch, turn, owner, version, position, updated_at, state)
VALUES ($1, $2, $3, $4, 'bot', 1, 0, now(), '{}')
ON CONFLICT (tenant, id) DO UPDATE SET epoch = $3, turn = $4
"""
