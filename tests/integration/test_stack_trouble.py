"""What goes wrong on real machines: each says what to do, and leaves nothing running."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.fixtures.running import running
from tests.fixtures.stack_under_test import StackUnderTest, until
from tests.fixtures.stacks import MakeStack

from careline_cli.stack import state
from careline_cli.stack.errors import PrepareFailed
from careline_cli.stack.health import HealthCheck
from careline_cli.stack.home import Home
from careline_cli.stack.parts.jars import Jars
from careline_cli.stack.parts.postgres import Postgres
from careline_cli.stack.ports import PortBook
from careline_cli.stack.process import Child, Command
from careline_cli.stack.state import ProcessRecord, State, created_at

pytestmark = pytest.mark.integration


@pytest.fixture
def roots_own_folder() -> Iterator[Path]:
    """A folder that no other user may enter, like root's home."""
    folder = Path(tempfile.mkdtemp(prefix="careline-closed-"))
    yield folder
    shutil.rmtree(folder)


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_missing_java_is_named_with_its_remedy(make_stack: MakeStack, tmp_path: Path) -> None:
    stack = make_stack(PATH=str(tmp_path))
    stack.start()
    assert stack.wait() == 2
    assert "error: java is not installed" in stack.output()
    assert "Traceback" not in stack.output()
    assert stack.nothing_left()


def test_a_broken_java_is_named_and_nothing_is_left(make_stack: MakeStack, tmp_path: Path) -> None:
    program(tmp_path / "bin", "java", "echo 'Error: could not find libjvm.so' >&2; exit 1")
    stack = make_stack(PATH=os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]]))
    stack.start()
    assert stack.wait() == 2
    assert "could not find libjvm.so" in stack.output()
    assert "unknown version" not in stack.output()
    assert stack.nothing_left()


def test_an_address_that_does_not_answer_is_named(make_stack: MakeStack) -> None:
    stack = make_stack(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", DATABASE_URL="postgresql://u:sesame@127.0.0.1:1/d")
    stack.start()
    assert stack.wait() == 2
    assert "does not answer" in stack.output()
    assert "unset " in stack.output()
    assert "sesame" not in stack.output()
    assert stack.nothing_left()


def test_a_torn_state_is_written_anew_by_the_stack_that_runs(light_stack: StackUnderTest) -> None:
    light_stack.up()
    before = state.read(light_stack.home)
    light_stack.home.state_file.write_text("{torn")
    until(lambda: state.read_or_empty(light_stack.home) == before)
    until(lambda: "was written anew" in light_stack.output())


def test_a_torn_state_stops_neither_down_nor_the_next_up(light_stack: StackUnderTest) -> None:
    light_stack.up()
    light_stack.home.state_file.write_text("{torn")
    down = [sys.executable, "-m", "careline_cli", "down"]
    subprocess.run(down, env=light_stack.env, check=True, timeout=120)
    assert light_stack.wait() == 0
    assert light_stack.nothing_left()
    light_stack.home.state_file.write_text("{torn")
    light_stack.up()
    assert "state.json could not be read" in light_stack.output()
    assert state.read(light_stack.home).phase == "running"


def test_status_exits_3_when_nothing_runs_and_the_end_says_what_stays(light_stack: StackUnderTest) -> None:
    status = [sys.executable, "-m", "careline_cli", "status"]
    light_stack.up()
    assert subprocess.run(status, env=light_stack.env, timeout=120, check=False).returncode == 0
    light_stack.signal(signal.SIGINT)
    assert light_stack.wait() == 0
    last = light_stack.output().splitlines()[-1]
    assert last.startswith("Careline is stopped (")
    assert last.endswith(f"Its data stays in {light_stack.home.root}.")
    for options in ([], ["--json"]):
        assert subprocess.run(status + options, env=light_stack.env, timeout=120, check=False).returncode == 3


def test_what_an_earlier_run_left_is_ended_before_the_next(light_stack: StackUnderTest) -> None:
    light_stack.home.create()
    left = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    stranger = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    records = (
        ProcessRecord(name="kafka", state="running", pid=left.pid, created=created_at(left.pid)),
        # Its number belongs to somebody else by now.
        ProcessRecord(name="redis", state="running", pid=stranger.pid, created=1.0),
    )
    state.write(light_stack.home, State(phase="running", processes=records))
    light_stack.up()
    assert left.wait(10) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_chat_port_that_is_taken_is_named(make_stack: MakeStack) -> None:
    stack = make_stack()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        up = [sys.executable, "-m", "careline_cli", "up", "--parts-only", "--port", str(port)]
        done = subprocess.run(up, env=stack.env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert f"Port {port} (asked for gateway) is already in use" in done.stderr
    assert stack.nothing_left()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    up = [sys.executable, "-m", "careline_cli", "up"]
    env = {**os.environ, "CARELINE_HOME": str(tmp_path / "file" / "home")}
    done = subprocess.run(up, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "choose another one with CARELINE_HOME" in done.stderr


async def test_a_failing_maven_shows_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "mvn", "echo '[ERROR] no route to the repository'; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    home = Home(root=tmp_path / "home", checkout=Home.at(tmp_path).checkout, shared=tmp_path / "shared")
    home.create()
    with pytest.raises(PrepareFailed) as raised:
        await Jars(home).resolve(None)
    assert "no route to the repository" in raised.value.hint
    assert not Jars(home).folder.exists()


async def test_a_download_is_ended_with_the_start_that_asked_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "mvn", f"echo $$ > {tmp_path / 'pid'}; sleep 1000")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    home = Home(root=tmp_path / "home", checkout=Home.at(tmp_path).checkout, shared=tmp_path / "shared")
    home.create()
    download = asyncio.create_task(Jars(home).resolve(None))
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        await asyncio.sleep(0.05)
    maven = psutil.Process(int((tmp_path / "pid").read_text()))
    family = [maven, *maven.children()]
    download.cancel()
    with pytest.raises(asyncio.CancelledError):
        await download
    until(lambda: not any(process.is_running() for process in family))


async def test_an_interrupted_download_is_not_taken_for_a_finished_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'for a; do case $a in -DoutputDirectory=*) d=${a#*=};; esac; done; mkdir -p "$d"; touch "$d/$MARK.jar"'
    program(tmp_path / "bin", "mvn", f"{script}; exit $CODE")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    home = Home(root=tmp_path / "home", checkout=Home.at(tmp_path).checkout, shared=tmp_path / "shared")
    home.create()
    monkeypatch.setenv("MARK", "half")
    monkeypatch.setenv("CODE", "1")
    with pytest.raises(PrepareFailed):
        await Jars(home).resolve(None)
    monkeypatch.setenv("MARK", "whole")
    monkeypatch.setenv("CODE", "0")
    await Jars(home).resolve(None)
    assert [path.name for path in Jars(home).folder.iterdir()] == ["whole.jar"]


def test_postgres_runs_in_a_folder_that_only_root_may_enter(roots_own_folder: Path) -> None:
    home = Home.at(roots_own_folder)
    home.create()
    for address in running(Postgres(home, PortBook({}), "secret")):
        port = address.rpartition(":")[2].partition("/")[0]
        with socket.create_connection(("127.0.0.1", int(port)), timeout=5):
            pass


async def test_a_child_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    command = Command(
        "family", ("sh", "-c", "trap '' TERM; sleep 1000 & echo $!; wait; wait"), tmp_path / "log", grace_s=1
    )
    child = Child(command)
    until(lambda: (tmp_path / "log").read_text().strip().isdigit())
    grandchild = psutil.Process(int((tmp_path / "log").read_text()))
    await child.stop()
    assert child.exit_code == -signal.SIGKILL
    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


async def test_a_program_that_is_not_there_says_so_in_the_log(tmp_path: Path) -> None:
    child = Child(Command("nobody", ("/nowhere/at-all",), tmp_path / "log"))
    assert await child.wait() == 127
    assert "cannot start /nowhere/at-all" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(("answer", "ready"), [(b"HTTP/1.1 200 OK", True), (b"HTTP/1.1 503 No", False), (b"", False)])
async def test_a_service_is_ready_when_its_health_is_200(answer: bytes, ready: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer + b"\r\nContent-Length: 0\r\n\r\n" if answer else b"")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await HealthCheck(port).ready() is ready
    assert not await HealthCheck(port).ready()
