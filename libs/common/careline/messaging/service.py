"""Puts the messaging of a service together: declarations, runners, producer, health, drain."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from faststream import FastStream
from faststream.specification import AsyncAPI
from opentelemetry.trace import SpanKind

from careline.contracts.topics import DEAD_LETTERS, Topic
from careline.telemetry import Instruments, Tracing, capture, setup_tracing

from .breaker import BreakerPolicy
from .context import Subscription
from .dispatch import Dispatch
from .health import Health
from .kafka import KafkaTransport
from .outcomes import Output
from .publisher import Publisher
from .runner import Runner
from .settings import MessagingSettings
from .subscriber import declare_publishers, make_broker, subscribe
from .transport import Transport


class Service:
    """What a process consumes and publishes.

    `transport` is Kafka unless given; `checks` are further conditions of being ready, by name.
    """

    def __init__(
        self,
        name: str,
        settings: MessagingSettings,
        subscriptions: Sequence[Subscription] = (),
        publishes: Sequence[Topic] = (),
        *,
        transport: Transport | None = None,
        tracing: Tracing | None = None,
        instruments: Instruments | None = None,
        breaker: BreakerPolicy | None = None,
        checks: Mapping[str, Callable[[], bool]] | None = None,
        dead_letters: Topic = DEAD_LETTERS,
    ) -> None:
        self.name = name
        self.settings = settings
        self.tracing = tracing or setup_tracing(name)
        self.instruments = instruments or Instruments()
        self._checks = dict(checks or {})
        self._breaker = breaker or BreakerPolicy()
        self._transport = transport or KafkaTransport(settings, name)
        self._publisher = Publisher(name, self._transport, publishes, dead_letters, self.instruments)
        self._broker = make_broker(settings.bootstrap_servers, name)
        declare_publishers(self._broker, publishes)
        self._runners: dict[str, Runner] = {}
        for together in _memberships(subscriptions):
            self._subscribe(together)

    def group(self, topic: Topic) -> str:
        """The consumer group of this service on a topic that has a membership of its own."""
        return self._group(topic.name)

    def _group(self, membership: str) -> str:
        return f"{self.settings.group_prefix}.{self.name}.{membership}"

    async def publish(self, *outputs: Output) -> None:
        """Publish outside of a handler; returns when the broker has acknowledged all.

        Raises PublishError when it does not (what was sent may or may not be there: publish the same again),
        TooLargeError, NotRunningError.
        """
        for output in outputs:
            with self.tracing.span(f"publish {output.topic.name}", output.trace, SpanKind.PRODUCER):
                await self._publisher.publish([replace(output, trace=None)], capture())

    def hurry(self, seconds: float) -> None:
        """Where records are left to gather: take them at once, for so long."""
        for runner in set(self._runners.values()):
            runner.hurry(seconds)

    def health(self) -> Health:
        """How the service is now; cheap, and does not wait."""
        return Health(
            self.name,
            {topic: runner.state for topic, runner in self._runners.items()},
            {name: check() for name, check in self._checks.items()},
        )

    def asyncapi(self) -> dict[str, Any]:
        """The AsyncAPI document of what this service consumes and publishes, the same in every run."""
        application = FastStream(
            self._broker, specification=AsyncAPI(self._broker, title=f"careline {self.name}", version="1")
        )
        # The library keeps its endpoints in sets: without sorting, the order changes from run to run.
        text = json.dumps(application.schema.to_specification().to_jsonable(), sort_keys=True)
        document: dict[str, Any] = json.loads(text)
        return document

    async def start(self) -> None:
        """Begin to connect and consume; does not wait for the broker (see `health`)."""
        await self._transport.start()
        await self._broker.start()

    async def stop(self) -> None:
        """Drain all consumers at the same time, then disconnect."""
        await asyncio.gather(*(runner.stop() for runner in set(self._runners.values())))
        await self._broker.stop()
        await self._transport.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        """One membership for all of `subscriptions`."""
        name = subscriptions[0].membership
        group = self._group(name)
        dispatches = {s.topic.name: self._dispatch(s, group) for s in subscriptions}
        runner = Runner(self.name, name, group, self._transport, dispatches, self.settings, self.instruments)
        for subscription in subscriptions:
            subscribe(self._broker, subscription, group, runner)
            self._runners[subscription.topic.name] = runner

    def _dispatch(self, subscription: Subscription, group: str) -> Dispatch:
        return Dispatch(self.name, group, subscription, self._publisher, self.tracing, self.instruments, self._breaker)


def _memberships(subscriptions: Sequence[Subscription]) -> Iterable[Sequence[Subscription]]:
    """Those that share one, in the order of the first of each."""
    found: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        found.setdefault(subscription.membership, []).append(subscription)
    return found.values()
