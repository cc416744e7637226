"""The guide of one pack version in one language, held in memory: the same ranking that retrieval's statement makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careline.contracts.evidence import Passage
from careline.models.encoder import Embedding
from careline_retrieval.domain.fusion import Candidate, fuse
from careline_retrieval.domain.index import Term, idf

Floats = NDArray[np.float32]

# What a word weighs that the guide does not have: as if one passage of a hundred had it.
UNKNOWN_WORD = idf(1, 100)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Embeddings float32[n, 384] of texts, and the id of the passage that each stands for."""

    owners: Sequence[str]
    embeddings: Floats


class GuideIndex:
    """Immutable. A search over a hundred passages takes a tenth of a millisecond."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, terms: Sequence[Term], language: str) -> None:
        self._language = language
        places = {passage.id: place for place, passage in enumerate(passages)}
        self._passages = tuple(passages)
        # Sorted by passage, so that the best of each is one sweep.
        owners = np.asarray([places[owner] for owner in vectors.owners], np.intp)
        order = np.argsort(owners, kind="stable")
        self._embeddings = np.ascontiguousarray(vectors.embeddings[order])
        self._present, self._starts = np.unique(owners[order], return_index=True)
        self._weights: dict[str, tuple[NDArray[np.intp], Floats]] = {}
        by_term: dict[str, list[Term]] = {}
        for term in terms:
            by_term.setdefault(term.term, []).append(term)
        for name, found in by_term.items():
            self._weights[name] = (
                np.asarray([places[term.passage] for term in found], np.intp),
                np.asarray([term.weight for term in found], np.float32),
            )

    def search(self, embedding: Embedding, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        """The best passages, best first."""
        similarities = np.full(len(self._passages), -1.0, np.float32)
        similarities[self._present] = np.maximum.reduceat(self._embeddings @ embedding, self._starts)
        lexical, reach = self._words(terms)
        candidates = (
            Candidate(passage.id, float(similarities[place]), float(lexical[place]))
            for place, passage in enumerate(self._passages)
        )
        found = {passage.id: passage for passage in self._passages}
        return tuple(
            found[ranked.id].model_copy(
                update={"score": round(ranked.score, 4), "similarity": round(ranked.similarity, 4)}
            )
            for ranked in fuse(candidates, reach, self._language, most)
        )

    def _words(self, terms: Sequence[str]) -> tuple[Floats, float]:
        """BM25 scores float32[passages], and what a passage with all the words would reach."""
        lexical = np.zeros(len(self._passages), np.float32)
        reach = 0.0
        for term in terms:
            if term not in self._weights:
                reach += UNKNOWN_WORD
                continue
            places, weights = self._weights[term]
            lexical[places] += weights
            reach += float(weights.max())
        return lexical, reach
