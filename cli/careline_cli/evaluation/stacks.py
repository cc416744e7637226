"""The stack that a run plays on: the running one, one started for it, or a throw-away one with a part left out."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..borrowed import borrowed_stack
from ..running import Running
from ..stack.background import start_in_background
from ..stack.halt import halt
from ..stack.home import Home
from .ablation import Ablation, AblationImpossible

# A throw-away stack never uses parts that somebody else has, whatever the environment says.
_OWN_PARTS = {"KAFKA_BOOTSTRAP_SERVERS": "", "DATABASE_URL": "", "REDIS_URL": ""}


@contextmanager
def stack_for(ablation: Ablation, env: Mapping[str, str]) -> Iterator[Running]:
    """The whole system as it runs or is started for this; for an ablation a throw-away stack. `env` adds to the
    environment of a stack that is started. Raises StackError, AblationImpossible."""
    chosen = borrowed_stack(env) if ablation.is_whole else throwaway_stack(ablation, env)
    with chosen as running:
        yield running


@contextmanager
def throwaway_stack(ablation: Ablation, env: Mapping[str, str]) -> Iterator[Running]:
    """Own parts, own keys, own data in a folder of its own; stopped and deleted at the end, whatever happens."""
    checkout = Home.find(os.environ).checkout
    if not (checkout / "evals" / "ablation").is_dir():
        raise AblationImpossible(f"There is no evals/ablation in {checkout}.", "Run it from a checkout of Careline.")
    folder = Path(tempfile.mkdtemp(prefix="careline-throw-away-"))
    folder.chmod(0o711)  # Postgres passes through it as another user
    home = Home.at(folder / "home")
    try:
        _prepare(home)
        path = os.pathsep.join(filter(None, [str(checkout), os.environ.get("PYTHONPATH", "")]))
        own = {**env, **_OWN_PARTS, "CARELINE_HOME": str(home.root), "PYTHONPATH": path}
        module = ("evals.ablation.up", "--pipeline", ablation.pipeline.value, "--levels", str(ablation.levels))
        start_in_background(home, [], bound=True, module=module, env=own)
        try:
            yield Running.find({**os.environ, **own})
        finally:
            asyncio.run(halt(home))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(home: Home) -> None:
    home.root.mkdir()
    (home.root / "throw-away").touch()  # evals/ablation/throwaway.py asks for it
    # Heads are named by what they were made from, so stale ones are never used.
    trained = home.shared / "heads"
    if trained.is_dir():
        shutil.copytree(trained, home.root / "heads")
