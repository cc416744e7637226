"""The only place that touches FastStream's inside.

FastStream declares: broker, subscribers, publishers, the AsyncAPI document, start and stop in order. It does not
consume: its subscriber starts and stops our runner instead. Pinned to 0.7.8, whose life cycle this relies on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from faststream._internal.broker.registrator import Registrator
from faststream._internal.endpoint.subscriber.call_item import CallsCollection
from faststream.kafka import KafkaBroker
from faststream.kafka.schemas import Topic as KafkaTopic
from faststream.kafka.subscriber.config import KafkaSubscriberConfig, KafkaSubscriberSpecificationConfig
from faststream.kafka.subscriber.specification import KafkaSubscriberSpecification
from faststream.kafka.subscriber.usecase import DefaultSubscriber, LogicSubscriber
from faststream.middlewares import AckPolicy

from careline.contracts.topics import Topic

from .context import Subscription
from .runner import Runner


class KeyedSubscriber(DefaultSubscriber):
    """A declared subscriber whose records are consumed, handled and acknowledged by a `Runner`."""

    runner: Runner

    async def start(self) -> None:
        """Start consuming. Skips the library's own consumer; this subscriber has none."""
        await super(LogicSubscriber, self).start()
        self._post_start()
        self.runner.start()

    async def stop(self) -> None:
        """Drain and leave."""
        await super().stop()
        await self.runner.stop()


def make_broker(bootstrap_servers: str, service: str) -> KafkaBroker:
    """A broker that declares and opens no connection of its own: there is one producer, and it is ours."""
    return KafkaBroker(
        bootstrap_servers, client_id=service, consumer_only=True, allow_auto_create_topics=False, logger=None
    )


def subscribe(broker: KafkaBroker, subscription: Subscription, group: str, runner: Runner) -> KeyedSubscriber:
    """Declare a subscription with manual acknowledgement (the runner commits), and let `runner` serve it."""
    calls: CallsCollection[Any] = CallsCollection()
    topics = [KafkaTopic(subscription.topic.name)]
    outer = broker.config.broker_config
    specification = KafkaSubscriberSpecificationConfig(
        topics=topics, title_=None, description_=subscription.handler.__doc__, include_in_schema=True
    )
    subscriber = KeyedSubscriber(
        KafkaSubscriberConfig(topics=topics, group_id=group, _outer_config=outer, _ack_policy=AckPolicy.MANUAL),
        KafkaSubscriberSpecification(outer, specification, calls),
        calls,
    )
    subscriber.runner = runner
    Registrator.subscriber(broker, subscriber)
    subscriber(_declaration(subscription))
    return subscriber


def declare_publishers(broker: KafkaBroker, topics: Sequence[Topic]) -> None:
    """Document what the service publishes."""
    for topic in topics:
        broker.publisher(topic.name, schema=topic.event)


def _declaration(subscription: Subscription) -> Callable[[Any], Awaitable[None]]:
    """What the library reads the payload's schema and the handler's name from; it never calls it."""

    async def declared(event: Any) -> None:
        raise NotImplementedError("the runner calls the handler")

    declared.__name__ = getattr(subscription.handler, "__name__", type(subscription.handler).__name__)
    declared.__annotations__ = {"event": subscription.event, "return": None}
    return declared
