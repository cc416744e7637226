"""The guide in Postgres: exact vector search and BM25 in one statement.

Exact, because a guide has hundreds of vectors, not millions: scanning them takes less than a millisecond and misses
nothing. docs/architecture/understanding.md says from which size on an HNSW index would pay.
"""

from __future__ import annotations

from collections.abc import Sequence

from careline.contracts.evidence import Passage
from careline.storage import Database, translated
from careline.tenants.model import Pack

from ..domain.fusion import Candidate, fuse
from ..domain.index import idf

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
SELECT p.id, p.document, p.title, p.question, p.body, m.similarity, coalesce(w.lexical, 0) AS lexical,
       (SELECT coalesce(sum(weight), 0) FROM best) AS reach, (SELECT count(*) FROM best) AS known
FROM meaning m
JOIN knowledge.passages p ON (p.pack, p.version, p.language, p.id) = ($1, $2, $3, m.passage)
LEFT JOIN words w ON w.passage = m.passage
ORDER BY greatest(m.similarity, 0) + coalesce(w.lexical / nullif(max(w.lexical) OVER (), 0), 0) DESC
LIMIT 24
"""
# What a word weighs that the guide does not have: as if one passage of a hundred had it.
_UNKNOWN_WORD = idf(1, 100)


class PostgresKnowledge:
    """Searches the newest complete version of a pack's guide."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # What is searched, by pack: its version, and the languages it has a guide in. Kept by the syncer.
        self._searched: dict[str, tuple[str, frozenset[str]]] = {}

    def use(self, pack: str, version: str, languages: frozenset[str]) -> None:
        """From now on search this version, which is complete."""
        self._searched[pack] = (version, languages)

    def version(self, pack: str) -> str | None:
        """The version that is searched."""
        return self._searched.get(pack, (None, None))[0]

    async def search(
        self, pack: Pack, language: str, embedding: Sequence[float], terms: Sequence[str], most: int
    ) -> tuple[Passage, ...]:
        version, languages = self._searched.get(pack.name, ("", frozenset[str]()))
        if not languages:
            return ()
        spoken = language if language in languages else pack.default_language
        with translated():
            rows = await self._database.pool.fetch(_SEARCH, pack.name, version, spoken, list(embedding), list(terms))
        if not rows:
            return ()
        found = {row["id"]: row for row in rows}
        reach = rows[0]["reach"] + _UNKNOWN_WORD * (len(terms) - rows[0]["known"])
        candidates = (Candidate(row["id"], row["similarity"], row["lexical"]) for row in rows)
        return tuple(
            Passage(
                id=ranked.id,
                document=found[ranked.id]["document"],
                version=version,
                language=spoken,
                title=found[ranked.id]["title"],
                question=found[ranked.id]["question"],
                text=found[ranked.id]["body"],
                score=round(ranked.score, 4),
                similarity=round(ranked.similarity, 4),
            )
            for ranked in fuse(candidates, reach, spoken, most)
        )
