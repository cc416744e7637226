"""Insight, assembled: it listens to every topic, keeps the turn log, and purges what is old."""

from __future__ import annotations

from datetime import timedelta

from careline.contracts.seals import Checker
from careline.contracts.topics import TOPICS
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.runtime import Application, Consuming
from careline.telemetry import setup_tracing

from .adapters.http import http_app
from .adapters.postgres import PostgresTurnLog
from .adapters.purging import Purger
from .handlers import recorder
from .settings import Settings

# Nobody waits for the turn log, and customers wait for what it would cost to be at once: records of all topics are
# taken together, a second late, and handled together, so that they are written by one statement. Who asks for a turn
# is not kept waiting.
_FETCH_BYTES = 256 * 1024
_FETCH_WAIT_S = 0.1
_GATHER_S = 1.0
_HURRY_S = 3.0
_CONCURRENCY = 500


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """The service as it runs; `transport` is Kafka unless given."""
    log = PostgresTurnLog(settings.database.get_secret_value(), settings.batch_seconds)
    record = recorder(log, Checker.from_base64(settings.verifier_key))
    service = Service(
        "insight",
        MessagingSettings(
            bootstrap_servers=settings.kafka,
            fetch_min_bytes=_FETCH_BYTES,
            fetch_wait=_FETCH_WAIT_S,
            gather=_GATHER_S,
            concurrency=_CONCURRENCY,
        ),
        [on(topic, record, together="turn-log") for topic in TOPICS if topic.event],
        transport=transport,
        tracing=setup_tracing("insight", settings.otlp_endpoint),
    )
    http = http_app(log, settings.agent_token.get_secret_value(), lambda: service.hurry(_HURRY_S))
    purger = Purger(lambda: log.pool, service.instruments, timedelta(hours=settings.purge_hours))
    return Application("insight", {"turn-log": log, "messaging": Consuming(service), "purger": purger}, http)
