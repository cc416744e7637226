"""`careline migrate`."""

import asyncio
import os
from collections.abc import Mapping
from typing import Annotated

import asyncpg
import typer
from rich.console import Console

from careline.storage import StorageError, translated
from careline.storage.claims import register_claim_keys
from careline.storage.migrate import migrate as apply_migrations
from careline.storage.migrate import pending
from careline.storage.roles import SERVICES, ensure_roles
from careline.tenants.apart import keep_all_apart
from careline_cli.errors import CommandError
from careline_cli.stack.stack import Stack, attach

app = typer.Typer()


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be applied.")] = False,
) -> None:
    """Make the services' roles and apply the SQL that the database lacks, each file once.

    The database is DATABASE_URL (its owner's), else that of the running stack. A role's password is taken from
    CARELINE_GATEWAY_PASSWORD, CARELINE_EXECUTOR_PASSWORD ..., else from the running stack; else it stays as it is.
    So are its claim keys, from CARELINE_EXECUTOR_CLAIM_KEYS ... (words id:base64); those left out count no more.
    Tables of published packs get the row-level security of this release.
    """
    try:
        env = os.environ
        done = asyncio.run(run(owner_url(env), passwords(env), claim_keys(env), dry_run=dry_run))
    except StorageError as error:
        raise CommandError("The database cannot be migrated.", str(error)) from error
    console = Console()
    if not done:
        console.print("Nothing to apply: the database is up to date.")
    for step in done:
        console.print(f"{'would apply' if dry_run else 'applied'} {step}", highlight=False)


async def run(
    url: str, role_passwords: Mapping[str, str], claim_keys: Mapping[str, str], *, dry_run: bool = False
) -> tuple[str, ...]:
    """What was applied (or would be), row-level security of published tables too. Raises StorageError."""
    with translated():
        connection = await asyncpg.connect(url, timeout=10)
        try:
            if dry_run:
                return tuple(map(str, await pending(connection)))
            await ensure_roles(connection, role_passwords)
            done = await apply_migrations(connection)
            await register_claim_keys(connection, claim_keys)
            apart = await keep_all_apart(connection)
            return (*map(str, done), *(f"row-level security of {table}" for table in apart))
        finally:
            await connection.close()


async def migrate_stack(stack: Stack) -> str:
    """A step of `careline up`: roles with this home's passwords, then migrations."""
    done = await run(stack.database_url, stack.secrets.role_passwords, stack.secrets.claim_keys)
    return f"{len(done)} applied" if done else "up to date"


def owner_url(env: Mapping[str, str]) -> str:
    """DATABASE_URL, else the running stack's. Raises NotRunning."""
    return env.get("DATABASE_URL") or attach(env).database_url


def passwords(env: Mapping[str, str]) -> dict[str, str]:
    """By service: from the environment, else from the running stack, else none."""
    given = {service: env[name] for service in SERVICES if env.get(name := f"CARELINE_{service.upper()}_PASSWORD")}
    if env.get("DATABASE_URL"):
        return given
    return {**attach(env).secrets.role_passwords, **given}


def claim_keys(env: Mapping[str, str]) -> dict[str, str]:
    """By service, as `passwords`."""
    given = {service: env[name] for service in SERVICES if env.get(name := f"CARELINE_{service.upper()}_CLAIM_KEYS")}
    if env.get("DATABASE_URL"):
        return given
    return {**attach(env).secrets.claim_keys, **given}
