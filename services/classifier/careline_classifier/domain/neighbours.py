"""How near a message is to the nearest example of every intent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from careline.models.encoder import Embedding
from careline.models.features import DIMENSION, ngrams
from careline.models.head import Head
from careline.models.language import has_han

Floats = NDArray[np.float32]

# Of Chinese the encoder sees a gloss, which drops words and order; letters tell apart what the gloss makes alike.
_MEANING_SHARE = np.float32(2 / 3)


class Neighbours:
    """The examples of a head, sorted by label, so that the best of each label is one sweep over all similarities."""

    def __init__(self, head: Head) -> None:
        examples = head.examples
        order = np.argsort(examples.labels, kind="stable")
        self._embeddings = np.ascontiguousarray(examples.embeddings[order])
        present, self._starts = np.unique(examples.labels[order], return_index=True)
        self._labels = [head.labels[number] for number in present.tolist()]
        texts = [examples.texts[number] for number in order.tolist()]
        self._letters = _letters(texts) if any(map(has_han, texts)) else None

    def similarities(self, embedding: Embedding, text: str) -> dict[str, float]:
        """For each label, the similarity of its nearest example: a cosine, 1.0 for the same text."""
        scores = self._embeddings @ embedding
        if self._letters is not None and has_han(text):
            found = ngrams(text)
            # Only the rows of the message's own n-grams are touched.
            letters = found.values @ self._letters[found.indices]
            scores = _MEANING_SHARE * scores + (1 - _MEANING_SHARE) * letters
        best = np.maximum.reduceat(scores, self._starts)
        return dict(zip(self._labels, best.tolist(), strict=True))


def _letters(texts: list[str]) -> Floats:
    """float32[n-grams, texts]."""
    letters = np.zeros((DIMENSION, len(texts)), np.float32)
    for number, text in enumerate(texts):
        found = ngrams(text)
        letters[found.indices, number] = found.values
    return letters
