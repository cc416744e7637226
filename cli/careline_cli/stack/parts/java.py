"""Java 17 or newer, which Kafka needs."""

import re
import shutil
import subprocess

from careline_cli.stack.errors import ToolMissing
from careline_cli.stack.install import how_to_get

OLDEST = 17


def java() -> str:
    """The path of a java that is new enough. Raises ToolMissing."""
    path = shutil.which("java")
    if path is None:
        raise ToolMissing(f"java is not installed; Kafka needs Java {OLDEST} or newer.", how_to_get("java"))
    version = java_version(path)
    if version is None or version < OLDEST:
        found = "an unknown version" if version is None else f"version {version}"
        raise ToolMissing(f"{path} is {found}; Kafka needs Java {OLDEST} or newer.", how_to_get("java"))
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
