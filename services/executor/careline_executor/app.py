"""The executor, assembled: it drafts what may be said or done, and commits what the verifier has approved."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

from redis.asyncio import Redis

from careline.contracts.seals import Checker
from careline.contracts.topics import OPERATIONS_APPROVED, OPERATIONS_SETTLED, TURNS_DRAFTED, TURNS_GROUNDED
from careline.llm.role import Access
from careline.llm.telling import RedisTeller
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.models.text import preload
from careline.runtime import Application, Component, Consuming, Hooks
from careline.storage import Database
from careline.storage.sealed import Sealing
from careline.systems.directory import Directory
from careline.systems.settings import Access as SystemAccess
from careline.telemetry import Instruments, setup_tracing
from careline.tenants.published import PublishedPacks

from .adapters.answer_cache import RedisAnswerCache
from .adapters.business import PostgresBusiness
from .adapters.facts_cache import RedisFactsCache
from .adapters.intents import PostgresIntents
from .adapters.ledger import PostgresLedger
from .adapters.models import answer_models
from .adapters.tenants import PostgresTenants
from .handlers import Drafting, Settling
from .outside import Outside
from .reusing import Reusing
from .settings import Settings
from .sweeping import Sweeping


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """The service as it runs; `transport` is Kafka unless given."""
    database = Database(
        settings.database.get_secret_value(),
        application="executor",
        max_size=settings.pool_size,
        sealing=Sealing.load(os.environ),
        claims=settings.claims("executor"),
    )
    redis = Redis.from_url(settings.redis.get_secret_value(), socket_timeout=0.5, socket_connect_timeout=0.5)
    packs = PublishedPacks(database)
    tracing, instruments = setup_tracing("executor", settings.otlp_endpoint), Instruments()
    models = answer_models(Access.load(os.environ), tracing, instruments, RedisTeller(redis))
    systems = Directory(SystemAccess(os.environ))
    business, intents = PostgresBusiness(database, systems), PostgresIntents(database)
    outside = Outside(business, intents, systems, now)
    drafting = Drafting(packs, business, models, Reusing(RedisAnswerCache(redis)))
    settling = Settling(
        packs,
        PostgresLedger(database),
        RedisFactsCache(redis),
        gateway=Checker.from_base64(settings.gateway_key),
        verifier=Checker.from_base64(settings.verifier_key),
        clock=now,
        outside=outside,
    )
    service = Service(
        "executor",
        MessagingSettings(
            bootstrap_servers=settings.kafka, concurrency=settings.concurrency, drain=settings.drain_seconds
        ),
        [on(TURNS_GROUNDED, drafting), on(OPERATIONS_APPROVED, settling)],
        publishes=[TURNS_DRAFTED, OPERATIONS_SETTLED],
        transport=transport,
        tracing=tracing,
        instruments=instruments,
    )
    components: dict[str, Component] = {
        "database": database,
        "cache": Hooks(on_stop=redis.aclose),
        "words": Hooks(on_start=lambda: asyncio.to_thread(preload)),
        "models": models,
        "systems": systems,
        "intents": Sweeping(outside, intents, PostgresTenants(database)),
        "messaging": Consuming(service),
    }
    return Application("executor", components)


def now() -> datetime:
    return datetime.now(UTC)
