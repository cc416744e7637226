"""Runs the workshop in the engine's environment: dialogues go in, a folder that vLLM loads comes out.

CommandError
└── MakingFailed   the job ended with an error; the text has its last lines
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careline_cli.engine.place import offline
from careline_cli.errors import CommandError
from careline_cli.stack.process import bound_to_us

from .workshop.dialogue import Dialogue, write_dialogues

WORKSHOP = "careline_cli.small_model.workshop.train"
_PACKAGES = Path(__file__).resolve().parents[2]
_ENDS_WITHIN_S = 10
# So much of a role's prompt tells it from the other roles'. The rest is the same for all turns of a business, and a
# model that was taught just that business knows it by heart: it would only cost time.
SYSTEM_CHARS = 48
# What it tells while it works: {"event": ..., ...}, see the workshop.
Told = Callable[[dict[str, Any]], None]


class MakingFailed(CommandError):
    """No model was made; one that was there before is as it was."""


@dataclass(frozen=True, slots=True)
class Job:
    """`python` is the engine's. With 0 `seconds` the weights stay random."""

    python: Path
    dialogues: tuple[Dialogue, ...]
    out: Path
    seconds: float
    seed: int = 0
    threads: int = 2
    nice: int = 10
    system_chars: int = 0


def run_job(job: Job, told: Told) -> dict[str, Any]:
    """What came of it: the facts of the workshop's "done". Raises MakingFailed. However it ends, its process ends."""
    with tempfile.TemporaryDirectory(prefix="careline-small-") as folder:
        file, log = Path(folder) / "dialogues.jsonl", Path(folder) / "log"
        write_dialogues(file, job.dialogues)
        argv = [str(job.python), "-m", WORKSHOP, "--dialogues", str(file), "--out", str(job.out.absolute())]
        argv += ["--seconds", str(job.seconds), "--seed", str(job.seed), "--threads", str(job.threads)]
        argv += ["--system-chars", str(job.system_chars)]
        environment = offline() | {"PYTHONPATH": str(_PACKAGES), "OMP_NUM_THREADS": str(job.threads)}
        job.out.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as errors:
            process = subprocess.Popen(
                bound_to_us(argv, signal.SIGTERM), stdout=subprocess.PIPE, stderr=errors, env=environment
            )
            try:
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, process.pid, job.nice)
                done = _listen(process, told)
            finally:
                _end(process)
        if done is None or process.returncode:
            said = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise MakingFailed(f"The model could not be made (exit {process.returncode}).", said)
        return done


def _listen(process: subprocess.Popen[bytes], told: Told) -> dict[str, Any] | None:
    done = None
    for line in process.stdout or ():
        try:
            event = json.loads(line)
        except ValueError:  # a library's own words
            continue
        if isinstance(event, dict) and "event" in event:
            done = event if event["event"] == "done" else done
            told(event)
    process.wait()
    return done


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
