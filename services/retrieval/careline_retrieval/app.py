"""Retrieval, assembled: it finds the evidence for guide questions."""

from __future__ import annotations

from careline.contracts.topics import TURNS_CLASSIFIED, TURNS_GROUNDED
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.models.component import EncoderPart
from careline.runtime import Application, Component, Consuming
from careline.storage import Database
from careline.telemetry import setup_tracing

from .adapters.guides import prepared_guides
from .handlers import Grounding
from .settings import Settings


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """The service as it runs; `transport` is Kafka unless given."""
    database = Database(settings.database.get_secret_value(), application="retrieval", max_size=settings.pool_size)
    encoder = EncoderPart(settings.encoder)
    guides = prepared_guides(database, encoder, settings.resident)
    service = Service(
        "retrieval",
        MessagingSettings(
            bootstrap_servers=settings.kafka, concurrency=settings.concurrency, drain=settings.drain_seconds
        ),
        [on(TURNS_CLASSIFIED, Grounding(guides, encoder))],
        publishes=[TURNS_GROUNDED],
        transport=transport,
        tracing=setup_tracing("retrieval", settings.otlp_endpoint),
    )
    components: dict[str, Component] = {
        "encoder": encoder,
        "database": database,
        "guides": guides,
        "messaging": Consuming(service),
    }
    return Application("retrieval", components)
