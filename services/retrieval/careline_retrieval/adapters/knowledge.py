"""A guide searched in Postgres: exact vector search and BM25 in one statement.

Exact, because scanning misses nothing. docs/architecture/understanding.md says from which size on an HNSW index would
pay.
"""

from __future__ import annotations

from collections.abc import Sequence

from careline.contracts.evidence import Passage
from careline.models.encoder import Embedding
from careline.storage import Database, translated
from careline.tenants.model import Pack

from ..domain.fusion import Candidate, fuse, passages_of
from ..domain.index import UNKNOWN_WORD
from .shelves import passage_of

# The vector stands in a subquery so that it is made of the array once, not for every row.
_SEARCH = """
WITH meaning AS (
    SELECT passage, max(1 - (embedding <=> (SELECT $4::real[]::vector))) AS similarity
    FROM knowledge.variants WHERE pack = $1 AND version = $2 AND language = $3 GROUP BY passage
), found AS (
    SELECT term, passage, weight FROM knowledge.terms
    WHERE pack = $1 AND version = $2 AND language = $3 AND term = ANY($5::text[])
), words AS (
    SELECT passage, sum(weight) AS lexical FROM found GROUP BY passage
), best AS (
    SELECT term, max(weight) AS weight FROM found GROUP BY term
)
SELECT m.passage, m.similarity, coalesce(w.lexical, 0) AS lexical,
       (SELECT coalesce(sum(weight), 0) FROM best) AS reach, (SELECT count(*) FROM best) AS known
FROM meaning m
LEFT JOIN words w ON w.passage = m.passage
ORDER BY greatest(m.similarity, 0) + coalesce(w.lexical / nullif(max(w.lexical) OVER (), 0), 0) DESC
LIMIT 24
"""


class StoredGuide:
    """Implements `ports.Guide` in the database: for guides too large to be held in memory."""

    def __init__(self, database: Database, pack: Pack) -> None:
        self._database = database
        self._pack = pack
        self._languages = languages_of(pack)
        self._passages = {(p.language, p.id): passage_of(p, pack.version) for p in pack.guide}

    async def search(self, language: str, embedding: Embedding, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        pack = self._pack
        written = language if language in self._languages else pack.default_language
        with translated():
            rows = await self._database.pool.fetch(
                _SEARCH, pack.name, pack.version, written, embedding.tolist(), list(terms)
            )
        if not rows:
            return ()
        reach = rows[0]["reach"] + UNKNOWN_WORD * (len(terms) - rows[0]["known"])
        candidates = [Candidate(row["passage"], row["similarity"], row["lexical"]) for row in rows]
        found = {candidate.id: self._passages[written, candidate.id] for candidate in candidates}
        return passages_of(fuse(candidates, reach, written, most), found)


def languages_of(pack: Pack) -> frozenset[str]:
    """The languages that the guide is written in."""
    return frozenset(passage.language for passage in pack.guide)
