"""A trained head: picks a label for a text from its embedding and its letters, and says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .calibration import Validation
from .encoder import Embedding
from .features import Sparse, SparseRows, ngram_rows, ngrams
from .language import has_han
from .softmax_regression import Floats, Linear, softmax

# How much the letters count beside the meaning. From 0.25 to 0.5 are alike, above 0.7 is worse, on held-out training
# examples of BANKING77 (10 a label); on the validation part of CLINC150 0.5 to 1 are alike and less is worse.
NGRAM_WEIGHT = np.float32(0.5)


class Likeness(StrEnum):
    """By what two texts were compared. The scores of one kind are not on the scale of the other."""

    MEANING = "meaning"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The most similar example; `similarity` is a cosine, at most 1."""

    example: str
    similarity: float
    by: Likeness


@dataclass(frozen=True, slots=True)
class Examples:
    """What a head was trained from: n texts, their label numbers int[n], embeddings float32[n, 384]."""

    texts: tuple[str, ...]
    labels: NDArray[np.intp]
    embeddings: Floats

    def by_label(self) -> Examples:
        """The same, those of a label together."""
        order = np.argsort(self.labels, kind="stable")
        texts = tuple(self.texts[place] for place in order.tolist())
        return Examples(texts, self.labels[order], self.embeddings[order])


# How fast an example's say fades with its distance. Of 2, 4 and 8, 2 and 4 were alike on held-out training examples of
# BANKING77 (10 a label), and 8 was worse.
SHARPNESS = np.float32(3.0)


def likeness(known: Floats, embedding: Floats) -> Floats:
    """How much each of `known` float32[n, 384] has to say about unit vectors float32[384] or [384, m]: at most 1."""
    found: Floats = np.exp(SHARPNESS * (known @ embedding - np.float32(1)))
    return found


class Head:
    """Made by `heads.train`, `few_shot.train_few` or `head_format.unpack`. Immutable; a prediction takes about 0.1 ms.

    A linear model: probabilities are softmax of logits divided by a temperature fitted in cross-validation. With
    `kernel`, float32[n, labels], the examples have a say of their own, by their likeness to the text.
    """

    def __init__(
        self,
        labels: tuple[str, ...],
        linear: Linear,
        temperature: float,
        examples: Examples,
        validation: Validation,
        encoder_identity: str,
        ngram_weight: float = float(NGRAM_WEIGHT),
        kernel: Floats | None = None,
        letters: SparseRows | None = None,
    ) -> None:
        self.labels = labels
        self.linear = linear
        self.temperature = temperature
        self.examples = examples
        self.validation = validation
        self.encoder_identity = encoder_identity
        self.ngram_weight = ngram_weight
        self.kernel = kernel
        self._letters = letters
        # Views: a second copy of either would be megabytes.
        self._ngram_weights = linear.weights[examples.embeddings.shape[1] :]
        self._meaning_weights = linear.weights[: examples.embeddings.shape[1]]
        self._ngram_scale = np.float32(ngram_weight)

    def predict(self, embedding: Embedding, text: str) -> list[tuple[str, float]]:
        """Every label with its calibrated probability, likeliest first; `embedding` is the encoder's for `text`."""
        return self.ranked(embedding, ngrams(text))

    def ranked(self, embedding: Embedding, letters: Sparse) -> list[tuple[str, float]]:
        """The same for n-grams that were made before."""
        probabilities = self.probabilities(embedding, letters)
        return [(self.labels[i], float(probabilities[i])) for i in np.argsort(-probabilities, kind="stable")]

    def probabilities(self, embedding: Embedding, letters: Sparse) -> Floats:
        """float32[labels], calibrated, in the order of `labels`."""
        return softmax(self._logits(embedding, letters) / np.float32(self.temperature))

    def familiarity(self, embedding: Embedding, text: str) -> float:
        """How much speaks for the likeliest label by itself, not only against the others: its logit.

        The better score to reject texts that fit no label, see `Validation.familiarity_threshold` (the maximum logit
        of Hendrycks et al. 2022, arXiv 1911.11132).
        """
        return float(self._logits(embedding, ngrams(text)).max())

    def _logits(self, embedding: Embedding, letters: Sparse) -> Floats:
        meaning = embedding @ self._meaning_weights
        scaled = (self._ngram_scale * letters.values).astype(np.float32)
        logits: Floats = meaning + scaled @ self._ngram_weights[letters.indices] + self.linear.bias
        if self.kernel is not None:
            logits += likeness(self.examples.embeddings, embedding) @ self.kernel
        return logits

    def nearest(self, embedding: Embedding, text: str, label: str) -> Nearest:
        """The example of `label` most like the text: a low similarity says that the text is about something else.

        The encoder knows little Chinese, so Chinese texts are compared by their characters, with Chinese examples if
        the label has any. Raises ValueError for an unknown label.
        """
        number = self.labels.index(label)
        if has_han(text) and (found := self._nearest_by_letters(text, number)) is not None:
            return found
        places = np.flatnonzero(self.examples.labels == number)
        scores = self.examples.embeddings[places] @ embedding
        best = int(scores.argmax())
        return Nearest(self.examples.texts[places[best]], float(scores[best]), Likeness.MEANING)

    @cached_property
    def example_letters(self) -> SparseRows:
        """The n-grams of the examples: stored with a head that has Chinese ones, else made when first asked for."""
        return self._letters if self._letters is not None else ngram_rows(self.examples.texts)

    @cached_property
    def _han_letters(self) -> list[tuple[int, Sparse]]:
        """Of the Chinese examples: made when first asked for, since few heads ever are."""
        return [(place, ngrams(text)) for place, text in enumerate(self.examples.texts) if has_han(text)]

    def _nearest_by_letters(self, text: str, number: int) -> Nearest | None:
        wanted = ngrams(text).dense()
        best: Nearest | None = None
        for place, letters in self._han_letters:
            if self.examples.labels[place] != number:
                continue
            score = float(letters.values @ wanted[letters.indices])
            if best is None or score > best.similarity:
                best = Nearest(self.examples.texts[place], score, Likeness.LETTERS)
        return best
