"""What happens between messages: crashes, deadlines, idling, people, a broker or Redis that is away."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import Lab, Visitor, bearer, dead_redis, lab, until, verified

from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.contracts.topics import CONVERSATIONS_CHANGED, TURNS_VERIFIED
from careline.contracts.turn import Pending, PendingKind
from careline.messaging import Done, MessageContext, Output, on
from careline.messaging import Outcome as Handled
from careline_gateway.domain.state import Rules

pytestmark = pytest.mark.integration
__all__ = ["dead_redis", "lab"]

BACKDATE = "UPDATE gateway.outbox SET created_at = created_at - interval '1 minute'"


async def outbox_is_empty(lab: Lab) -> bool:
    return await lab.scalar("SELECT count(*) FROM gateway.outbox") == 0


def rules(**changes: Any) -> Rules:
    return Rules(languages=("en", "zh"), handover={"en": "A person takes over.", "zh": "转人工。"}, **changes)


def said(history: list[dict[str, Any]]) -> list[str]:
    return [entry.get("text") or f"<{entry['status']}>" for entry in history]


async def test_a_crash_between_commit_and_publish_loses_nothing(lab: Lab) -> None:
    """The process that stored the message dies before the broker hears of it; another one finds the row."""
    dying, _ = lab.application(CARELINE_SWEEP=60)
    await dying.components["database"].start()  # of the whole process only the database ever worked
    http = httpx.AsyncClient(transport=httpx.ASGITransport(dying.asgi()), base_url="http://dying")
    session = (await http.post("/v1/sessions", json={"tenant": "shop"})).json()
    path = f"/v1/conversations/{session['conversation']}/messages"
    body = {"client_id": "id-1", "text": "are you there?"}
    assert (await http.post(path, json=body, headers=bearer(session["token"]))).status_code == 202
    await dying.components["database"].stop()
    async with lab.owner() as connection:
        assert await connection.fetchval("SELECT count(*) FROM gateway.outbox") == 2
        await connection.execute(BACKDATE)
    async with lab.gateway() as gateway, lab.responder():
        visitor = Visitor(gateway.url, session["conversation"], session["token"], session)
        assert said(await visitor.until_said("You said: are you there?")) == [
            "are you there?",
            "You said: are you there?",
        ]
        await until(lambda: outbox_is_empty(lab))


async def test_while_the_broker_is_away_messages_are_accepted_and_sent_later(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit()
        lab.broker_away(True)
        await visitor.say("hello")
        await asyncio.sleep(0.3)
        assert lab.received == []
        lab.broker_away(False)
        async with lab.owner() as connection:
            await connection.execute(BACKDATE)
        await visitor.until_said("You said: hello")
        await until(lambda: outbox_is_empty(lab))


async def test_events_are_published_with_the_turns_trace_and_their_rows_deleted(lab: Lab) -> None:
    changes: list[str] = []

    async def observe(event: Any, _: MessageContext) -> Handled:
        changes.append(event.change)
        return Done()

    async with (
        lab.gateway() as gateway,
        lab.responder(),
        lab.service("observer", [on(CONVERSATIONS_CHANGED, observe)]),
    ):
        visitor = await gateway.visit()
        await visitor.say("hello")
        await visitor.until_said("You said: hello")
        await until(lambda: outbox_is_empty(lab))

        async def observed() -> bool:
            return sorted(changes) == ["delivered", "opened"]

        await until(observed)
    record = lab.broker.records("turns.received")[0]
    headers = dict(record.headers)
    assert headers["traceparent"].decode().count("-") == 3
    assert headers["ce_type"] == b"careline.turn.received.v2"
    assert record.key == visitor.conversation.encode()


async def test_a_turn_without_a_reply_reaches_a_person_and_the_customer_is_told(lab: Lab) -> None:
    lab.rules.rules_ = rules(deadline_s=0.3)
    async with lab.gateway() as one, lab.gateway(), lab.responder(lambda event: None):
        visitor = await one.visit()
        async with visitor.events() as events:
            await visitor.say("is anybody there?")
            shown = [await anext(events) for _ in range(3)]
        assert said(shown) == ["is anybody there?", "A person takes over.", "<waiting>"]
        late = verified(lab.received[0].ref, Reply(outcome=Outcome.ANSWER, text="Here I am", language="en"))
        async with lab.service("late") as service:
            await service.publish(Output(TURNS_VERIFIED, late))
            await visitor.say("a person then")
        assert said(await visitor.history())[3:] == ["a person then"]
        assert await lab.scalar("SELECT status FROM gateway.turns") == "handed_over"


async def test_an_idle_conversation_closes_and_forgets(lab: Lab) -> None:
    lab.rules.rules_ = rules(idle_s=0.4)
    async with lab.gateway() as gateway, lab.gateway(), lab.responder():
        visitor = await gateway.visit()
        await visitor.say("hello")
        await visitor.until_said("You said: hello")

        async def closed() -> bool:
            return (await visitor.history())[-1].get("status") == "closed"

        await until(closed)
        await visitor.say("again")
        await visitor.until_said("You said: again")
    assert lab.received[1].turn.history == ()
    assert await lab.scalar("SELECT count(*) FROM gateway.entries WHERE kind = 'status'") >= 1


async def test_an_open_question_goes_with_the_next_turn(lab: Lab) -> None:
    def ask(event: TurnReceived) -> Reply:
        pending = Pending(
            kind=PendingKind.CONFIRM,
            operation="cancel",
            asked_in=event.ref.turn,
            expires_at=event.turn.received_at.replace(year=2100),
            seal="sealed",
        )
        if event.turn.pending:
            return Reply(outcome=Outcome.SUCCESS, text="Done", language="en")
        return Reply(outcome=Outcome.CONFIRM, text="Shall I?", language="en", pending=pending)

    async with lab.gateway() as gateway, lab.responder(ask):
        visitor = await gateway.visit()
        for text, reply in (("cancel it", "Shall I?"), ("yes", "Done"), ("thanks", "Shall I?")):
            await visitor.say(text)
            await visitor.until_said(reply)

        async def three() -> bool:
            return len(await visitor.history()) == 6

        await until(three)
    assert [bool(event.turn.pending) for event in lab.received] == [False, True, False]
    assert lab.received[1].turn.pending
    assert lab.received[1].turn.pending.seal == "sealed"
