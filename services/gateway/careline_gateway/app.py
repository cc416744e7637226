"""The gateway, assembled: conversations between the web chat, people, and the services behind the broker."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from careline.contracts.seals import Signer
from careline.contracts.topics import TURNS_VERIFIED
from careline.messaging import MessagingSettings, Service, Transport, on
from careline.runtime import Application, Component, Consuming
from careline.storage import Database
from careline.telemetry import setup_tracing

from .adapters.fanout import FanOut
from .adapters.http.access import Access
from .adapters.http.site import site
from .adapters.limiter import RedisLimiter
from .adapters.outbox import PUBLISHES, OutboxPublisher
from .adapters.packs import PackRuleBook
from .adapters.store import PostgresStore
from .adapters.streams import Hub
from .adapters.sweeper import Sweeper
from .domain.tokens import visitor_secret
from .handlers import Conversations
from .ports import Clock, RuleBook
from .settings import GatewaySettings


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def create_app(
    settings: GatewaySettings,
    transport: Transport | None = None,
    rule_book: RuleBook | None = None,
    clock: Clock = utc_now,
) -> Application:
    """The service as it runs; `transport` is Kafka, `rule_book` the published packs, unless given."""
    private_key = settings.private_key.get_secret_value()
    tracing = setup_tracing("gateway", settings.otlp_endpoint)
    database = Database(
        settings.database.get_secret_value(), application="gateway", min_size=2, max_size=settings.pool_size
    )
    redis = Redis.from_url(settings.redis, socket_connect_timeout=0.5, socket_timeout=1.0, retry=Retry(NoBackoff(), 1))
    store = PostgresStore(lambda: database.pool)
    rule_book = rule_book or PackRuleBook(lambda: database.pool, settings.turn_deadline_s)
    hub = Hub(store, settings.heartbeat_s)
    outbox = OutboxPublisher(lambda output: messaging.publish(output), lambda: database.pool, clock)
    conversations = Conversations(store, outbox, hub, rule_book, Signer.from_base64(private_key), tracing, clock)
    messaging = Service(
        "gateway",
        MessagingSettings(
            bootstrap_servers=settings.kafka, concurrency=settings.concurrency, drain=settings.drain_seconds
        ),
        [on(TURNS_VERIFIED, conversations.on_verified)],
        publishes=PUBLISHES,
        transport=transport,
        tracing=tracing,
    )
    access = Access(
        visitor_key=visitor_secret(base64.b64decode(private_key)),
        customer_key=settings.customer_secret.get_secret_value().encode(),
        agent_token=settings.agent_token.get_secret_value().encode(),
        clock=clock,
        proxies=settings.proxies,
        limit_loopback=settings.limit_loopback,
    )
    http = site(
        conversations,
        store=store,
        rule_book=rule_book,
        limiter=RedisLimiter(redis, settings.limits),
        hub=hub,
        access=access,
        session_s=settings.session_s,
        origins=settings.origins,
    )
    components: dict[str, Component] = {
        "database": database,
        "messaging": Consuming(messaging),
        "outbox": outbox,
        "streams": FanOut(hub, redis, store),
        "sweeper": Sweeper(store, conversations.tick, clock, settings.sweep_s),
    }
    return Application("gateway", components, http)
