"""People take conversations over, hand them back, resolve them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import AGENT_TOKEN, Gateway, Lab, Visitor, bearer, dead_redis, lab, until, verified

from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.contracts.topics import TURNS_VERIFIED
from careline.messaging import Output

pytestmark = pytest.mark.integration
__all__ = ["dead_redis", "lab"]


async def agent(gateway: Gateway, visitor: Visitor, action: str, **body: str) -> None:
    async with httpx.AsyncClient(base_url=gateway.url, headers=bearer(AGENT_TOKEN)) as http:
        url = f"/v1/agent/conversations/shop/{visitor.conversation}/{action}"
        answer = await http.post(url, json={"agent": "Ada"} | body)
        assert answer.status_code == 200, answer.text


def said(history: list[dict[str, Any]]) -> list[str]:
    return [entry.get("text") or f"<{entry['status']}>" for entry in history]


async def test_a_takeover_silences_the_bot_and_hand_back_lets_it_speak(lab: Lab) -> None:
    replies: list[TurnReceived] = []

    def hold(event: TurnReceived) -> Reply | None:
        replies.append(event)
        return None if len(replies) == 1 else Reply(outcome=Outcome.ANSWER, text="Bot again", language="en")

    async with lab.gateway() as gateway, lab.responder(hold):
        visitor = await gateway.visit()
        await visitor.say("refund me")

        async def asked() -> bool:
            return len(replies) == 1

        await until(asked)
        await agent(gateway, visitor, "take")
        async with lab.service("late") as service:
            done = Reply(outcome=Outcome.SUCCESS, text="Refunded", language="en")
            await service.publish(Output(TURNS_VERIFIED, verified(replies[0].ref, done)))
        await agent(gateway, visitor, "answer", text="Ada here")
        await visitor.say("and my parcel?")
        await agent(gateway, visitor, "hand-back")
        history = await visitor.until_said("Bot again")
    assert said(history) == ["refund me", "<human>", "Ada here", "and my parcel?", "<bot>", "Bot again"]
    assert (replies[1].turn.text, replies[1].ref.epoch) == ("and my parcel?", 2)


async def test_after_resolving_old_context_is_gone(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit()
        await visitor.say("I want a person")
        await visitor.until_said("You said: I want a person")
        await agent(gateway, visitor, "take")
        await agent(gateway, visitor, "resolve")
        await visitor.say("what are your hours?")
        await visitor.until_said("You said: what are your hours?")
    assert lab.received[-1].turn.history == ()
