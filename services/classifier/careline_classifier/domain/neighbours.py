"""How near a message is to the nearest example of every likely intent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from careline.models.encoder import Embedding
from careline.models.features import DIMENSION, Sparse, ngrams
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
        self._embeddings = np.ascontiguousarray(examples.embeddings[order])
        present, starts = np.unique(examples.labels[order], return_index=True)
        ends = np.append(starts[1:], len(order))
        self._places = {
            head.labels[number]: slice(start, end)
            for number, start, end in zip(present.tolist(), starts.tolist(), ends.tolist(), strict=True)
        }
        texts = [examples.texts[number] for number in order.tolist()]
        self._letters = _letters(texts) if any(map(has_han, texts)) else None

    def similarities(self, embedding: Embedding, letters: Sparse | None, labels: Iterable[str]) -> dict[str, float]:
        """For each of `labels`, the similarity of its nearest example: a cosine, 1.0 for the same text. `letters` are
        the n-grams of a Chinese message."""
        return {label: self._nearest(embedding, letters, self._places[label]) for label in labels}

    def _nearest(self, embedding: Embedding, letters: Sparse | None, place: slice) -> float:
        scores = self._embeddings[place] @ embedding
        if letters is not None and self._letters is not None:
            # Only the rows of the message's own n-grams are touched.
            alike = letters.values @ self._letters[letters.indices, place]
            scores = _MEANING_SHARE * scores + (1 - _MEANING_SHARE) * alike
        return float(scores.max())


def _letters(texts: list[str]) -> Floats:
    """float32[n-grams, texts]."""
    letters = np.zeros((DIMENSION, len(texts)), np.float32)
    for number, text in enumerate(texts):
        found = ngrams(text)
        letters[found.indices, number] = found.values
    return letters
