"""Every event of every topic becomes a line of the turn log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from careline.contracts.base import Event
from careline.messaging import Done, MessageContext, Outcome

from .domain.entry import entry_of
from .ports import TurnLog

Handler = Callable[[Event, MessageContext], Awaitable[Outcome]]


def recorder(log: TurnLog) -> Handler:
    """The handler for all topics. It publishes nothing: insight observes."""

    async def record(event: Event, context: MessageContext) -> Outcome:
        await log.append(entry_of(event, context.topic, context.timestamp, context.trace.trace_id))
        return Done()

    return record
