"""What this machine lacks for Careline, and the command that gets it.

Each check is a function without arguments that returns a Finding; it may fail to import what is not installed.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from careline_cli.stack.errors import StackError
from careline_cli.stack.home import Home
from careline_cli.stack.install import how_to_get

Verdict = Literal["ok", "missing", "optional"]

_DISK_BYTES = 2 * 1024**3
_MEMORY_BYTES = 2 * 1024**3
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `verdict`: ok; missing (Careline does not run without); optional (something does not)."""

    name: str
    verdict: Verdict
    found: str
    needed_for: str
    remedy: str = ""


def examine(home: Home, env: Mapping[str, str]) -> list[Finding]:
    """All findings, in the order in which they are worth fixing."""
    own_kafka = not env.get("KAFKA_BOOTSTRAP_SERVERS")
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("python", python),
        ("packages", lambda: packages(home.checkout / "requirements.txt")),
        ("memory", memory),
        ("disk", lambda: disk(home.root)),
    ]
    if own_kafka:
        checks += [("java", java), ("maven", lambda: maven(home))]
    if not env.get("DATABASE_URL"):
        checks += [("postgres", postgres)]
        if os.geteuid() == 0:
            checks += [("setpriv", setpriv)]
    if not env.get("REDIS_URL"):
        checks += [("redis", redis)]
    checks += [("encoder", lambda: encoder(home.encoder)), ("chromium", chromium)]
    return [_run(name, check) for name, check in checks]


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    return Finding("python", "ok" if fine else "missing", version, "everything", "" if fine else how_to_get("python3"))


def packages(lock: Path) -> Finding:
    """The virtual environment against requirements.txt: each package there, in its locked version."""
    wanted = dict(_locked(lock.read_text())) if lock.is_file() else {}
    wrong = [name for name, version in wanted.items() if _installed(name) != version]
    if not wrong:
        return Finding("packages", "ok", f"{len(wanted)} as locked", "everything")
    some = ", ".join(wrong[:5]) + (", ..." if len(wrong) > 5 else "")
    return Finding("packages", "missing", f"missing or of another version: {some}", "everything", "Run: make setup")


def memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available
    found = f"{free / 1024**3:.1f} GB available"
    if free >= _MEMORY_BYTES:
        return Finding("memory", "ok", found, "the whole stack")
    return Finding("memory", "missing", found, "the whole stack", "Free memory: the stack needs about 2 GB.")


def disk(root: Path) -> Finding:
    folder = next(path for path in (root, *root.parents) if path.is_dir())
    free = shutil.disk_usage(folder).free
    found = f"{free / 1024**3:.1f} GB free in {folder}"
    if free >= _DISK_BYTES:
        return Finding("disk", "ok", found, "the stack's data")
    return Finding("disk", "missing", found, "the stack's data", "Free 2 GB there, or set CARELINE_HOME elsewhere.")


def java() -> Finding:
    from careline_cli.stack.parts.programs import java as find_java
    from careline_cli.stack.parts.programs import java_version

    path = find_java()
    return Finding("java", "ok", f"{path}, version {java_version(path)}", "Kafka")


def maven(home: Home) -> Finding:
    """Needed once: not any more when the jars are there."""
    from careline_cli.stack.parts.jars import Jars

    path = shutil.which("mvn")
    if path:
        return Finding("maven", "ok", path, "fetching Kafka")
    if Jars(home).folder.is_dir():
        return Finding("maven", "ok", "not needed: Kafka's jars are already here", "fetching Kafka")
    return Finding("maven", "missing", "not installed", "fetching Kafka", how_to_get("mvn"))


def postgres() -> Finding:
    from careline_cli.stack.parts.programs import postgres_binaries

    return Finding("postgres", "ok", str(postgres_binaries()), "the database")


def setpriv() -> Finding:
    path = shutil.which("setpriv")
    if path:
        return Finding("setpriv", "ok", path, "Postgres, which does not run as root")
    return Finding("setpriv", "missing", "not installed", "Postgres, which does not run as root", how_to_get("setpriv"))


def redis() -> Finding:
    from careline_cli.stack.parts.programs import redis_binary

    return Finding("redis", "ok", redis_binary(), "cache and streams")


def encoder(folder: Path) -> Finding:
    if folder.is_dir() and any(folder.glob("*.onnx")):
        return Finding("encoder", "ok", str(folder), "understanding sentences")
    return Finding("encoder", "missing", f"not in {folder}", "understanding sentences", "Run: make setup")


def chromium() -> Finding:
    path = next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)
    if path:
        return Finding("chromium", "ok", path, "the browser tests")
    return Finding("chromium", "optional", "not installed", "the browser tests", how_to_get("chromium"))


def _run(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except StackError as error:
        return Finding(name, "missing", error.message, "the stack", error.hint)
    except ImportError as error:
        return Finding(name, "missing", f"cannot be checked without the package {error.name}", "", "Run: make setup")


def _locked(text: str) -> list[tuple[str, str]]:
    """Name and version of each package of a lock file that is meant for this machine."""
    from packaging.requirements import Requirement

    pinned = []
    for line in text.splitlines():
        if not line or line[0] in "# -":
            continue
        requirement = Requirement(line.rstrip("\\ "))
        if requirement.marker is None or requirement.marker.evaluate():
            pinned.append((requirement.name, next(iter(requirement.specifier)).version))
    return pinned


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
