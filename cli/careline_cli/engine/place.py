"""Where the engine is, and what it needs.

CommandError
└── NoEngine     it is not installed, or this machine has no room for it; the text says which
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from careline_cli.errors import CommandError
from careline_cli.stack.home import Home

DISK_GB, MEMORY_GB = 20, 8
_GB = 1_000_000_000
_READY = ".careline-ready"


class NoEngine(CommandError):
    """vLLM cannot be used here."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`folder` is its virtual environment, whether it is there or not."""

    folder: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Engine:
        """CARELINE_VLLM names the environment; else it is the checkout's own."""
        named = environ.get("CARELINE_VLLM")
        return cls(Path(named).expanduser().absolute() if named else Home.find(environ).shared / "vllm")

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def mark(self) -> Path:
        """Holds the requirements that were installed to the end."""
        return self.folder / _READY

    @property
    def installed(self) -> bool:
        return self.mark.is_file() and self.python.exists()

    def usable(self) -> Path:
        """Its Python. Raises NoEngine when it is not installed or memory is short."""
        if not self.installed:
            raise NoEngine(f"vLLM is not installed in {self.folder}.", "`make vllm` installs it: 6 GB, minutes.")
        if short := memory_short():
            raise NoEngine(short, "Stop what else runs here, or take a larger machine.")
        return self.python


def memory_short() -> str:
    """Why the memory does not suffice; empty when it does."""
    free = psutil.virtual_memory().available
    return "" if free >= MEMORY_GB * _GB else f"vLLM needs {MEMORY_GB} GB of free memory, there are {free / _GB:.1f}."


def room_short(folder: Path) -> str:
    """Why it cannot be installed into `folder`; empty when it can."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"):
        return f"vLLM for processors is made for Linux on x86_64 and aarch64, this is {platform.platform()}."
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if free < DISK_GB * _GB:
        return f"vLLM needs {DISK_GB} GB of free disk, there are {free / _GB:.1f}."
    return memory_short()


def offline(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of everything that runs in the engine: nothing is fetched, nobody is told."""
    kept = {name: value for name, value in environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    return kept | {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
