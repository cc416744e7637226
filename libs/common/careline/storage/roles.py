"""One login role per service: no owner, no superuser, nothing but what migrations grant.

RolesError    the owner may not create roles
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg

from .database import IDLE_TRANSACTION_TIMEOUT_MS, LOCK_TIMEOUT_MS, STATEMENT_TIMEOUT_MS
from .errors import StorageError

SERVICES = ("gateway", "classifier", "retrieval", "executor", "verifier", "insight")
_LOCK = 0x6361726C_65726F6C  # any fixed number; two runs at once wait for each other


class RolesError(StorageError):
    """The roles could not be made."""


def role_of(service: str) -> str:
    """The role's name: careline_gateway ..."""
    return f"careline_{service}"


async def ensure_roles(connection: Any, passwords: Mapping[str, str]) -> None:
    """Make the services' roles, or correct them. `connection` is the owner's; `passwords` is by service.

    A service without a password keeps the one it has; a new role without one cannot log in where passwords are asked.
    Raises RolesError.
    """
    unknown = sorted(set(passwords) - set(SERVICES))
    if unknown:
        raise RolesError(f"no such services: {', '.join(unknown)}; there are {', '.join(SERVICES)}")
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            for service in SERVICES:
                await _ensure(connection, role_of(service), passwords.get(service))
    except asyncpg.InsufficientPrivilegeError as error:
        raise RolesError(f"the owner may not create roles ({error}); give it CREATEROLE") from error


async def _ensure(connection: Any, role: str, password: str | None) -> None:
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
    if password is not None:
        # ALTER ROLE takes no parameters; the server quotes the password for us.
        statement = await connection.fetchval(
            "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password
        )
        await connection.execute(statement)
    for setting, milliseconds in _LIMITS.items():
        await connection.execute(f"ALTER ROLE {role} SET {setting} = {milliseconds}")


_LIMITS = {
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "lock_timeout": LOCK_TIMEOUT_MS,
    "idle_in_transaction_session_timeout": IDLE_TRANSACTION_TIMEOUT_MS,
}
