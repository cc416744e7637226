"""Applies the numbered SQL of all packages, each file once, in its own transaction, one run at a time.

MigrationError
├── BadMigrationFile      a file's name or number does not fit
├── ChecksumDrift         an applied file was changed afterwards
├── DatabaseAhead         the database has migrations that this checkout lacks
└── MigrationFailed       the server refused a file; nothing of it was applied
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from .components import BadMigrationFile, Migration, MigrationError, installed

_LOCK = 0x6361726C_6D696772  # any fixed number; two runs at once wait for each other
LOCK_WAIT_S = 120.0

__all__ = [
    "BadMigrationFile",
    "ChecksumDrift",
    "DatabaseAhead",
    "MigrationError",
    "MigrationFailed",
    "migrate",
    "pending",
]


class ChecksumDrift(MigrationError):
    """What was applied is not what the file says now."""


class DatabaseAhead(MigrationError):
    """The database is newer than the code."""


class MigrationFailed(MigrationError):
    """A file could not be applied."""


async def pending(connection: Any, migrations: Sequence[Migration] | None = None) -> tuple[Migration, ...]:
    """What `migrate` would apply. Raises MigrationError as it would."""
    wanted = installed() if migrations is None else tuple(migrations)
    return _compare(wanted, await _applied(connection))


async def migrate(connection: Any, migrations: Sequence[Migration] | None = None) -> tuple[Migration, ...]:
    """Apply what is missing (of `migrations`, by default of every installed package) and return it.

    `connection` is the owner's, outside of a transaction; the services' roles exist. Raises MigrationError.
    """
    wanted = installed() if migrations is None else tuple(migrations)
    await _lock(connection)
    try:
        await connection.execute(_BOOTSTRAP)
        missing = _compare(wanted, await _applied(connection))
        for migration in missing:
            await _apply(connection, migration)
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
    return missing


_BOOTSTRAP = """
CREATE SCHEMA IF NOT EXISTS control;
CREATE TABLE IF NOT EXISTS control.migrations (
    component  text        NOT NULL,
    number     integer     NOT NULL,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (component, number)
);
"""


async def _lock(connection: Any) -> None:
    # Polled, not waited for: a waiting statement would hold up whoever builds an index concurrently.
    deadline = asyncio.get_running_loop().time() + LOCK_WAIT_S
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        if asyncio.get_running_loop().time() > deadline:
            raise MigrationError(f"another migration has been running for {LOCK_WAIT_S:.0f} s; end it, then try again")
        await asyncio.sleep(0.05)


async def _applied(connection: Any) -> dict[tuple[str, int], tuple[str, str]]:
    if await connection.fetchval("SELECT to_regclass('control.migrations')") is None:
        return {}
    rows = await connection.fetch("SELECT component, number, name, checksum FROM control.migrations")
    return {(row["component"], row["number"]): (row["name"], row["checksum"]) for row in rows}


def _compare(wanted: Sequence[Migration], applied: dict[tuple[str, int], tuple[str, str]]) -> tuple[Migration, ...]:
    components = {migration.component for migration in wanted}
    unknown = set(applied) - {(migration.component, migration.number) for migration in wanted}
    ahead = sorted(key for key in unknown if key[0] in components)
    if ahead:
        names = ", ".join(f"{component}/{number:04d}_{applied[component, number][0]}" for component, number in ahead)
        raise DatabaseAhead(f"the database has {names}, which this checkout lacks; update the checkout")
    for migration in wanted:
        before = applied.get((migration.component, migration.number))
        if before is not None and before[1] != migration.checksum:
            raise ChecksumDrift(
                f"{migration} was changed after it had been applied (as {before[0]}); restore the file and put the "
                "change into a new one (on a database of your own, `careline down --purge` starts afresh)"
            )
    return tuple(m for m in wanted if (m.component, m.number) not in applied)


async def _apply(connection: Any, migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute(
                "INSERT INTO control.migrations (component, number, name, checksum) VALUES ($1, $2, $3, $4)",
                migration.component,
                migration.number,
                migration.name,
                migration.checksum,
            )
    except asyncpg.PostgresError as error:
        position = getattr(error, "position", None)
        line = f", line {migration.sql[: int(position)].count(chr(10)) + 1}" if position else ""
        raise MigrationFailed(f"{migration}{line}: {error}; nothing of this file was applied") from error
