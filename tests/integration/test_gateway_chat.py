"""A message in, its reply out: the gateway over HTTP on real Postgres and Redis."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.gateway import Lab, dead_redis, lab, until

pytestmark = pytest.mark.integration
__all__ = ["dead_redis", "lab"]


async def test_a_message_is_answered_on_the_event_stream(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit()
        async with visitor.events() as events:
            accepted = await visitor.say("Where is my order?")
            own, reply = await anext(events), await anext(events)
    assert (own["author"], own["text"], own["id"]) == ("customer", "Where is my order?", accepted["position"])
    assert (reply["author"], reply["text"]) == ("bot", "You said: Where is my order?")
    assert reply["turn"] == accepted["turn"] == own["turn"]
    assert reply["id"] == own["id"] + 1
    turn = lab.received[0].turn
    assert turn.seal
    assert turn.identity.customer is None


async def test_a_signed_customer_is_told_to_the_services(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit(customer="C-1001")
        await visitor.say("hi")
        await visitor.until_said("You said: hi")
    identity = lab.received[0].turn.identity
    assert (identity.customer, identity.assurance) == ("C-1001", "signed")


async def test_the_same_client_id_many_times_at_once_is_one_message(lab: Lab) -> None:
    async with lab.gateway(CARELINE_MESSAGE_BURST=100) as gateway, lab.responder():
        visitor = await gateway.visit()
        answers = await asyncio.gather(*(visitor.say("once", "id-1") for _ in range(20)))
        assert len({(answer["turn"], answer["position"]) for answer in answers}) == 1
        history = await visitor.until_said("You said: once")
        assert [entry["author"] for entry in history] == ["customer", "bot"]
        assert len(lab.received) == 1


async def test_messages_at_once_end_as_one_reply_to_all_of_them(lab: Lab) -> None:
    async with lab.gateway(CARELINE_MESSAGE_BURST=100) as gateway:
        visitor = await gateway.visit()
        await asyncio.gather(*(visitor.say(f"part {number}") for number in range(8)))
        async with lab.responder():

            async def answered() -> bool:
                return any(entry["author"] == "bot" for entry in await visitor.history())

            await until(answered)
        history = await visitor.history()
    replies = [entry for entry in history if entry["author"] == "bot"]
    assert len(replies) == 1
    assert all(f"part {number}" in replies[0]["text"] for number in range(8))
    assert [entry["id"] for entry in history] == list(range(1, 10))


async def test_a_client_resumes_where_it_stopped(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit()
        for text in ("one", "two"):
            await visitor.say(text)
            await visitor.until_said(f"You said: {text}")
        async with visitor.events(after=2) as events:
            assert [(await anext(events))["text"] for _ in range(2)] == ["two", "You said: two"]
            await visitor.say("three")
            assert (await anext(events))["text"] == "three"


async def test_a_reply_arrives_at_a_stream_on_another_gateway(lab: Lab) -> None:
    async with lab.gateway() as one, lab.gateway() as other, lab.responder():
        visitor = await one.visit()
        async with visitor.events() as here:
            elsewhere = type(visitor)(other.url, visitor.conversation, visitor.token, visitor.session)
            async with elsewhere.events() as there:
                for text in ("first", "second"):
                    await visitor.say(text)
                    for events in (here, there):
                        assert [(await anext(events))["text"] for _ in range(2)] == [text, f"You said: {text}"]


async def test_messages_through_two_gateways_stay_in_order(lab: Lab) -> None:
    async with lab.gateway() as one, lab.gateway() as other, lab.responder():
        visitor = await one.visit()
        for number in range(6):
            at = (one, other)[number % 2]
            elsewhere = type(visitor)(at.url, visitor.conversation, visitor.token, visitor.session)
            await elsewhere.say(f"m{number}")
            await elsewhere.until_said(f"You said: m{number}")
        history = await visitor.history()
    assert [entry["text"] for entry in history] == [
        text for number in range(6) for text in (f"m{number}", f"You said: m{number}")
    ]
    assert [len(event.turn.history) for event in lab.received] == [0, 1, 2, 3, 4, 5]


async def test_streams_go_on_without_redis(lab: Lab, dead_redis: str) -> None:
    async with lab.gateway(REDIS_URL=dead_redis) as one, lab.gateway(REDIS_URL=dead_redis) as other, lab.responder():
        visitor = await one.visit()
        elsewhere = type(visitor)(other.url, visitor.conversation, visitor.token, visitor.session)
        async with elsewhere.events() as events:
            await visitor.say("hello")
            assert [(await anext(events))["text"] for _ in range(2)] == ["hello", "You said: hello"]
