"""The guide of one pack version in one language, held in memory: what the statement ranks by, and what was learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careline.contracts.evidence import Passage
from careline.models.remembered import Remembered

from .belief import Belief
from .fusion import Candidate, fuse, passages_of
from .index import UNKNOWN_WORD, Term

Floats = NDArray[np.float32]

# What goes into the fusion: passages beyond these cannot come first.
CANDIDATES = 24
# A guide of more vectors stays in the database (1.5 KB each).
MOST_RESIDENT = 20_000
# What is learnt takes time and memory with the cube and the square of the texts: more are ranked without.
MOST_LEARNT = 6000
# Searches of late (3 KB each).
_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Vectors:
    """Embeddings float32[n, 384] of texts, and the id of the passage that each stands for."""

    owners: Sequence[str]
    embeddings: Floats


class GuideIndex:
    """What is searched never changes. A search over a hundred passages takes a tenth of a millisecond."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, terms: Sequence[Term], language: str) -> None:
        self._language = language
        self._passages = {passage.id: passage for passage in passages}
        self._ids = tuple(self._passages)
        places = {name: place for place, name in enumerate(self._ids)}
        # Sorted by passage, so that the best of each is one sweep.
        owners = np.asarray([places[owner] for owner in vectors.owners], np.intp)
        order = np.argsort(owners, kind="stable")
        self._embeddings = np.ascontiguousarray(vectors.embeddings[order])
        self._present, self._starts = np.unique(owners[order], return_index=True)
        few = len(owners) <= MOST_LEARNT
        self._belief = Belief(self._embeddings, np.searchsorted(self._present, owners[order])) if few else None
        self._weights = _by_term(terms, places)
        self._found: Remembered[tuple[bytes, tuple[str, ...], int], tuple[Passage, ...]] = Remembered(_REMEMBERED)

    def search(self, embedding: Floats, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        """The best passages, best first. `embedding`: unit vector float32[384]; `terms`: without repetition."""
        if not len(self._present):
            return ()
        asked = (embedding.tobytes(), tuple(terms), most)
        return self._found.of(asked, lambda: self._search(embedding, terms, most))

    def _search(self, embedding: Floats, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        each = self._embeddings @ embedding
        similarities = np.maximum.reduceat(each, self._starts)
        beliefs = None if self._belief is None else self._belief.of(each)
        lexical, reach = self._words(terms)
        lexical = lexical[self._present]
        longest = float(lexical.max()) or 1.0
        promise = np.maximum(similarities, 0) + lexical / longest + (0 if beliefs is None else beliefs)
        likely = np.argsort(-promise, kind="stable")[:CANDIDATES]
        candidates = [
            Candidate(
                self._ids[self._present[place]],
                float(similarities[place]),
                float(lexical[place]),
                None if beliefs is None else float(beliefs[place]),
            )
            for place in likely.tolist()
        ]
        return passages_of(fuse(candidates, reach, self._language, most), self._passages)

    def _words(self, terms: Sequence[str]) -> tuple[Floats, float]:
        """BM25 scores float32[passages], and what a passage with all the words would reach."""
        lexical = np.zeros(len(self._ids), np.float32)
        reach = 0.0
        for term in terms:
            found = self._weights.get(term)
            if found is None:
                reach += UNKNOWN_WORD
                continue
            places, weights, best = found
            lexical[places] += weights
            reach += best
        return lexical, reach


def _by_term(terms: Sequence[Term], places: Mapping[str, int]) -> dict[str, tuple[NDArray[np.intp], Floats, float]]:
    """For each word: the passages that have it, its weight in each, and the greatest of these."""
    by_term: dict[str, list[Term]] = {}
    for term in terms:
        by_term.setdefault(term.term, []).append(term)
    return {
        name: (
            np.asarray([places[term.passage] for term in found], np.intp),
            np.asarray([term.weight for term in found], np.float32),
            max(term.weight for term in found),
        )
        for name, found in by_term.items()
    }
