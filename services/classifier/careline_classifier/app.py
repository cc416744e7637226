"""The classifier, assembled: what is a turn about?"""

from __future__ import annotations

import os

from careline.contracts.seals import Checker, Signer
from careline.contracts.topics import TURNS_CLASSIFIED, TURNS_GROUNDED, TURNS_RECEIVED, TURNS_REJECTED
from careline.llm.role import Access
from careline.llm.telling import RedisTeller
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.models.component import EncoderPart
from careline.runtime import Application, Component, Consuming
from careline.storage import Database
from careline.storage.sealed import Sealing
from careline.telemetry import Instruments, setup_tracing

from .adapters.facts import CachedFacts, redis_client
from .adapters.minds import prepared_minds
from .adapters.models import route_models
from .adapters.near import NearFacts
from .adapters.records import PostgresRecords
from .handlers import Classifier
from .settings import Settings


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """The service as it runs; `transport` is Kafka unless given."""
    encoder = EncoderPart(settings.encoder)
    database = Database(
        settings.database.get_secret_value(),
        application="careline-classifier",
        max_size=settings.pool_size,
        sealing=Sealing.load(os.environ),
        claims=settings.claims("classifier"),
        read_only=True,
    )
    redis = redis_client(settings.redis.get_secret_value())
    facts = NearFacts(CachedFacts(database, redis, settings.facts_seconds), redis)
    minds = prepared_minds(database, encoder, settings.home / "heads")
    signer = Signer.from_base64(settings.private_key.get_secret_value())
    checker = Checker.from_base64(settings.gateway_key).owned(signer)
    tracing, instruments = setup_tracing("classifier", settings.otlp_endpoint), Instruments()
    models = route_models(Access.load(os.environ), tracing, instruments, RedisTeller(redis))
    classifier = Classifier(minds, encoder, facts, PostgresRecords(database), checker, signer, models)
    service = Service(
        "classifier",
        MessagingSettings(
            bootstrap_servers=settings.kafka, concurrency=settings.concurrency, drain=settings.drain_seconds
        ),
        [on(TURNS_RECEIVED, classifier.receive), on(TURNS_REJECTED, classifier.repair)],
        publishes=[TURNS_CLASSIFIED, TURNS_GROUNDED],
        transport=transport,
        tracing=tracing,
        instruments=instruments,
    )
    parts: dict[str, Component] = {
        "encoder": encoder,
        "database": database,
        "facts": facts,
        "minds": minds,
        "models": models,
        "messaging": Consuming(service),
    }
    return Application("classifier", parts)
