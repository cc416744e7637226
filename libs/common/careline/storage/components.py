"""Where the numbered SQL of each package lies, in the order in which packages build on each other."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .errors import StorageError

PACKAGES = (
    "careline.storage",
    "careline_gateway",
    "careline_retrieval",
    "careline_executor",
    "careline_insight",
)
_FILE = re.compile(r"^(\d{4})_([a-z0-9_]+)\.sql$")


class MigrationError(StorageError):
    """Migrations cannot be applied; the text says which and what to do."""


class BadMigrationFile(MigrationError):
    """A file's name or number does not fit into the sequence 0001, 0002 ..."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. `checksum` is the SHA-256 of its text with line ends as \\n."""

    component: str
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.component}/{self.number:04d}_{self.name}.sql"


def installed(packages: tuple[str, ...] = PACKAGES) -> tuple[Migration, ...]:
    """The migrations of every package that is installed here, in order. Raises BadMigrationFile."""
    found: list[Migration] = []
    for package in packages:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            found.extend(read_folder(package.removeprefix("careline.").removeprefix("careline_"), Path(folder)))
    return tuple(found)


def read_folder(component: str, package: Path) -> tuple[Migration, ...]:
    """The migrations in `package`/migrations; none when there is no such folder. Raises BadMigrationFile."""
    files = sorted((package / "migrations").glob("*.sql"))
    migrations = []
    for expected, file in enumerate(files, start=1):
        match = _FILE.match(file.name)
        if match is None or int(match[1]) != expected:
            raise BadMigrationFile(
                f"{file}: the next migration of {component} has to be named {expected:04d}_<name>.sql"
            )
        sql = file.read_text(encoding="utf-8")
        migrations.append(Migration(component, expected, match[2], sql))
    return tuple(migrations)
