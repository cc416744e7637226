"""How near a message is to the nearest example of every likely intent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from careline.models.encoder import Embedding
from careline.models.features import DIMENSION, Sparse, SparseRows
from careline.models.head import Head
from careline.models.language import has_han

Floats = NDArray[np.float32]

# Of Chinese the encoder sees a gloss, which drops words and order; letters tell apart what the gloss makes alike.
_MEANING_SHARE = np.float32(2 / 3)


class Neighbours:
    """The examples of a head, sorted by label, so that those of one label lie together."""

    def __init__(self, head: Head) -> None:
        examples = head.examples
        order = np.argsort(examples.labels, kind="stable")
        sorted_already = bool((np.diff(examples.labels) >= 0).all())
        # Heads are stored in this order: a second copy would be megabytes.
        self._embeddings = examples.embeddings if sorted_already else examples.embeddings[order]
        present, starts = np.unique(examples.labels[order], return_index=True)
        ends = np.append(starts[1:], len(order))
        # By the label's number; of a label without examples, nothing.
        self._places = [slice(0, 0)] * len(head.labels)
        for number, start, end in zip(present.tolist(), starts.tolist(), ends.tolist(), strict=True):
            self._places[number] = slice(start, end)
        han = any(map(has_han, examples.texts))
        self._letters = _Letters(head.example_letters, np.argsort(order)) if han else None

    def nearest(self, embedding: Embedding, letters: Sparse | None, labels: Iterable[int]) -> list[float]:
        """For each of `labels` (numbers), the similarity of its nearest example: a cosine, 1.0 for the same text.
        `letters` are the n-grams of a Chinese message."""
        alike = self._letters.likeness(letters) if letters is not None and self._letters is not None else None
        return [self._nearest(embedding, alike, self._places[label]) for label in labels]

    def _nearest(self, embedding: Embedding, alike: Floats | None, place: slice) -> float:
        scores = np.dot(self._embeddings[place], embedding)
        if alike is not None:
            scores = _MEANING_SHARE * scores + (1 - _MEANING_SHARE) * alike[place]
        return float(np.maximum.reduce(scores))


class _Letters:
    """The n-grams of texts, listed by n-gram: of the whole table (40 MB for 5,000 texts) one in twenty is not zero."""

    def __init__(self, rows: SparseRows, places: NDArray[np.intp]) -> None:
        """`places`: where each of the texts is to stand."""
        order = np.argsort(rows.indices, kind="stable")
        self._count = len(places)
        self._owners = np.repeat(places.astype(np.int32), rows.counts)[order]
        self._values = rows.values[order]
        self._starts = np.searchsorted(rows.indices[order], np.arange(DIMENSION + 1))

    def likeness(self, letters: Sparse) -> Floats:
        """float32[texts]: the cosine of each to a message. Only the lists of the message's own n-grams are touched."""
        begins, ends = self._starts[letters.indices], self._starts[letters.indices + 1]
        counts = ends - begins
        # The places of all the lists, one behind the other.
        skipped = np.cumsum(counts) - counts
        places = np.arange(counts.sum()) + np.repeat(begins - skipped, counts)
        shares = self._values[places] * np.repeat(letters.values, counts)
        return np.bincount(self._owners[places], shares, self._count).astype(np.float32)
