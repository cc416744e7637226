"""`careline train-small` on a small pack: what it makes, and what is left when it is interrupted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

PACK = Path(__file__).resolve().parents[1] / "data/packs/mini"
WORKSHOP = "careline_cli.small_model.workshop.train"


def command(out: Path, minutes: float) -> list[str]:
    return [
        sys.executable,
        "-m",
        "careline_cli",
        "train-small",
        str(PACK),
        "--minutes",
        str(minutes),
        "--out",
        str(out),
    ]


def environ(tmp_path: Path) -> dict[str, str]:
    """A home of its own: heads are trained anew, the encoder is the checkout's."""
    return {**os.environ, "CARELINE_HOME": str(tmp_path / "home")}


def test_it_makes_what_the_engine_loads(engine_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    done = subprocess.run(
        command(out, 0.3), env=environ(tmp_path), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert "million weights" in done.stdout
    facts = json.loads((out / "careline.json").read_text())
    assert facts["dialogues"] > facts["kept_back"] > 0
    assert 0 <= facts["right"] <= 1
    assert json.loads((out / "config.json").read_text())["architectures"] == ["LlamaForCausalLM"]
    assert (out / "model.safetensors").stat().st_size > 1_000_000
    assert "assistant" in (out / "chat_template.jinja").read_text()
    assert not list(tmp_path.glob("model.*"))


def test_ctrl_c_leaves_the_old_model_and_no_process(engine_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    out.mkdir()
    (out / "config.json").write_text("old")
    process = subprocess.Popen(
        command(out, 60),
        env=environ(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # Whoever runs the tests may not listen to Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        worker = _worker(process)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130, said.decode()
    assert b"Traceback" not in said
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    assert (out / "config.json").read_text() == "old"
    assert not list(tmp_path.glob("model.*"))


def _worker(process: subprocess.Popen[bytes]) -> psutil.Process:
    """The training process, once there is one."""
    ends = time.monotonic() + 300
    while time.monotonic() < ends:
        assert process.poll() is None
        for child in psutil.Process(process.pid).children(recursive=True):
            if WORKSHOP in " ".join(child.cmdline()):
                return child
        time.sleep(0.1)
    pytest.fail("nothing is being trained")
