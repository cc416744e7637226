"""The gateway, assembled: conversations between the web chat, people, and the services behind the broker."""

from __future__ import annotations

import base64

from careline.contracts.topics import TURNS_VERIFIED
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.runtime import Application, Component, Consuming
from careline.storage import Database
from careline.telemetry import setup_tracing

from .adapters.challenges import PostgresChallenges
from .adapters.clock import utc_now
from .adapters.consents import PostgresConsents
from .adapters.couriers import couriers
from .adapters.deliveries import PostgresDeliveries
from .adapters.doubts import PostgresDoubts
from .adapters.fanout import FanOut, connect
from .adapters.http.site import site_of
from .adapters.ledger import PostgresLedgerBook
from .adapters.outbox import PUBLISHES, OutboxPublisher
from .adapters.packs import PackRuleBook
from .adapters.store import PostgresStore
from .adapters.streams import Hub
from .adapters.sweeper import Sweeper
from .adapters.visitors import PostgresVisitors
from .consenting import Consenting
from .domain.authentic import Authenticity
from .domain.recognition import recognition_secret
from .handlers import Conversations
from .late import LateOutcomes
from .ports import Clock, RuleBook
from .recognising import Recognising
from .settings import GatewaySettings as Settings


def create_app(
    settings: Settings,
    transport: Transport | None = None,
    rule_book: RuleBook | None = None,
    clock: Clock = utc_now,
) -> Application:
    """The service as it runs; `transport` is Kafka, `rule_book` what the published packs say, unless given."""
    signer, verifier = settings.seals()
    tracing = setup_tracing("gateway", settings.otlp_endpoint)
    url, size = settings.database.get_secret_value(), settings.pool_size
    database = Database(url, application="gateway", min_size=2, max_size=size, claims=settings.claims("gateway"))
    authenticity = Authenticity.of(base64.b64decode(settings.private_key.get_secret_value()))
    redis, store = connect(settings.redis), PostgresStore(database, authenticity)
    book = rule_book or PackRuleBook(lambda: database.pool, settings.turn_deadline_s)
    hub = Hub(store, settings.heartbeat_s)
    outbox = OutboxPublisher(lambda output: messaging.publish(output), database, clock)
    conversations = Conversations(store, outbox, hub, book, signer, verifier, tracing, clock)
    ledger = PostgresLedgerBook(database)
    late = LateOutcomes(conversations, PostgresDoubts(database), ledger, book, clock)
    messaging = Service(
        "gateway",
        MessagingSettings(
            bootstrap_servers=settings.kafka, concurrency=settings.concurrency, drain=settings.drain_seconds
        ),
        [on(TURNS_VERIFIED, late.behind(conversations.on_verified))],
        publishes=PUBLISHES,
        transport=transport,
        tracing=tracing,
    )
    components: dict[str, Component] = {
        "database": database,
        "messaging": Consuming(messaging),
        "outbox": outbox,
        "streams": FanOut(hub, redis, store),
        "sweeper": Sweeper(store, conversations.tick, clock, settings.sweep_s),
        "late": late,
    }
    packs = PackRuleBook(lambda: database.pool, settings.turn_deadline_s)
    recognition = Recognising(
        conversations,
        PostgresChallenges(database),
        PostgresVisitors(database, packs.pack),
        couriers(settings),
        PostgresDeliveries(lambda: database.pool),
        book,
        recognition_secret(base64.b64decode(settings.private_key.get_secret_value())),
        clock,
    )
    http = site_of(
        settings,
        conversations,
        store=store,
        rule_book=book,
        ledger=ledger,
        recognition=recognition,
        consent=Consenting(PostgresConsents(database), book, clock),
        redis=redis,
        hub=hub,
        clock=clock,
    )
    return Application("gateway", components, http)
