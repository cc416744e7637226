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
    """A topic and who handles it. Those of a service with the same `together` share one membership in one group."""

    topic: Topic
    handler: Handler[Any]
    policy: RetryPolicy
    together: str = ""

    @property
    def membership(self) -> str:
        """What the group is named after."""
        return self.together or self.topic.name

    @property
    def event(self) -> type[Event]:
        """The event that the topic promises."""
        if self.topic.event is None:
            raise TypeError(f"{self.topic.name} carries no event that could be handled")
        return self.topic.event


def on(topic: Topic, handler: Handler[E], policy: RetryPolicy | None = None, together: str = "") -> Subscription:
    """Let `handler` handle the events of `topic`.

    By default each topic has a membership of its own, so that nothing of one topic can stop another. An observer of
    many topics gives all of them the same `together`: one fetch brings what is new on any of them.
    """
    return Subscription(topic, handler, policy or RetryPolicy(), together)
