"""One attempt at one record: decode, handle inside a span, publish, or give up."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from enum import Enum
from zlib import crc32

from opentelemetry import context as otel
from opentelemetry import trace

from careline.telemetry import Instruments, Tracing, registry
from careline.telemetry.tracing import capture, extract, mark_failed

from .assignment import Delivery
from .breaker import Breaker, BreakerPolicy
from .context import MessageContext, Subscription
from .errors import PublishError
from .outcomes import DeadLetter, Done, Outcome, Retry
from .publisher import Publisher
from .wire import carrier_of, decode

log = logging.getLogger(__name__)


class Verdict(Enum):
    """What becomes of a record after an attempt, if it is not tried again."""

    FINISHED = "finished"
    DISCARDED = "discarded"  # the partitions are somebody else's now
    HALT = "halt"  # too many records failed: it stays where it is, uncommitted


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after `delay` seconds."""

    delay: float


class Dispatch:
    """Carries records of one topic through their handler."""

    def __init__(
        self,
        service: str,
        group: str,
        subscription: Subscription,
        publisher: Publisher,
        tracing: Tracing,
        instruments: Instruments,
        breaker: BreakerPolicy,
    ) -> None:
        self.breaker = Breaker(breaker, since=time.monotonic())
        self._group = group
        self._subscription = subscription
        self._event = subscription.event
        self._policy = subscription.policy
        self._publisher = publisher
        self._tracer = tracing.tracer
        self._span_name = f"{service} {subscription.topic.name}"
        self._meters = _Meters(service, subscription.topic.name, instruments)

    async def attempt(self, delivery: Delivery) -> Verdict | Again:
        """Run one attempt. Never raises but on cancellation. Must run in a task of its own (sets the current span)."""
        delivery.attempt += 1
        started = time.perf_counter()
        headers = dict(delivery.record.headers)
        parent = extract(carrier_of(headers))
        span = self._tracer.start_span(self._span_name, parent, trace.SpanKind.CONSUMER)
        otel.attach(trace.set_span_in_context(span, parent))
        if span.is_recording():
            span.set_attributes(_attributes(delivery, headers))
        self._meters.in_flight.inc()
        try:
            return await self._settle(delivery, headers, span)
        finally:
            span.end()
            self._meters.in_flight.dec()
            self._meters.seconds.observe(time.perf_counter() - started)

    async def _settle(self, delivery: Delivery, headers: dict[str, bytes], span: trace.Span) -> Verdict | Again:
        outcome: Outcome = delivery.settled or await self._handle(delivery, headers, span)
        if not delivery.assignment.owned:
            self._meters.discarded.inc()
            return Verdict.DISCARDED
        if isinstance(outcome, Retry):
            mark_failed(span, outcome.error)
            self._meters.retries.inc()
            return Again(outcome.delay)
        delivery.settled = outcome
        if isinstance(outcome, Done):
            published = await self._publish(delivery, outcome, span)
            if not isinstance(published, DeadLetter):
                return published
            delivery.settled = outcome = published
        return await self._give_up(delivery, outcome, span)

    async def _handle(self, delivery: Delivery, headers: dict[str, bytes], span: trace.Span) -> Outcome:
        record, attempt = delivery.record, delivery.attempt
        try:
            event = decode(self._event, record.value, headers)
            context = MessageContext(
                record.topic,
                record.partition,
                record.offset,
                record.timestamp,
                (record.key or b"").decode(errors="replace"),
                headers.get("ce_id", b"").decode(errors="replace"),
                attempt,
                span,
            )
            outcome = await self._subscription.handler(event, context)
            if not isinstance(outcome, Done | Retry | DeadLetter):
                raise TypeError(f"a handler returned {type(outcome).__name__}, not an outcome")
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            return self._decide(error, delivery)  # the handler's own doing, e.g. a task it had cancelled
        except Exception as error:  # noqa: BLE001 - the policy decides about every error
            return self._decide(error, delivery)
        if isinstance(outcome, Retry) and attempt >= self._policy.outage.attempts:
            return DeadLetter(f"gave up after {attempt} attempts: {outcome.error}", outcome.error)
        return outcome

    def _decide(self, error: BaseException, delivery: Delivery) -> Retry | DeadLetter:
        spread = crc32(delivery.record.key or b"", delivery.attempt) / 2**32
        return self._policy.decide(error, delivery.attempt, spread)

    async def _publish(self, delivery: Delivery, done: Done, span: trace.Span) -> Verdict | Again | DeadLetter:
        try:
            if done.outputs:
                await self._publisher.publish(done.outputs, capture())
        except PublishError as error:  # the broker's fault, never the message's: tried again without limit
            return self._again(delivery, error, span)
        except Exception as error:  # noqa: BLE001 - an output that cannot be sent is the handler's failure
            decision = self._decide(error, delivery)
            if isinstance(decision, DeadLetter):
                return decision
            delivery.settled = None
            self._meters.retries.inc()
            return Again(decision.delay)
        self.breaker = self.breaker.succeeded(time.monotonic())
        self._meters.done.inc()
        return Verdict.FINISHED

    async def _give_up(self, delivery: Delivery, why: DeadLetter, span: trace.Span) -> Verdict | Again:
        mark_failed(span, why.error)
        if not delivery.condemned and not self.breaker.is_open:
            delivery.condemned = True
            self.breaker = self.breaker.failed(time.monotonic())
        if self.breaker.is_open:
            return Verdict.HALT
        try:
            await self._publisher.bury(delivery.record, self._group, delivery.attempt, why)
        except Exception as error:  # noqa: BLE001 - whatever it is, the record must not be lost
            return self._again(delivery, error, span)
        log.warning("%s: gave up a record: %s", self._subscription.topic.name, why.error)
        self._meters.gave_up(why.error)
        return Verdict.FINISHED

    def _again(self, delivery: Delivery, error: Exception, span: trace.Span) -> Again:
        log.warning("%s: not published (%s), trying again", self._subscription.topic.name, type(error).__name__)
        mark_failed(span, type(error).__name__)
        self._meters.retries.inc()
        outage = self._policy.outage
        return Again(outage.delay(min(delivery.attempt, outage.attempts - 1)) or outage.longest)


class _Meters:
    """This handler's metrics, bound once."""

    def __init__(self, service: str, topic: str, instruments: Instruments) -> None:
        self._labels = labels = {"service": service, "topic": topic}
        self._instruments = instruments
        self.done, self._dead, self.discarded = (
            instruments.counter(registry.HANDLED, **labels, outcome=outcome)
            for outcome in ("done", "dead_letter", "discarded")
        )
        self.retries = instruments.counter(registry.RETRIES, **labels)
        self.in_flight = instruments.gauge(registry.IN_FLIGHT, **labels)
        self.seconds = instruments.histogram(registry.HANDLER_SECONDS, **labels)

    def gave_up(self, error: str) -> None:
        self._dead.inc()
        self._instruments.counter(registry.DEAD_LETTERS, **self._labels, error=error).inc()


def _attributes(delivery: Delivery, headers: dict[str, bytes]) -> dict[str, str | int]:
    record = delivery.record
    return {
        "messaging.system": "kafka",
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": str(record.partition),
        "messaging.kafka.offset": record.offset,
        "messaging.message.id": headers.get("ce_id", b"").decode(errors="replace"),
        "careline.turn": headers.get("ce_subject", b"").decode(errors="replace"),
        "careline.attempt": delivery.attempt,
    }
