"""A real vLLM that hangs, dies in the middle of an answer, and comes back."""

from __future__ import annotations

import asyncio
import signal

import pytest
from tests.fixtures.engine import PATIENCE_S, EngineBench, Vllm

from careline.llm.errors import CallFailed, CircuitOpen, StreamCut, TooLate, Unreachable

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1200)]


async def ask_until_answered(bench: EngineBench) -> None:
    """The breaker lets a trial through after a while."""
    async with asyncio.timeout(300):
        while True:
            try:
                await bench.client.text(bench.tier(), bench.call(max_tokens=4))
                return
            except CallFailed:
                await asyncio.sleep(0.2)


async def fail_until_open(bench: EngineBench, seconds: float = PATIENCE_S) -> list[CallFailed]:
    """What went wrong until the server was left alone."""
    errors: list[CallFailed] = []
    for _ in range(40):
        with pytest.raises(CallFailed) as caught:
            tier = bench.tier(first_token_seconds=seconds)
            await bench.client.text(tier, bench.call(max_tokens=4, seconds=seconds))
        if isinstance(caught.value, CircuitOpen):
            return errors
        errors.append(caught.value)
    pytest.fail(f"never left alone: {[type(error).__name__ for error in errors]}")


async def test_a_server_killed_in_the_middle_of_an_answer(engine_bench: EngineBench, vllm: Vllm) -> None:
    pieces: list[str] = []

    def watch(piece: str) -> bool:
        pieces.append(piece)
        if len(pieces) == 3:
            vllm.kill()
        return True

    with pytest.raises(StreamCut):
        await engine_bench.client.text(engine_bench.tier(attempts=3), engine_bench.call(max_tokens=3500), watch=watch)
    assert len(pieces) >= 3
    errors = await fail_until_open(engine_bench)
    assert {type(error) for error in errors} == {Unreachable}
    assert "left alone" in engine_bench.client.health().detail
    vllm.start()  # not in a thread: with the thread that began it, it would end
    await ask_until_answered(engine_bench)
    assert engine_bench.client.health().detail == ""


async def test_a_server_that_hangs(engine_bench: EngineBench, vllm: Vllm) -> None:
    await engine_bench.client.text(engine_bench.tier(), engine_bench.call(max_tokens=4))
    vllm.signal(signal.SIGSTOP)
    errors = await fail_until_open(engine_bench, seconds=0.5)
    assert {type(error) for error in errors} == {TooLate}
    vllm.signal(signal.SIGCONT)
    await ask_until_answered(engine_bench)


async def test_answers_under_way_are_finished_when_the_server_is_asked_to_end(
    engine_bench: EngineBench, vllm: Vllm
) -> None:
    pieces: list[str] = []

    def watch(piece: str) -> bool:
        pieces.append(piece)
        if len(pieces) == 3:
            vllm.ask_to_end()
        return True

    done = await engine_bench.client.text(engine_bench.tier(), engine_bench.call(max_tokens=60), watch=watch)
    assert done.spent.usage.completion_tokens == 60
    await asyncio.to_thread(vllm.wait)
