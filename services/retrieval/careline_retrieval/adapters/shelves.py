"""Keeps what is searched in Postgres: every published version is embedded and stored once, by whoever is first."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from careline.contracts.evidence import Passage
from careline.models.encoder import DIMENSION
from careline.storage import Connection, Database, translated
from careline.tenants.model import GuidePassage, Pack

from ..domain.index import SCHEME, Term, digest, variants, weigh
from ..domain.resident import Vectors
from ..ports import TextEncoder

log = logging.getLogger(__name__)

# Several versions are kept, so that a rollback is immediate.
KEPT_VERSIONS = 3
_DONE = "SELECT true FROM knowledge.versions WHERE pack = $1 AND version = $2 AND scheme = $3"
_KNOWN = "SELECT count(DISTINCT digest) FROM knowledge.variants WHERE digest = ANY($1::text[])"
_SIZE = "SELECT count(*) FROM knowledge.variants WHERE pack = $1 AND version = $2"
_OF = "WHERE pack = $1 AND version = $2 AND language = $3"


class Shelves:
    """Stores versions, and reads them back. Raises StorageError."""

    def __init__(self, database: Database, encoder: TextEncoder) -> None:
        self._database = database
        self._encoder = encoder

    async def store(self, pack: Pack) -> None:
        """Returns when the pack's version is there; embeds only texts that no stored version has."""
        pool = self._database.pool
        if await self.has(pack):
            return
        with translated():
            vectors = await self._vectors(pack)
            async with pool.acquire() as connection, connection.transaction():
                await _store(connection, pack, vectors)
        log.info("stored version %s of %s: %d passages", pack.version, pack.name, len(pack.guide))

    async def has(self, pack: Pack) -> bool:
        """Whether the pack's version is there, as this program searches it."""
        with translated():
            return bool(await self._database.pool.fetchval(_DONE, pack.name, pack.version, SCHEME))

    async def missing(self, guide: Iterable[GuidePassage]) -> int:
        """How many texts of `guide` no stored version has: these would have to be embedded."""
        texts = {digest(variant) for passage in guide for variant in variants(passage)}
        with translated():
            known = await self._database.pool.fetchval(_KNOWN, list(texts))
        return len(texts) - int(known)

    async def size(self, pack: Pack) -> int:
        """How many vectors a stored version has, over all languages."""
        with translated():
            return int(await self._database.pool.fetchval(_SIZE, pack.name, pack.version))

    async def read(self, pack: Pack, language: str) -> tuple[Sequence[Passage], Vectors, Sequence[Term]]:
        """Passages, vectors and weights of a stored version in one language."""
        of = (pack.name, pack.version, language)
        pool = self._database.pool
        with translated():
            vectors = await pool.fetch(f"SELECT passage, embedding::real[] AS v FROM knowledge.variants {_OF}", *of)  # noqa: S608
            terms = await pool.fetch(f"SELECT term, passage, weight FROM knowledge.terms {_OF}", *of)  # noqa: S608
        embeddings = np.asarray([row["v"] for row in vectors], np.float32).reshape(-1, DIMENSION)
        return (
            [passage_of(p, pack.version) for p in pack.guide if p.language == language],
            Vectors([row["passage"] for row in vectors], embeddings),
            [Term(row["term"], row["passage"], row["weight"]) for row in terms],
        )

    async def _vectors(self, pack: Pack) -> Mapping[str, str]:
        """Vectors of all variants as pgvector writes them, by the digest of the text."""
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


def passage_of(passage: GuidePassage, version: str) -> Passage:
    """A passage of the pack as evidence, without scores."""
    return Passage(
        id=passage.id,
        document=passage.document,
        version=version,
        language=passage.language,
        title=passage.title,
        question=passage.question,
        text=passage.text,
    )


async def _store(connection: Connection, pack: Pack, vectors: Mapping[str, str]) -> None:
    """Write a version in the caller's transaction. Of several replicas one writes, the others wait and find it."""
    key = (pack.name, pack.version)
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))", *key)
    if await connection.fetchval(_DONE, *key, SCHEME):
        return
    await _delete(connection, *key)
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
    """Drop all but the newest versions of a pack that no tenant uses any more."""
    old = await connection.fetch(
        "SELECT version FROM knowledge.versions v WHERE pack = $1 AND NOT EXISTS ("
        "SELECT FROM control.tenants t WHERE (t.pack, t.version) = (v.pack, v.version)) "
        "ORDER BY complete DESC OFFSET $2",
        pack,
        KEPT_VERSIONS,
    )
    for row in old:
        await _delete(connection, pack, row["version"])


async def _delete(connection: Connection, *key: str) -> None:
    for table in ("variants", "terms", "versions"):
        await connection.execute(f"DELETE FROM knowledge.{table} WHERE pack = $1 AND version = $2", *key)  # noqa: S608
