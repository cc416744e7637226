"""One order out of two: by meaning (vectors) and by words (BM25).

A convex combination of normalised scores (Bruch, Gai and Ingber: An Analysis of Fusion Functions for Hybrid
Retrieval, ACM TOIS 2023, who found it to do better than reciprocal rank fusion). Word scores are divided by what a
passage with all the words would reach, not by the best one found: sharing one rare word is not an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from careline.contracts.evidence import Passage

# How much meaning counts against words, and how much what the index has learnt counts against both: tuned like the
# constants of the index. Of Chinese the encoder sees a gloss only.
MEANING = {"en": 0.8}
MEANING_ELSEWHERE = 0.3
BELIEF = {"en": 0.67}
BELIEF_ELSEWHERE = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its cosine similarity (-1..1), its BM25 score (0 when no word matches) and, where the index has
    learnt, its belief in it (about 0..1)."""

    id: str
    similarity: float
    lexical: float
    belief: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place in the fused order; `score` in 0..1 or a little above."""

    id: str
    similarity: float
    score: float


def fuse(candidates: Iterable[Candidate], reach: float, language: str, most: int) -> tuple[Ranked, ...]:
    """The best `most` candidates, best first; ties by id, so that the same question gives the same order.

    `reach`: the BM25 score of a passage that had all the words; 0 when there were none.
    """
    share = MEANING.get(language, MEANING_ELSEWHERE)
    # Half of the words is plenty: a passage never repeats a whole question.
    unit = reach / 2 or 1.0
    ranked = [Ranked(c.id, c.similarity, _score(c, share, unit, language)) for c in candidates]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.id))[:most])


def _score(candidate: Candidate, share: float, unit: float, language: str) -> float:
    plain = share * max(candidate.similarity, 0.0) + (1 - share) * candidate.lexical / unit
    if candidate.belief is None:
        return plain
    trust = BELIEF.get(language, BELIEF_ELSEWHERE)
    return (1 - trust) * plain + trust * candidate.belief


def passages_of(ranked: Iterable[Ranked], found: Mapping[str, Passage]) -> tuple[Passage, ...]:
    """The passages of an order, with their scores."""
    return tuple(
        found[each.id].model_copy(update={"score": round(each.score, 4), "similarity": round(each.similarity, 4)})
        for each in ranked
    )
