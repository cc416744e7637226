"""What a handler is, and what it is told besides the event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from opentelemetry import trace

from careline.contracts.base import Event
from careline.contracts.topics import Topic
from careline.telemetry import TraceIds

from .outcomes import Outcome
from .retry import RetryPolicy

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class MessageContext:
    """The record around an event. `attempt` is 1 the first time; `timestamp` in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: str
    event_id: str
    attempt: int
    span: trace.Span

    @property
    def trace(self) -> TraceIds:
        """Ids of the handler's span, for the turn log."""
        context = self.span.get_span_context()
        return TraceIds(trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id))


Handler = Callable[[E, MessageContext], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic and who handles it."""

    topic: Topic
    handler: Handler[Any]
    policy: RetryPolicy

    @property
    def event(self) -> type[Event]:
        """The event that the topic promises."""
        if self.topic.event is None:
            raise TypeError(f"{self.topic.name} carries no event that could be handled")
        return self.topic.event


def on(topic: Topic, handler: Handler[E], policy: RetryPolicy | None = None) -> Subscription:
    """Let `handler` handle the events of `topic`."""
    return Subscription(topic, handler, policy or RetryPolicy())
