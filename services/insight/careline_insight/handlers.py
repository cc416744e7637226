"""Every event of every topic becomes a line of the turn log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from careline.contracts.base import Event
from careline.contracts.events import TurnVerified
from careline.contracts.seals import Checker, SealError
from careline.messaging import DeadLetter, Done, MessageContext, Outcome

from .domain.entry import entry_of
from .ports import TurnLog

Handler = Callable[[Event, MessageContext], Awaitable[Outcome]]


def recorder(log: TurnLog, verifier: Checker) -> Handler:
    """The handler for all topics. It publishes nothing: insight observes.

    A reply that nobody was shown must not stand in the log in the place of the one with the same id that somebody was.
    """

    async def record(event: Event, context: MessageContext) -> Outcome:
        try:
            if isinstance(event, TurnVerified):
                verifier.check_reply(event)
        except SealError as error:
            return DeadLetter(str(error), type(error).__name__)
        await log.append(entry_of(event, context.topic, context.timestamp, context.trace.trace_id))
        return Done()

    return record
