"""Publishing with a connection of the owner, and with clear errors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import asyncpg

from careline.storage import StorageError, translated
from careline.tenants.errors import TenantError
from careline.tenants.fill import RowOptions
from careline.tenants.load import Loaded, read_folder
from careline.tenants.model import CsvSource, Pack
from careline.tenants.problems import PackError
from careline.tenants.publish import Published
from careline.tenants.publish import publish as publish_pack

from ..errors import CommandError
from ..stack.stack import Stack


async def publish_stack_packs(stack: Stack) -> str:
    """A step of `careline up`: every pack in tenants/, with its rows where there are none yet."""
    remarks = []
    for folder in packs(stack.home.checkout / "tenants"):
        loaded = read_folder(folder)
        if loaded.pack is None:
            raise CommandError(
                f"The pack {folder} cannot be published as it is.",
                f"{PackError(folder.name, loaded.problems)}\nPut it right (`careline tenant check {folder.name}`), or "
                "move the folder elsewhere.",
            )
        try:
            done = await guarded(stack.database_url, publish_loaded, loaded, None, with_keys(folder, stack), False)
        except CommandError as error:
            raise CommandError(f"The pack {folder} is not published. {error.message}", error.hint) from error
        remarks.append(
            f"{done.pack} {done.version[:8]}" + (_absent(loaded.pack) if done.rows_status == "absent" else "")
        )
    return ", ".join(remarks)


def with_keys(folder: Path, stack: Stack) -> RowOptions:
    """Rows whose sealed columns are closed under this stack's keys."""
    keys = {"CARELINE_DATA_KEYS": stack.secrets.data_keys} if stack.secrets.data_keys else {}
    return RowOptions(folder=folder, environ={**os.environ, **keys})


def _absent(pack: Pack) -> str:
    """That the pack's rows are absent, and what would give them."""
    source = pack.data.source
    named = source.env if isinstance(source, CsvSource) else None
    remedy = f"set {named} to its folder" if named else "see source in its data.yaml"
    return f" (data absent: {remedy})"


async def connected(url: str, action: Any, *arguments: Any, **options: Any) -> Any:
    """`action(connection, *arguments)` as the owner. Raises what the action does, and StorageError."""
    with translated():
        connection = await asyncpg.connect(url, timeout=10)
        try:
            return await action(connection, *arguments, **options)
        finally:
            await connection.close()


async def guarded(url: str, action: Any, *arguments: Any, **options: Any) -> Any:
    """The same; what it fails with becomes a clear line."""
    try:
        return await connected(url, action, *arguments, **options)
    except (TenantError, PackError) as error:
        raise CommandError("The tenant was left as it is.", str(error)) from error
    except StorageError as error:
        missing = 'relation "control.' in str(error) or 'schema "control"' in str(error)
        hint = (
            "The database has no tables yet: run `careline migrate`." if missing else "Is it running? `careline status`"
        )
        raise CommandError(f"The database refuses: {error}", hint) from error


async def publish_loaded(
    connection: Any, loaded: Loaded, tenant: str | None, options: RowOptions, dry_run: bool
) -> Published:
    """Publish what `read_folder` found; its pack is there."""
    assert loaded.pack is not None
    return await publish_pack(loaded.pack, connection, tenant=tenant, rows=options, dry_run=dry_run)


def packs(folder: Path) -> list[Path]:
    """The folders in `folder` that hold a pack."""
    return sorted(path.parent for path in folder.glob("*/tenant.yaml"))
