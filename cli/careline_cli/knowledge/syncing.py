"""Another guide for a tenant, and how far its search has come."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careline.storage import Database
from careline.tenants.guide import Guide
from careline.tenants.knowledge import with_unread
from careline.tenants.knowledge_store import Switched, guide_of_version, published_pack, replace_guide
from careline.tenants.model import GuidePassage, Pack
from careline_retrieval.adapters.shelves import Shelves

from .no_encoder import NoEncoder
from .sources import guide_of

_EVERY_S = 0.2
_SEARCHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'careline_retrieval' AND datname = current_database()"
)


@dataclass(frozen=True, slots=True)
class Synced:
    """What was done. `embedded`: how many texts had no vector yet. `kept_files`: those that could not be read, and of
    which the published passages stay."""

    switched: Switched
    guide: Guide
    embedded: int
    kept_files: tuple[str, ...]


async def sync(connection: Any, url: str, folder: Path, tenant: str, dry_run: bool) -> Synced:
    """Publish what changed in the folder's guide. Raises CommandError, TenantError, StorageError."""
    pack = await published_pack(connection, tenant)
    guide = await asyncio.to_thread(guide_of, folder, pack.tenant.languages)
    # Before the switch: afterwards the service embeds them.
    missing = await _missing(url, with_unread(pack.guide, guide.passages, guide.skipped))
    switched = await replace_guide(
        connection, tenant, lambda before: with_unread(before, guide.passages, guide.skipped), dry_run=dry_run
    )
    kept = {p.source.file for p in pack.guide} & set(guide.skipped)
    return Synced(switched, guide, missing, tuple(sorted(kept)))


async def roll_back(connection: Any, tenant: str, version: str) -> Switched:
    """Give the tenant the guide of an earlier version. Raises TenantError, StorageError."""
    pack = await published_pack(connection, tenant)
    guide = await guide_of_version(connection, pack.name, version)
    return await replace_guide(connection, tenant, lambda _: guide)


async def served(connection: Any, url: str, pack: Pack, patience_s: float) -> str:
    """A sentence on whether the pack's version is searched yet; waits for at most `patience_s`."""
    until = time.monotonic() + patience_s
    database = await Database.connect(url, application="knowledge", max_size=1)
    try:
        shelves = Shelves(database, NoEncoder())
        while not await shelves.has(pack):
            if not await connection.fetchval(_SEARCHERS):
                return "No retrieval service is connected; it makes the guide searchable when it starts."
            if time.monotonic() > until:
                return "The guide is not searchable yet; the one before serves meanwhile (`careline logs retrieval`)."
            await asyncio.sleep(_EVERY_S)
    finally:
        await database.stop()
    return "It is searched from now on."


async def _missing(url: str, guide: tuple[GuidePassage, ...]) -> int:
    database = await Database.connect(url, application="knowledge", max_size=1)
    try:
        return await Shelves(database, NoEncoder()).missing(guide)
    finally:
        await database.stop()
