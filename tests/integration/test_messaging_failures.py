"""Retries with back-off, dead letters with the original bytes, replay, and the breaker."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

import pytest
from tests.fixtures.messaging import Lab, Ping, Seen, ping, service, until, until_committed, until_ready

from careline.messaging import (
    Backoff,
    BreakerPolicy,
    DeadLetter,
    Done,
    MessageContext,
    Outcome,
    Output,
    PermanentError,
    PublishError,
    RetryPolicy,
    State,
    TransientError,
    Transport,
    on,
    read_dead_letter,
    replay,
)
from careline.messaging.transport import Consumer, Headers, Member
from careline.messaging.wire import encode

pytestmark = pytest.mark.integration

SWIFT = RetryPolicy(outage=Backoff(6, 0.01, 0.05), unexpected=Backoff(3, 0.01, 0.02))


async def send(lab: Lab, topic: str, key: bytes, value: bytes | None, headers: Headers) -> None:
    transport = lab.transport(lab.settings())
    await transport.start()
    await (await transport.send(topic, key, value, headers))
    await transport.stop()


async def test_an_error_that_passes_is_retried_until_it_has_passed(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target")
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        seen.note(event, context)
        if context.attempt < 5:
            raise TransientError("the database is away")
        return Done((Output(target, event),))

    async with service(lab, on(source, handle, SWIFT), publishes=[target]) as svc:
        await svc.publish(Output(source, ping("c", 1)))
        await until_committed(lab, source, svc.group(source), {0: 1})
        assert svc.instruments.value("careline_retries_total", service="svc", topic=source.name) == 4
    assert [context.attempt for context in seen.contexts] == [1, 2, 3, 4, 5]
    assert len(await lab.records(target)) == 1
    assert await lab.records(lab.dead_letters) == []


@pytest.mark.parametrize(
    ("error", "attempts"),
    [(PermanentError("never"), 1), (ValueError("a bug"), 3), (TransientError("still away"), 6)],
)
async def test_at_the_end_of_its_retries_a_record_is_a_dead_letter(lab: Lab, error: Exception, attempts: int) -> None:
    source = await lab.topic("source")
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if event.n == 0:
            raise error
        seen.note(event, context)
        return Done()

    event = ping("c", 0, "Größe")
    async with service(lab, on(source, handle, SWIFT)) as svc:
        await svc.publish(Output(source, event), Output(source, ping("c", 1)))
        await until_committed(lab, source, svc.group(source), {0: 2})
        group = svc.group(source)
    assert seen.order == [("c", 1)]  # the key went on
    (letter,) = await lab.records(lab.dead_letters)
    (original, _) = await lab.records(source)
    dead = read_dead_letter(letter)
    assert (dead.key, dead.value) == (b"c", event.to_bytes())
    assert dict(dead.headers) == dict(original.headers)
    assert (dead.origin.topic, dead.origin.partition, dead.origin.offset) == (source.name, 0, 0)
    assert (dead.origin.group, dead.origin.attempts) == (group, attempts)
    assert dead.error == type(error).__name__
    assert str(error) in dead.reason


SECRET = b"4111 1111 1111 1111"
POISON = {
    "not json": (b"\xff\x00not json", ()),
    "no value": (None, ()),
    "another type": (ping("c", 0).to_bytes(), (("ce_type", b"careline.test.pong.v7"),)),
    "invalid": (ping("c", 0).to_bytes().replace(b'"n":0', b'"n":"' + SECRET + b'"'), (("x", b"\x80"),)),
}


@pytest.mark.parametrize("name", POISON)
async def test_poison_goes_to_the_dead_letters_byte_for_byte_and_stops_nobody(lab: Lab, name: str) -> None:
    value, headers = POISON[name]
    source = await lab.topic("source")
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        seen.note(event, context)
        return Done()

    await send(lab, source.name, b"c", value, headers)
    async with service(lab, on(source, handle)) as svc:
        await svc.publish(Output(source, ping("c", 1)))
        await until_committed(lab, source, svc.group(source), {0: 2})
    assert seen.order == [("c", 1)]
    (letter,) = await lab.records(lab.dead_letters)
    dead = read_dead_letter(letter)
    assert (dead.value, tuple(dead.headers), dead.error) == (value, headers, "UndecodableError")
    assert SECRET.decode() not in dead.reason


async def test_a_record_that_fills_its_topic_fits_the_dead_letters_and_can_be_replayed(lab: Lab) -> None:
    source = await lab.topic("source", max_message_bytes=3000)
    seen, well = Seen(), False

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if not well:
            return DeadLetter("not yet " * 50)
        seen.note(event, context)
        return Done()

    room = 3000 - len(encode(Output(source, ping("c", 0)), "svc", {})[1]) - 700
    event = ping("c", 0, "x" * room)
    async with service(lab, on(source, handle)) as svc:
        await svc.publish(Output(source, event))
        await until_committed(lab, source, svc.group(source), {0: 1})
        (letter,) = await lab.records(lab.dead_letters)
        assert sum(len(name) + len(text) for name, text in letter.headers) + len(letter.value or b"") > 3000
        well = True
        transport = lab.transport(lab.settings())
        await transport.start()
        assert (await replay(letter, transport.send)).origin.topic == source.name
        await transport.stop()
        await until(lambda: seen.order == [("c", 0)])
        await until_committed(lab, source, svc.group(source), {0: 2})
    first, second = await lab.records(source)
    assert (first.key, first.value, tuple(first.headers)) == (second.key, second.value, tuple(second.headers))


async def test_an_output_too_large_for_its_topic_condemns_its_input(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target", max_message_bytes=2000)

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        return Done((Output(target, ping("c", event.n, "x" * (5000 if event.n == 0 else 5))),))

    async with service(lab, on(source, handle), publishes=[target]) as svc:
        await svc.publish(Output(source, ping("c", 0)), Output(source, ping("c", 1)))
        await until_committed(lab, source, svc.group(source), {0: 2})
    (letter,) = await lab.records(lab.dead_letters)
    assert read_dead_letter(letter).error == "TooLargeError"
    assert len(await lab.records(target)) == 1


async def test_what_is_no_outcome_and_what_is_not_declared_are_the_handlers_failures(lab: Lab) -> None:
    source, undeclared = await lab.topic("source"), await lab.topic("undeclared")

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if event.n == 0:
            return None  # type: ignore[return-value]
        return Done((Output(undeclared, event),))

    async with service(lab, on(source, handle, SWIFT)) as svc:
        await svc.publish(Output(source, ping("c", 0)), Output(source, ping("c", 1)))
        await until_committed(lab, source, svc.group(source), {0: 2})
    errors = [read_dead_letter(letter).error for letter in await lab.records(lab.dead_letters)]
    assert errors == ["TypeError", "PermanentError"]
    assert await lab.records(undeclared) == []


class FailingSends:
    """Refuses the first `failures` records for `topic`, as a broker without enough replicas would."""

    def __init__(self, inner: Transport, topic: str, failures: int) -> None:
        self.inner, self.topic, self.failures = inner, topic, failures

    async def start(self) -> None:
        await self.inner.start()

    async def stop(self) -> None:
        await self.inner.stop()

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Awaitable[None]:
        if topic == self.topic and self.failures:
            self.failures -= 1
            raise PublishError("not enough replicas")
        return await self.inner.send(topic, key, value, headers)

    def consumer(self, topics: Sequence[str], group: str, member: Member) -> Consumer:
        return self.inner.consumer(topics, group, member)


async def test_a_broker_that_refuses_an_output_costs_the_message_nothing(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target")
    # More refusals than the policy has attempts: a broker's fault has no limit.
    transport = FailingSends(lab.transport(lab.settings()), target.name, 9)
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        seen.note(event, context)
        return Done((Output(target, event),))

    async with service(lab, on(source, handle, SWIFT), publishes=[target], transport=transport) as svc:
        await svc.publish(Output(source, ping("c", 1)))
        await until_committed(lab, source, svc.group(source), {0: 1})
    assert len(seen.order) == 1  # decided once; only the publication was repeated
    assert len(await lab.records(target)) == 1
    assert await lab.records(lab.dead_letters) == []


async def test_a_bad_release_stops_its_consumer_and_a_good_one_goes_on(lab: Lab) -> None:
    source = await lab.topic("source")
    seen, refused, bad = Seen(), Seen(), True

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if bad and event.n >= 3:
            refused.note(event, context)
            raise PermanentError("a bad release")
        seen.note(event, context)
        return Done()

    policy = BreakerPolicy(failures=5, ratio=0.3, cooldown=0.2, trial=3)
    async with service(lab, on(source, handle), breaker=policy, settings={"concurrency": 1}) as svc:
        await until_ready(svc)
        await svc.publish(*(Output(source, ping(f"c{n}", n)) for n in range(40)))
        await until(lambda: svc.health().consumers[source.name] is State.STOPPED_BY_BREAKER)
        assert not svc.health().ready
        assert svc.instruments.value("careline_breaker_open", service="svc", topic=source.name) == 1
        # The fifth failure (n=7) opened it. Two trials meet the bad release again, and give nobody up.
        await until(lambda: len(refused.of("c7")) == 3)
        assert len(await lab.records(lab.dead_letters)) == 4
        assert await lab.committed(source, svc.group(source)) == {0: 7}
        bad = False
        await until(lambda: svc.health().ready)
        await until_committed(lab, source, svc.group(source), {0: 40})
    assert len(await lab.records(lab.dead_letters)) == 4
    assert {n for _, n in seen.order} == {0, 1, 2, *range(7, 40)}
