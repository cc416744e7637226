"""Guides of published packs: another guide is another version of its pack, with all else as it is published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter

from careline.storage.fence import fence_key

from .errors import NoSuchKnowledge, PackUnreadable, UnknownTenant
from .knowledge import Difference, difference, knowledge_version
from .pack import GuidePassage, Pack
from .publish import CHANNEL, store
from .registry import parse_pack

_PASSAGES = TypeAdapter(tuple[GuidePassage, ...])


@dataclass(frozen=True, slots=True)
class Switched:
    """What was done for a tenant, or with `dry_run` would have been. Versions of the guide, and of the pack."""

    tenant: str
    pack: Pack
    before: str
    after: str
    difference: Difference
    switched: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class KnowledgeVersion:
    """One guide that a pack had. `passages` by language; `packs` are the pack's versions with it, oldest first;
    `tenants` use it now."""

    version: str
    first: datetime
    passages: dict[str, int]
    packs: tuple[str, ...]
    tenants: tuple[str, ...]


async def published_pack(connection: Any, tenant: str) -> Pack:
    """The pack that `tenant` uses now. Raises UnknownTenant, PackUnreadable."""
    row = await connection.fetchrow(_USED, tenant)
    if row is None:
        raise UnknownTenant(f"there is no tenant {tenant!r}; `careline tenant publish` makes one")
    return await asyncio.to_thread(parse_pack, (row["pack"], row["version"]), row["document"])


async def replace_guide(
    connection: Any,
    tenant: str,
    make: Callable[[tuple[GuidePassage, ...]], tuple[GuidePassage, ...]],
    *,
    dry_run: bool = False,
) -> Switched:
    """Give the tenant the guide that `make` returns for the published one. `connection` is the owner's, outside of a
    transaction. Raises UnknownTenant, PackUnreadable."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        switched = await _replace(connection, tenant, make, dry_run)
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.rollback() if dry_run else transaction.commit())
    return switched


async def versions(connection: Any, pack: str) -> tuple[KnowledgeVersion, ...]:
    """Every guide that was ever published for `pack`, newest first."""
    rows = await connection.fetch(_GUIDES, pack)
    used = await connection.fetch("SELECT id, version FROM control.tenants WHERE pack = $1 ORDER BY id", pack)
    found: dict[str, KnowledgeVersion] = {}
    for row in rows:
        guide = await asyncio.to_thread(_guide, pack, row)
        version = knowledge_version(guide)
        known = found.get(version)
        tenants = tuple(each["id"] for each in used if each["version"] == row["version"])
        counts: dict[str, int] = {}
        for passage in guide:
            counts[passage.language] = counts.get(passage.language, 0) + 1
        found[version] = KnowledgeVersion(
            version,
            known.first if known else row["published_at"],
            counts,
            (*(known.packs if known else ()), row["version"]),
            tuple(sorted((*(known.tenants if known else ()), *tenants))),
        )
    return tuple(sorted(found.values(), key=lambda each: each.first, reverse=True))


async def guide_of_version(connection: Any, pack: str, version: str) -> tuple[GuidePassage, ...]:
    """The guide of a version, which may be shortened as long as it names one. Raises NoSuchKnowledge."""
    found: dict[str, tuple[GuidePassage, ...]] = {}
    for row in await connection.fetch(_GUIDES, pack):
        guide = await asyncio.to_thread(_guide, pack, row)
        found[knowledge_version(guide)] = guide
    meant = [name for name in found if version and name.startswith(version)]
    if len(meant) != 1:
        wrong = f"{len(meant)} versions begin with {version!r}" if meant else f"there is no version {version!r}"
        known = ", ".join(found) or "none"
        raise NoSuchKnowledge(f"{wrong} of the guide of {pack}; there are: {known}")
    return found[meant[0]]


async def _replace(
    connection: Any,
    tenant: str,
    make: Callable[[tuple[GuidePassage, ...]], tuple[GuidePassage, ...]],
    dry_run: bool,
) -> Switched:
    pack = await published_pack(connection, tenant)
    # Publications of one pack wait for each other; after the wait the tenant may use another version.
    await connection.execute("SELECT pg_advisory_xact_lock($1)", fence_key("publish", pack.name))
    pack = await published_pack(connection, tenant)
    guide = make(pack.guide)
    new = pack.model_copy(update={"guide": guide}).sealed()
    changes = difference(pack.guide, guide)
    if not changes.same:
        await store(new, connection)
        await connection.execute(_SWITCH, tenant, new.version)
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, tenant)
    before, after = knowledge_version(pack.guide), knowledge_version(guide)
    return Switched(tenant, pack if changes.same else new, before, after, changes, not changes.same, dry_run)


def _guide(pack: str, row: Any) -> tuple[GuidePassage, ...]:
    try:
        return _PASSAGES.validate_python(orjson.loads(row["guide"] or "[]"))
    except ValueError as error:
        raise PackUnreadable(
            f"the guide of version {row['version']} of pack {pack} does not fit this release"
        ) from error


_USED = """
SELECT t.pack, t.version, p.document::text AS document
FROM control.tenants t JOIN control.packs p ON (p.name, p.version) = (t.pack, t.version) WHERE t.id = $1
"""
_GUIDES = """
SELECT version, published_at, (document -> 'guide')::text AS guide FROM control.packs WHERE name = $1
ORDER BY published_at, version
"""
_SWITCH = "UPDATE control.tenants SET version = $2, switched_at = now() WHERE id = $1"
