"""Members that die or freeze in the middle of a message: another takes over, and nothing is lost."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.fixtures.messaging import KafkaLab, Ping, Seen, ping, service, until_committed

from careline.contracts.topics import Topic
from careline.messaging import Done, MessageContext, Outcome, Output, on

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def member(
    lab: KafkaLab, source: Topic, target: Topic, sleep: float
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A member that is in its group; killed at the end."""
    options = {
        "bootstrap": lab.bootstrap,
        "group-prefix": lab.settings().group_prefix,
        "source": source.name,
        "target": target.name,
        "dead": lab.dead_letters.name,
        "sleep": sleep,
        "name": "former",
    }
    argv = [f"--{name}={value}" for name, value in options.items()]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fixtures.messaging_member",
        *argv,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        await says(process, "ready")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def says(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdout
    assert (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip() == line


async def texts(lab: KafkaLab, target: Topic) -> list[str]:
    return [Ping.from_bytes(record.value or b"").text for record in await lab.records(target)]


async def test_a_killed_members_message_is_handled_by_another(real_lab: KafkaLab) -> None:
    source, target = await real_lab.topic("source"), await real_lab.topic("target")
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        seen.note(event, context)
        return Done((Output(target, ping("c", event.n, "successor")),))

    async with service(real_lab, publishes=[source], name="sender") as sender:
        async with member(real_lab, source, target, sleep=60) as victim:
            await sender.publish(Output(source, ping("c", 0)), Output(source, ping("c", 1)))
            await says(victim, "started 0")
            victim.kill()
        async with service(real_lab, on(source, handle), publishes=[target]) as successor:
            await until_committed(real_lab, source, successor.group(source), {0: 2})
    assert seen.of("c") == [0, 1]
    assert await texts(real_lab, target) == ["successor", "successor"]


async def test_a_frozen_member_wakes_up_and_keeps_its_late_output_to_itself(real_lab: KafkaLab) -> None:
    source, target = await real_lab.topic("source"), await real_lab.topic("target")

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        return Done((Output(target, ping("c", event.n, "successor")),))

    async with (
        service(real_lab, publishes=[source], name="sender") as sender,
        member(real_lab, source, target, sleep=0.3) as frozen,
    ):
        await sender.publish(Output(source, ping("c", 0)))
        await says(frozen, "started 0")
        frozen.send_signal(signal.SIGSTOP)  # in the middle of its handler
        async with service(real_lab, on(source, handle), publishes=[target]) as successor:
            await until_committed(real_lab, source, successor.group(source), {0: 1})
            frozen.send_signal(signal.SIGCONT)
            # It finds out and joins anew; meanwhile and afterwards the conversation goes on.
            await sender.publish(Output(source, ping("c", 1)))
            await until_committed(real_lab, source, successor.group(source), {0: 2})
            await asyncio.sleep(1.0)  # the time a late output would take to appear
    arrived = [Ping.from_bytes(record.value or b"") for record in await real_lab.records(target)]
    assert [event.n for event in arrived] == [0, 1]
    assert arrived[0].text == "successor"
