"""One Postgres role per service. What each may read or write is granted by the migrations."""

import asyncpg

from careline_cli.stack.secrets import SERVICES
from careline_cli.stack.stack import Stack, role_of


async def make_roles(stack: Stack) -> str:
    """Makes the services' roles, and gives them this home's passwords. Idempotent."""
    connection = await asyncpg.connect(stack.database_url, timeout=10)
    try:
        for service in SERVICES:
            await _make_role(connection, role_of(service), stack.secrets.role_passwords[service])
    finally:
        await connection.close()
    return f"{len(SERVICES)} roles"


async def _make_role(connection: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    # Neither statement takes parameters; the server quotes both words for us.
    statement = await connection.fetchval(
        "SELECT format('%s ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD %L', $1::text, $2::text, $3::text)",
        verb,
        role,
        password,
    )
    await connection.execute(statement)
