"""What the turn log takes: everything on the topics, but no reply that the verifier has not sealed."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.fixtures.operations import a_signer

from careline.contracts.events import TurnVerified
from careline.messaging import DeadLetter, Done, MessageContext
from careline.testing.examples import VERIFIED_BY, examples
from careline_insight.domain.entry import Entry
from careline_insight.domain.timeline import Logged
from careline_insight.handlers import recorder

pytestmark = pytest.mark.component

CONTEXT = cast(MessageContext, SimpleNamespace(topic="a topic", timestamp=0, trace=SimpleNamespace(trace_id="")))


class MemoryLog:
    """Implements `ports.TurnLog` as far as it is written."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    async def append(self, entry: Entry) -> None:
        self.entries.append(entry)

    async def of_turn(self, turn: str) -> Sequence[Logged]:
        return ()

    async def turns_of(self, tenant: str, conversation: str) -> Sequence[str]:
        return ()


async def test_every_event_is_logged() -> None:
    log = MemoryLog()
    for event in examples():
        assert await recorder(log, VERIFIED_BY)(event, CONTEXT) == Done()
    assert [entry.event_id for entry in log.entries] == [event.event_id for event in examples()]


async def test_a_forged_reply_does_not_stand_in_the_place_of_the_true_one() -> None:
    """Both have the same id, of which the log keeps the first."""
    log = MemoryLog()
    true = next(event for event in examples() if isinstance(event, TurnVerified))
    altered: dict[str, Any] = {"reply": true.reply.model_copy(update={"text": "Something else."})}
    for forged, error in (
        (true.model_copy(update={"seal": ""}), "MissingSeal"),
        (true.model_copy(update=altered), "BrokenSeal"),
        (a_signer().seal_reply(true), "BrokenSeal"),
    ):
        assert forged.event_id == true.event_id
        outcome = await recorder(log, VERIFIED_BY)(forged, CONTEXT)
        assert isinstance(outcome, DeadLetter)
        assert outcome.error == error
    assert log.entries == []
