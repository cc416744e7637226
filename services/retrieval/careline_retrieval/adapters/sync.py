"""Keeps the knowledge in step with the published packs: a new version is embedded, stored, and then searched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress

from careline.runtime import Health
from careline.storage import Connection, Database, StorageError, translated
from careline.tenants.errors import TenantError
from careline.tenants.model import GuidePassage, Pack
from careline.tenants.registry import Registry

from ..domain.index import SCHEME, digest, variants, weigh
from ..ports import TextEncoder
from .knowledge import PostgresKnowledge

log = logging.getLogger(__name__)
Vectors = Mapping[str, str]  # digest of a text -> its vector as pgvector writes it

# Several versions are kept, so that a rollback is immediate.
KEPT_VERSIONS = 3


class KnowledgeSync:
    """A component: ready once every published pack can be searched."""

    def __init__(self, database: Database, knowledge: PostgresKnowledge, encoder: TextEncoder, every: float) -> None:
        self._database = database
        self._knowledge = knowledge
        self._encoder = encoder
        self._every = every
        self._task: asyncio.Task[None] | None = None
        self._health = Health(False, "no pack looked at yet")

    async def start(self) -> None:
        self._registry = Registry(self._database.pool)
        await self._look()
        self._task = asyncio.create_task(self._look_forever(), name="knowledge-sync")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def health(self) -> Health:
        return self._health

    @property
    def registry(self) -> Registry:
        """The packs as published; there from the start on."""
        return self._registry

    async def pack(self, tenant: str) -> Pack:
        """The tenant's pack. Raises UnknownTenant, StorageError."""
        return await self._registry.pack(tenant)

    async def _look_forever(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            await self._look()

    async def _look(self) -> None:
        """Synchronise what is new. A failure shows in health and is tried again."""
        try:
            for pack in await self._registry.packs():
                if self._knowledge.version(pack.name) != pack.version:
                    await self._take_up(pack)
        except (StorageError, TenantError, OSError) as error:
            self._health = Health(False, f"knowledge is not in step: {error}"[:200])
            log.warning("%s", self._health.detail)
        else:
            self._health = Health(True)

    async def _take_up(self, pack: Pack) -> None:
        pool = self._database.pool
        with translated():
            done = await pool.fetchval(
                "SELECT true FROM knowledge.versions WHERE pack = $1 AND version = $2 AND scheme = $3",
                pack.name,
                pack.version,
                SCHEME,
            )
            if not done:
                vectors = await self._vectors(pack)
                async with pool.acquire() as connection, connection.transaction():
                    await _store(connection, pack, vectors)
        self._knowledge.use(pack.name, pack.version, frozenset(passage.language for passage in pack.guide))
        log.info("searching version %s of %s: %d passages", pack.version, pack.name, len(pack.guide))

    async def _vectors(self, pack: Pack) -> Vectors:
        """Vectors of all variants; only texts that no stored version has are embedded."""
        texts = {digest(variant): variant for passage in pack.guide for variant in variants(passage)}
        rows = await self._database.pool.fetch(
            "SELECT DISTINCT ON (digest) digest, embedding::text AS vector FROM knowledge.variants "
            "WHERE digest = ANY($1::text[])",
            list(texts),
        )
        vectors: dict[str, str] = {row["digest"]: row["vector"] for row in rows}
        for name, variant in texts.items():
            if name not in vectors:
                embedding = await self._encoder.encode_async(variant)
                vectors[name] = "[" + ",".join(f"{value:.6f}" for value in embedding.tolist()) + "]"
        return vectors


async def _store(connection: Connection, pack: Pack, vectors: Vectors) -> None:
    """Write a version in the caller's transaction. Of several replicas one writes, the others wait and find it."""
    key = (pack.name, pack.version)
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))", *key)
    done = "SELECT true FROM knowledge.versions WHERE pack = $1 AND version = $2 AND scheme = $3"
    if await connection.fetchval(done, *key, SCHEME):
        return
    for table in ("passages", "variants", "terms", "versions"):
        await connection.execute(f"DELETE FROM knowledge.{table} WHERE pack = $1 AND version = $2", *key)  # noqa: S608
    await connection.executemany(
        "INSERT INTO knowledge.passages VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [(*key, p.language, p.id, p.document, p.title, p.question, p.text) for p in pack.guide],
    )
    await connection.executemany(
        "INSERT INTO knowledge.variants VALUES ($1, $2, $3, $4, $5, $6::text::vector)",
        [
            (*key, p.language, p.id, digest(variant), vectors[digest(variant)])
            for p in pack.guide
            for variant in variants(p)
        ],
    )
    await _store_terms(connection, key, pack.guide)
    await connection.execute("INSERT INTO knowledge.versions (pack, version, scheme) VALUES ($1, $2, $3)", *key, SCHEME)
    await _forget(connection, pack.name)


async def _store_terms(connection: Connection, key: tuple[str, str], guide: Sequence[GuidePassage]) -> None:
    for language in sorted({passage.language for passage in guide}):
        terms = weigh([passage for passage in guide if passage.language == language])
        await connection.executemany(
            "INSERT INTO knowledge.terms VALUES ($1, $2, $3, $4, $5, $6)",
            [(*key, language, term.term, term.passage, term.weight) for term in terms],
        )


async def _forget(connection: Connection, pack: str) -> None:
    """Drop all but the newest versions of a pack."""
    old = await connection.fetch(
        "SELECT version FROM knowledge.versions WHERE pack = $1 ORDER BY complete DESC OFFSET $2", pack, KEPT_VERSIONS
    )
    for row in old:
        for table in ("passages", "variants", "terms", "versions"):
            await connection.execute(
                f"DELETE FROM knowledge.{table} WHERE pack = $1 AND version = $2",  # noqa: S608 - our own names
                pack,
                row["version"],
            )
