"""The whole stack with parts of its own: killed, side by side, restarted with its data, purged."""

import os
import signal
import socket
import subprocess
import sys

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from redis.asyncio import Redis
from tests.fixtures.stack_under_test import StackUnderTest, until
from tests.fixtures.stacks import MakeStack

from careline_cli.stack import state
from careline_cli.stack.stack import Stack, attach

pytestmark = pytest.mark.integration


def careline(stack: StackUnderTest, *words: str, code: int = 0) -> str:
    """Runs the real command on the stack's home; returns what it said."""
    command = [sys.executable, "-m", "careline_cli", *words]
    done = subprocess.run(command, env=stack.env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


async def leave_a_mark(stack: Stack, mark: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(mark, 1, 1)])
    await admin.close()
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute(f"CREATE TABLE {mark} (id int)")
    await connection.close()
    client = Redis.from_url(stack.redis_url)
    await client.set(mark, 1)
    await client.aclose()


async def marks(stack: Stack, mark: str) -> tuple[bool, bool, bool]:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    topics = await admin.list_topics()
    await admin.close()
    connection = await asyncpg.connect(stack.database_url)
    table = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", mark)
    await connection.close()
    client = Redis.from_url(stack.redis_url)
    key = await client.get(mark)
    await client.aclose()
    return mark in topics, table, key is not None


async def test_two_stacks_side_by_side_survive_a_restart(make_stack: MakeStack) -> None:
    one, other = make_stack(), make_stack()
    one.start()
    other.up()
    until(lambda: one.ended or state.read(one.home).phase == "running", one.output)
    await leave_a_mark(attach(one.env), "mine")
    assert await marks(attach(other.env), "mine") == (False, False, False)

    ports = state.read(one.home).ports
    one.signal(signal.SIGTERM)
    assert one.wait() == 0
    one.look()
    assert one.nothing_left()

    # The port that Kafka had is taken meanwhile: it moves, its data stays. The others keep theirs.
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", ports["kafka"]))
        squatter.listen()
        one.up()
        now = state.read(one.home).ports
        assert now["kafka"] != ports["kafka"]
        assert {**now, "kafka": 0} == {**ports, "kafka": 0}
        assert await marks(attach(one.env), "mine") == (True, True, True)
    assert other.running("gateway")


async def test_everything_dies_with_a_killed_supervisor(make_stack: MakeStack) -> None:
    stack = make_stack()
    stack.up()
    await leave_a_mark(attach(stack.env), "mine")
    stack.signal(signal.SIGKILL)
    stack.wait()
    until(stack.nothing_left)
    stack.up()
    assert await marks(attach(stack.env), "mine") == (True, True, True)


def test_killed_parts_come_back(make_stack: MakeStack) -> None:
    stack = make_stack()
    stack.up()
    before = {name: stack.pid_of(name) for name in ("kafka", "postgres", "redis")}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: all(stack.running(name, not_pid=pid) for name, pid in before.items()), stack.output)


def test_a_second_up_says_that_it_runs_and_purge_needs_a_yes(make_stack: MakeStack) -> None:
    stack = make_stack()
    stack.up()
    assert "already runs" in careline(stack, "up", "--parts-only", code=2)
    assert "already runs" in careline(stack, "up", "--detach", "--parts-only", code=2)
    assert "Add --yes" in careline(stack, "down", "--purge", code=2)
    assert stack.wait() == 0
    assert stack.nothing_left()
    (stack.home.root / "not-ours").touch()
    careline(stack, "down", "--purge", "--yes")
    assert [path.name for path in stack.home.root.iterdir()] == ["not-ours"]


def test_detached_it_runs_on_until_down(make_stack: MakeStack) -> None:
    stack = make_stack()
    assert "Careline is up" in careline(stack, "up", "--detach", "--parts-only")
    stack.look()
    assert set(stack.lines()) == {"supervisor", "watchdog", "kafka", "postgres", "redis"}
    assert "Stopped" in careline(stack, "down")
    assert stack.nothing_left()
    assert "Nothing was running" in careline(stack, "down")


def test_a_borrowed_stack_ends_with_the_command_that_borrowed_it(make_stack: MakeStack) -> None:
    stack = make_stack()
    code = (
        "import os, time; from careline_cli.stack.background import start_in_background as start\n"
        "from careline_cli.stack.home import Home\n"
        "start(Home.find(os.environ), ['--parts-only'], bound=True); time.sleep(1000)"
    )
    borrower = subprocess.Popen([sys.executable, "-c", code], env=stack.env, stdout=subprocess.DEVNULL)
    until(lambda: state.read(stack.home).phase == "running")
    stack.look()
    borrower.kill()
    borrower.wait()
    until(stack.nothing_left)
