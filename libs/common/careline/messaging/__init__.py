"""Messages in, messages out, over Kafka. docs/architecture/messaging.md explains how; this is how to use it.

    async def handle(event: TurnReceived, context: MessageContext) -> Outcome:
        ...                                    # context: topic, partition, offset, key, event_id, attempt, trace ids
        return Done((Output(TURNS_CLASSIFIED, classified),))    # or Retry(delay, error), or DeadLetter(reason)

    messaging = Service(
        "classifier",
        MessagingSettings(bootstrap_servers=..., concurrency=..., drain=...),  # further: CARELINE_MESSAGING_*
        [on(TURNS_RECEIVED, handle), on(TURNS_REJECTED, repair, RetryPolicy(...))],
        publishes=[TURNS_CLASSIFIED, TURNS_GROUNDED],
        tracing=setup_tracing("classifier", settings.otlp_endpoint),
    )
    Application("classifier", {..., "messaging": Consuming(messaging)})     # careline.runtime
    async with messaging: ...                  # or by itself, in a test
    await messaging.publish(Output(topic, event, trace=carrier))  # outside handlers; returns when acknowledged
    messaging.health(), messaging.asyncapi(), messaging.instruments

Handlers of one conversation run one after the other in the order of its messages; handlers of different
conversations run at the same time. What is handled twice (a crash, a rebalance) is published with the same event id.
Exceptions: PermanentError -> dead letter; TransientError, OSError, TimeoutError -> patient retries; others -> a few.

Tests without Kafka:    Service(..., transport=MemoryTransport(MemoryBroker()))
Topics:                 create_topics(admin, TOPICS), check_topics(admin, TOPICS) -> deviations
Dead letters:           read_dead_letter(record), replay(record, transport.send)
"""

from .breaker import Breaker, BreakerPolicy
from .context import Handler, MessageContext, Subscription, on
from .deadletters import DeadRecord, Origin, replay
from .deadletters import read as read_dead_letter
from .errors import (
    CommitDeferred,
    MessagingError,
    NotRunningError,
    OwnershipLost,
    PermanentError,
    PublishError,
    TooLargeError,
    TransientError,
    TransportError,
    UndecodableError,
)
from .health import Health, State
from .kafka import KafkaTransport
from .memory import MemoryBroker, MemoryRecord, MemoryTransport
from .outcomes import DeadLetter, Done, Outcome, Output, Retry
from .retry import Backoff, RetryPolicy
from .service import Service
from .settings import MessagingSettings
from .topics import Deviation, check_topics, create_topics
from .transport import Consumer, Member, Partition, Record, Transport

__all__ = [
    "Backoff",
    "Breaker",
    "BreakerPolicy",
    "CommitDeferred",
    "Consumer",
    "DeadLetter",
    "DeadRecord",
    "Deviation",
    "Done",
    "Handler",
    "Health",
    "KafkaTransport",
    "Member",
    "MemoryBroker",
    "MemoryRecord",
    "MemoryTransport",
    "MessageContext",
    "MessagingError",
    "MessagingSettings",
    "NotRunningError",
    "Origin",
    "Outcome",
    "Output",
    "OwnershipLost",
    "Partition",
    "PermanentError",
    "PublishError",
    "Record",
    "Retry",
    "RetryPolicy",
    "Service",
    "State",
    "Subscription",
    "TooLargeError",
    "TransientError",
    "Transport",
    "TransportError",
    "UndecodableError",
    "check_topics",
    "create_topics",
    "on",
    "read_dead_letter",
    "replay",
]
