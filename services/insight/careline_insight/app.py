"""Insight, assembled: it listens to every topic and keeps the turn log."""

from __future__ import annotations

from careline.contracts.topics import TOPICS
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.runtime import Application, Consuming
from careline.telemetry import setup_tracing

from .adapters.http import http_app
from .adapters.postgres import PostgresTurnLog
from .handlers import recorder
from .settings import Settings


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """The service as it runs; `transport` is Kafka unless given."""
    log = PostgresTurnLog(settings.database.get_secret_value(), settings.batch_seconds)
    record = recorder(log)
    service = Service(
        "insight",
        MessagingSettings(bootstrap_servers=settings.kafka),
        [on(topic, record) for topic in TOPICS if topic.event],
        transport=transport,
        tracing=setup_tracing("insight", settings.otlp_endpoint),
    )
    http = http_app(log, settings.agent_token.get_secret_value())
    return Application("insight", {"turn-log": log, "messaging": Consuming(service)}, http)
