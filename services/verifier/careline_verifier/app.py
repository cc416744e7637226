"""The verifier, assembled: it judges drafts, signs approvals, and tells the customer what the ledger has."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

from careline.contracts.seals import Checker, Signer
from careline.contracts.topics import (
    OPERATIONS_APPROVED,
    OPERATIONS_SETTLED,
    TURNS_DRAFTED,
    TURNS_REJECTED,
    TURNS_VERIFIED,
)
from careline.llm.role import Access
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.models.text import preload
from careline.runtime import Application, Component, Consuming, Hooks
from careline.storage import Database
from careline.storage.sealed import Sealing
from careline.systems.directory import Directory
from careline.systems.settings import Access as SystemAccess
from careline.telemetry import Instruments, setup_tracing
from careline.tenants.published import PublishedPacks

from .adapters.models import judge_models
from .adapters.records import PostgresRecords
from .domain.judging import Judge
from .domain.outputs import Press
from .handlers import Concluding, Verifying
from .settings import Settings


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """The service as it runs; `transport` is Kafka unless given."""
    database = Database(
        settings.database.get_secret_value(),
        application="verifier",
        max_size=settings.pool_size,
        sealing=Sealing.load(os.environ),
        claims=settings.claims("verifier"),
        read_only=True,
    )
    signer = Signer.from_base64(settings.private_key.get_secret_value())
    gateway = Checker.from_base64(settings.gateway_key).owned(signer)
    systems = Directory(SystemAccess(os.environ, readonly=True))
    parts = (
        PublishedPacks(database),
        PostgresRecords(database, systems),
        gateway,
        Judge(settings.own_checker(signer), Checker.from_base64(settings.classifier_key)),
        Press(signer.hurrying(gateway)),
        lambda: datetime.now(UTC),
    )
    tracing, instruments = setup_tracing("verifier", settings.otlp_endpoint), Instruments()
    models = judge_models(Access.load(os.environ), tracing, instruments)
    service = Service(
        "verifier",
        MessagingSettings(
            bootstrap_servers=settings.kafka, concurrency=settings.concurrency, drain=settings.drain_seconds
        ),
        [on(TURNS_DRAFTED, Verifying(*parts, models)), on(OPERATIONS_SETTLED, Concluding(*parts))],
        publishes=[TURNS_VERIFIED, TURNS_REJECTED, OPERATIONS_APPROVED],
        transport=transport,
        tracing=tracing,
        instruments=instruments,
    )
    words = Hooks(on_start=lambda: asyncio.to_thread(preload))
    components: dict[str, Component] = {
        "database": database,
        "words": words,
        "models": models,
        "systems": systems,
        "messaging": Consuming(service),
    }
    return Application("verifier", components)
