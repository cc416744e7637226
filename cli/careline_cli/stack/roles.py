"""The step that gives every service its own Postgres role, with this home's passwords."""

import asyncpg

from careline.storage.roles import ensure_roles
from careline_cli.stack.stack import Stack


async def make_roles(stack: Stack) -> str:
    """Makes the services' roles or corrects them. What each may read or write is granted by the migrations."""
    connection = await asyncpg.connect(stack.database_url, timeout=10)
    try:
        await ensure_roles(connection, stack.secrets.role_passwords)
    finally:
        await connection.close()
    return f"{len(stack.secrets.role_passwords)} of them"
