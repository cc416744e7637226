"""What fails, on a real socket: retries, deadlines, breaker, concurrency, broken streams."""

from __future__ import annotations

import asyncio

import pytest
from tests.fixtures.llm import Bench, Routing

from careline.llm.errors import (
    BadAnswer,
    Busy,
    CircuitOpen,
    Overloaded,
    Refused,
    ServerFailed,
    StreamCut,
    TooLate,
    Unreachable,
    Unreadable,
)
from careline.testing.model_server import Fault, Rule

pytestmark = pytest.mark.component

ANSWER = Rule(answer_json={"route": "human", "confidence": 1.0, "quote": ""})


@pytest.mark.parametrize(
    "fault",
    [
        Rule(times=2, fault=Fault.STATUS, status=500),
        Rule(times=2, fault=Fault.STATUS, status=429),
        Rule(times=2, fault=Fault.CUT),
        Rule(times=2, fault=Fault.SILENT_END),
        Rule(times=2, fault=Fault.ERROR_EVENT),
    ],
    ids=lambda rule: f"{rule.fault}-{rule.status}",
)
async def test_what_passes_is_tried_again(bench: Bench, fault: Rule) -> None:
    bench.play(fault, ANSWER)
    done = await bench.client.object(bench.tier, bench.call(), Routing)
    assert done.value.route == "human"
    assert done.spent.usage.calls == 3
    assert done.spent.usage.retries == 2
    assert bench.slept == pytest.approx([0.1, 0.2])


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (Rule(fault=Fault.STATUS, status=400), Refused),
        (Rule(fault=Fault.STATUS, status=404), Refused),
        (Rule(fault=Fault.STATUS, status=302), Refused),
        (Rule(fault=Fault.GARBAGE), Unreadable),
        (Rule(answer="no JSON"), BadAnswer),
    ],
)
async def test_what_would_end_the_same_is_not_tried_again(bench: Bench, rule: Rule, error: type[Exception]) -> None:
    bench.play(rule)
    with pytest.raises(error):
        await bench.client.object(bench.tier, bench.call(), Routing)
    assert len(bench.server.seen) == 1
    assert not bench.slept


async def test_attempts_are_bounded_and_all_paid_for(bench: Bench) -> None:
    bench.play(Rule(fault=Fault.STATUS, status=500))
    with pytest.raises(ServerFailed) as caught:
        await bench.client.text(bench.tier, bench.call())
    assert caught.value.spent.usage.calls == len(bench.server.seen) == 3
    assert bench.accounts.tier("small") == caught.value.spent


async def test_retry_after_is_kept(bench: Bench) -> None:
    bench.play(Rule(times=1, fault=Fault.STATUS, status=429, retry_after="3"), ANSWER)
    await bench.client.text(bench.tier, bench.call())
    assert bench.slept == pytest.approx([3.1])


async def test_a_wait_beyond_the_deadline_is_not_begun(bench: Bench) -> None:
    bench.play(Rule(fault=Fault.STATUS, status=429, retry_after="60"))
    with pytest.raises(Busy) as caught:
        await bench.client.text(bench.tier, bench.call())
    assert caught.value.retry_after == 60.0
    assert not bench.slept


@pytest.mark.parametrize(
    ("rule", "seconds", "phase"),
    [
        (Rule(fault=Fault.HANG), 0.3, "first_token"),
        (Rule(answer="late", first_token_s=30), 0.3, "first_token"),
        (Rule(answer="one two three", fault=Fault.STALL, pieces=1), 2.0, "total"),
    ],
)
async def test_a_deadline_ends_the_call_and_frees_the_server(
    bench: Bench, rule: Rule, seconds: float, phase: str
) -> None:
    bench.play(rule)
    aborted = bench.server.counters.aborted
    with pytest.raises(TooLate) as caught:
        await bench.client.text(bench.tier, bench.call(seconds=seconds))
    assert caught.value.phase == phase
    assert caught.value.spent.usage.calls == 1  # it is not tried again
    await reaches(lambda: bench.server.counters.aborted == aborted + 1 and bench.server.counters.running == 0)


async def test_a_slow_first_token_is_not_waited_for_longer_than_the_tier_says(bench: Bench) -> None:
    bench.play(Rule(answer="late", first_token_s=30))
    with pytest.raises(TooLate) as caught:
        await bench.client.text(bench.with_tier(first_token_seconds=0.2), bench.call(seconds=1000))
    assert caught.value.phase == "first_token"


async def test_a_deadline_that_has_passed_asks_nobody(bench: Bench) -> None:
    with pytest.raises(TooLate):
        await bench.client.text(bench.tier, bench.call(seconds=-1))
    assert not bench.server.seen
    assert bench.accounts.tier("small").usage.calls == 0


async def test_the_breaker_opens_tries_one_and_closes(bench: Bench) -> None:
    bench.play(Rule(fault=Fault.STATUS, status=500))
    once = bench.with_tier(attempts=1)
    for _ in range(5):
        with pytest.raises(ServerFailed):
            await bench.client.text(once, bench.call())
    with pytest.raises(CircuitOpen):
        await bench.client.text(once, bench.call())
    assert len(bench.server.seen) == 5
    assert bench.server.url in bench.client.health().detail

    bench.clock.now += 5
    with pytest.raises(ServerFailed):  # half open: one is let through, and it fails
        await bench.client.text(once, bench.call())
    with pytest.raises(CircuitOpen):
        await bench.client.text(once, bench.call())

    bench.clock.now += 5
    bench.play(Rule(user="hold", answer="ok", first_token_s=1), ANSWER)
    trial = asyncio.create_task(bench.client.text(once, bench.call("hold")))
    await reaches(lambda: bench.server.counters.running == 1)
    with pytest.raises(CircuitOpen):  # half open: only one at a time
        await bench.client.text(once, bench.call())
    await trial
    await bench.client.text(once, bench.call())
    await asyncio.gather(*(bench.client.text(once, bench.call()) for _ in range(3)))
    assert not bench.client.health().detail


@pytest.mark.parametrize(("first_token_seconds", "opens"), [(0.05, True), (30.0, False)])
async def test_hanging_is_held_against_a_server_that_was_given_time(
    bench: Bench, first_token_seconds: float, opens: bool
) -> None:
    bench.play(Rule(fault=Fault.HANG))
    tier = bench.with_tier(first_token_seconds=first_token_seconds)
    for _ in range(5):
        with pytest.raises(TooLate):
            await bench.client.text(tier, bench.call(seconds=0.1))
    assert bool(bench.client.health().detail) is opens


async def test_refusals_do_not_open_the_breaker(bench: Bench) -> None:
    bench.play(Rule(fault=Fault.STATUS, status=400))
    for _ in range(12):
        with pytest.raises(Refused):
            await bench.client.text(bench.tier, bench.call())
    assert not bench.client.health().detail


async def test_a_server_that_is_away_is_named_and_left_alone(bench: Bench) -> None:
    away = bench.with_tier(url="http://127.0.0.1:9/v1")
    with pytest.raises(Unreachable, match="is it running"):
        await bench.client.text(away, bench.call())
    assert bench.accounts.tier("small").usage.prompt_tokens == 0
    await bench.client.text(bench.tier, bench.call())  # the other one is not blamed


async def test_concurrency_is_bounded_per_server_and_everybody_gets_an_answer(bench: Bench) -> None:
    bench.play(Rule(answer="ok", first_token_s=0.1))
    bench.server.counters.peak_running = 0
    narrow = bench.with_tier(concurrency=3)
    done = await asyncio.gather(*(bench.client.text(narrow, bench.call(turn=f"t-{n}")) for n in range(20)))
    assert [one.value for one in done] == ["ok"] * 20
    assert bench.server.counters.peak_running == 3


async def test_a_full_queue_refuses_at_once(bench: Bench) -> None:
    bench.play(Rule(fault=Fault.HANG))
    full = bench.with_tier(concurrency=1, waiting=1)
    tasks = [asyncio.create_task(bench.client.text(full, bench.call())) for _ in range(2)]
    await reaches(lambda: bench.server.counters.running == 1)
    with pytest.raises(Overloaded):
        await bench.client.text(full, bench.call())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_caller_who_goes_away_is_still_billed_and_frees_the_slot(bench: Bench) -> None:
    bench.play(Rule(times=1, fault=Fault.HANG), ANSWER)
    narrow = bench.with_tier(concurrency=1)
    asking = asyncio.create_task(bench.client.text(narrow, bench.call()))
    await reaches(lambda: bench.server.counters.running == 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert bench.accounts.tier("small").usage.calls == 1
    await bench.client.text(narrow, bench.call())


async def test_pieces_are_seen_as_they_come_and_nothing_is_repeated_after_them(bench: Bench) -> None:
    bench.play(Rule(answer="one two three four", fault=Fault.CUT, pieces=2))
    pieces: list[str] = []
    with pytest.raises(StreamCut):
        await bench.client.text(bench.tier, bench.call(), lambda piece: pieces.append(piece) is None)
    assert "".join(pieces) == "one two"
    assert len(bench.server.seen) == 1


async def test_who_has_read_enough_stops_the_server(bench: Bench) -> None:
    bench.play(Rule(answer="word " * 200, per_token_s=0.01))
    aborted = bench.server.counters.aborted
    done = await bench.client.text(bench.tier, bench.call(), lambda piece: False)
    assert done.aborted
    assert done.value == "word"
    await reaches(lambda: bench.server.counters.aborted == aborted + 1)


async def reaches(state: object) -> None:
    """Waits until `state()` holds; the test's time limit is the only clock."""
    assert callable(state)
    while not state():
        await asyncio.sleep(0.01)
