"""Several topics in one membership: each keeps its own handler, order and positions."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.messaging import Lab, Ping, Seen, ping, service, until, until_committed

from careline.messaging import Done, MessageContext, Outcome, Output, Service, State, on

pytestmark = pytest.mark.integration


class Both:
    """A service on two topics, with a handler for each."""

    def __init__(self) -> None:
        self.first, self.second = Seen(), Seen()

    async def of_first(self, event: Ping, context: MessageContext) -> Outcome:
        self.first.note(event, context)
        return Done()

    async def of_second(self, event: Ping, context: MessageContext) -> Outcome:
        self.second.note(event, context)
        return Done()


async def test_each_topic_has_its_handler_its_order_and_its_positions(lab: Lab) -> None:
    first, second, both = await lab.topic("first"), await lab.topic("second"), Both()

    def member() -> Service:
        return service(lab, on(first, both.of_first, together="both"), on(second, both.of_second, together="both"))

    async with member() as svc:
        group = f"{svc.settings.group_prefix}.{svc.name}.both"
        await svc.publish(*(Output(topic, ping("c", n)) for n in range(20) for topic in (first, second)))
        await svc.publish(Output(second, ping("c", 20)))
        await until_committed(lab, first, group, {0: 20})
        await until_committed(lab, second, group, {0: 21})
    assert both.first.of("c") == list(range(20))
    assert both.second.of("c") == list(range(21))

    async with member() as svc:  # goes on behind what is committed, on both
        await svc.publish(Output(first, ping("c", 98)), Output(second, ping("c", 99)))
        await until(lambda: both.first.of("c")[-1] == 98 and both.second.of("c")[-1] == 99)
    assert (len(both.first.order), len(both.second.order)) == (21, 22)


async def test_its_state_is_that_of_each_of_its_topics(lab: Lab) -> None:
    first, second, both = await lab.topic("first"), await lab.topic("second"), Both()
    subscriptions = [on(first, both.of_first, together="both"), on(second, both.of_second, together="both")]
    async with service(lab, *subscriptions) as svc:
        assert set(svc.health().consumers) == {first.name, second.name}
        await until(lambda: set(svc.health().consumers.values()) == {State.RUNNING})
    assert set(svc.health().consumers.values()) == {State.STOPPED}


async def test_records_gather_until_somebody_is_in_a_hurry(lab: Lab) -> None:
    topic, seen = await lab.topic("first"), Both()
    async with service(lab, on(topic, seen.of_first), settings={"gather": 3600.0}) as svc:
        await svc.publish(Output(topic, ping("c", 0)))
        await until(lambda: seen.first.of("c") == [0])
        await svc.publish(*(Output(topic, ping("c", n)) for n in (1, 2)))
        await asyncio.sleep(0.3)  # several fetches
        assert seen.first.of("c") == [0]
        svc.hurry(60)
        await until(lambda: seen.first.of("c") == [0, 1, 2])
        await svc.publish(Output(topic, ping("c", 3)))
        await until(lambda: seen.first.of("c") == [0, 1, 2, 3])
