"""`make vllm`: installs the locked engine where there is room for it, else says why not. Exits 0 either way, 1 when
the installation itself fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from careline_cli.engine.place import Engine, offline, room_short
from careline_cli.stack.home import Home

REQUIREMENTS = "requirements-vllm.txt"
SERVER = "vllm.entrypoints.openai.api_server"


def install(engine: Engine, locked: Path) -> int:
    """Makes the environment anew unless it holds these very requirements. The exit code."""
    wanted = locked.read_text(encoding="utf-8")
    if engine.installed and engine.mark.read_text(encoding="utf-8") == wanted:
        return 0
    if short := room_short(engine.folder):
        print(f"vLLM is not installed: {short} Its tests will be skipped.")
        return 0
    print(f"installing vLLM into {engine.folder} (6 GB, minutes) ...", flush=True)
    shutil.rmtree(engine.folder, ignore_errors=True)
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    requirements = ["--no-deps", "--require-hashes", "-r", str(locked)]
    steps = (
        [sys.executable, "-m", "venv", "--without-pip", str(engine.folder)],
        [str(uv), "pip", "install", "-q", "--python", str(engine.python), *requirements],
        # Its parts are compiled for processors that this one may not be.
        [str(engine.python), "-c", f"import {SERVER}"],
    )
    for step in steps:
        if subprocess.run(step, check=False, env=offline()).returncode:
            print("vLLM could not be installed: see above.", file=sys.stderr)
            return 1
    engine.mark.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(install(Engine.find(os.environ), Home.find(os.environ).checkout / REQUIREMENTS))
