"""A service that is told to stop finishes what it began, within a limit, and leaves the rest to its successor."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.messaging import Lab, Ping, Seen, ping, service, until, until_ready

from careline.messaging import Done, MessageContext, NotRunningError, Outcome, Output, State, on

pytestmark = pytest.mark.integration


async def test_what_is_in_flight_is_finished_published_and_committed(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target")
    started = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        started.note(event, context)
        await asyncio.sleep(0.3)
        return Done((Output(target, event),))

    # One key: the second message must not be started once the drain has begun.
    async with service(lab, on(source, handle), publishes=[target]) as svc:
        await until_ready(svc)
        await svc.publish(Output(source, ping("c", 0)), Output(source, ping("c", 1)))
        await until(lambda: len(started.order) == 1)
        await svc.stop()
        assert svc.health().consumers[source.name] is State.STOPPED
        assert await lab.committed(source, svc.group(source)) == {0: 1}
    assert started.order == [("c", 0)]
    assert len(await lab.records(target)) == 1


async def test_what_takes_longer_than_the_limit_is_cancelled_and_comes_again(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target")
    started, cancelled = Seen(), asyncio.Event()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        started.note(event, context)
        if len(started.order) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
        return Done((Output(target, event),))

    async with service(lab, on(source, handle), publishes=[target], settings={"drain": 0.1}) as svc:
        await svc.publish(Output(source, ping("c", 0)))
        await until(lambda: len(started.order) == 1)
    assert cancelled.is_set()
    assert await lab.committed(source, svc.group(source)) == {}

    async with service(lab, on(source, handle), publishes=[target]):
        await until(lambda: len(started.order) == 2)
    assert len(await lab.records(target)) == 1


async def test_a_stopped_service_publishes_nothing(lab: Lab) -> None:
    source = await lab.topic("source")
    svc = service(lab, publishes=[source])
    with pytest.raises(NotRunningError):
        await svc.publish(Output(source, ping("c", 0)))
    async with svc:
        await svc.publish(Output(source, ping("c", 0)))
    with pytest.raises(NotRunningError):
        await svc.publish(Output(source, ping("c", 1)))
    assert len(await lab.records(source)) == 1
