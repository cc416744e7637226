"""A vLLM server for as long as somebody needs it: started as it is deployed, on a free port of this machine."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from careline_cli.engine.place import NoEngine, offline
from careline_cli.stack.home import Home
from careline_cli.stack.process import bound_to_us

STARTS_WITHIN_S = 600.0
_ROOM = "deploy/model-server"
# Small and slow is enough: what is served here is looked at, not waited for.
_FURTHER = ("--dtype", "bfloat16", "--enforce-eager", "--max-num-seqs", "16")


@dataclass(frozen=True, slots=True)
class Engaged:
    """Its API's URL (with /v1), and the key that it wants."""

    url: str
    key: str

    def metric(self, name: str) -> float:
        """The sum of a metric's samples."""
        text = httpx.get(f"{self.url.removesuffix('/v1')}/metrics", timeout=30).text
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(f"{name}{{"))


@contextlib.contextmanager
def engaged(python: Path, model: Path, log: Path) -> Iterator[Engaged]:
    """The small tier on `model`, once it has answered a question. `python` is the engine's. Raises NoEngine."""
    room = Home.find(os.environ).checkout / _ROOM
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Engaged(f"http://127.0.0.1:{port}/v1", secrets.token_hex(16))
    environ = offline() | {
        "CARELINE_MODEL": str(model),
        "CARELINE_MODEL_KEY": server.key,
        "PORT": str(port),
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    }
    argv = bound_to_us([str(python), str(room / "serve.py"), "small", *_FURTHER], signal.SIGTERM)
    with log.open("ab") as out:
        process = subprocess.Popen(argv, stdout=out, stderr=out, env=environ, cwd=log.parent, start_new_session=True)
    try:
        _wait(process, server, log)
        subprocess.run([sys.executable, str(room / "ready.py")], env=environ, check=True, capture_output=True)
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], server: Engaged, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while not _healthy(server):
        if process.poll() is not None or time.monotonic() > until:
            said = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
            raise NoEngine("vLLM does not start.", said)
        time.sleep(0.5)


def _healthy(server: Engaged) -> bool:
    try:
        return httpx.get(f"{server.url.removesuffix('/v1')}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
