"""The reflex classifier of one pack version: which intents a message may have, from its examples alone.

Two heads, one per script: the encoder knows English well and Chinese little, so the letters count more in Chinese, and
examples of the one say nothing about the other. A label with many examples is not therefore the likelier one (the guide
has hundreds of questions, a fact has ten), so the examples' frequencies are divided out (logit adjustment, Menon et al.
2021, arXiv 2007.07314).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from careline.models.encoder import Embedding, Encoder
from careline.models.extract import Found
from careline.models.head import Head, Likeness
from careline.models.heads import train
from careline.models.language import has_han
from careline.tenants.model import Pack

from .examples import examples_of
from .intents import Intent, Scored
from .masking import Masker

# Raised when examples, masks or training change in a way that makes stored heads useless.
CODE_VERSION = 1
# How much of the examples' frequency is divided out; 1 would be all. By cross-validation on the two packs.
_ADJUSTMENT = 0.75


class Script(StrEnum):
    """What a message is written in."""

    LATIN = "latin"
    HAN = "han"


_LETTERS_WEIGHT = {Script.LATIN: 0.5, Script.HAN: 1.0}
# Cosines of character n-grams are lower than those of meanings for texts that say the same.
_LETTERS_SCALE = 1.6


def script_of(text: str) -> Script:
    """Chinese if there is any Chinese character in it."""
    return Script.HAN if has_han(text) else Script.LATIN


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reflex makes of a message: intents, likeliest first; `similarity` of the message to the nearest example
    of an intent, on the scale of the encoder's cosine."""

    ranking: tuple[Scored, ...]
    similarities: Mapping[Intent, float]

    def similarity(self, intent: Intent) -> float:
        """0.0 for intents that were not looked at."""
        return self.similarities.get(intent, 0.0)


class Reflex:
    """Made by `train_reflex` or from stored heads. Immutable; a reading takes well under a millisecond."""

    def __init__(self, heads: Mapping[Script, Head], masker: Masker) -> None:
        self.heads = dict(heads)
        self._masker = masker
        self._adjustments = {script: _adjustment(head) for script, head in heads.items()}

    def mask(self, text: str) -> str:
        """The form of a message that is to be encoded and read."""
        return self._masker.mask(text)

    def names(self, text: str) -> list[Found[str]]:
        """What seems to name one particular thing in a message as it was written."""
        return self._masker.names(text)

    def read(self, masked: str, embedding: Embedding) -> Reading:
        """`embedding` is the encoder's for `masked`."""
        script = script_of(masked)
        if script not in self.heads:
            script = next(iter(self.heads))
        head, adjustment = self.heads[script], self._adjustments[script]
        adjusted = [(label, probability * adjustment[label]) for label, probability in head.predict(embedding, masked)]
        total = sum(score for _, score in adjusted) or 1.0
        ranking = tuple(
            Scored(Intent.parse(label), score / total)
            for label, score in sorted(adjusted, key=lambda each: (-each[1], each[0]))
        )
        return Reading(ranking, _similarities(head, embedding, masked, ranking))


def train_reflex(pack: Pack, encoder: Encoder) -> Reflex:
    """Trains on the pack's examples. Blocks for seconds: not for an event loop. Raises TrainingImpossible."""
    masker = masker_of(pack)
    pairs = [(masker.mask(example.text), example.intent.label) for example in examples_of(pack)]
    by_script = {script: [pair for pair in pairs if script_of(pair[0]) is script] for script in Script}
    heads = {
        script: train(own, encoder, ngram_weight=_LETTERS_WEIGHT[script])
        for script, own in by_script.items()
        if len({label for _, label in own}) > 1
    }
    return Reflex(heads or {Script.LATIN: train(pairs, encoder)}, masker)


def masker_of(pack: Pack) -> Masker:
    """Knows the words of the pack's examples as they are written there, and of its guide."""
    return Masker([example.template for example in examples_of(pack)] + [passage.text for passage in pack.guide])


def _adjustment(head: Head) -> dict[str, float]:
    counts = np.bincount(head.examples.labels, minlength=len(head.labels)).astype(np.float64)
    factors = np.maximum(counts, 1.0) ** (-_ADJUSTMENT / head.temperature)
    return dict(zip(head.labels, factors.tolist(), strict=True))


# Looking for the nearest example costs a little for each intent; those below have no say anyway.
_LOOKED_AT = 5


def _similarities(head: Head, embedding: Embedding, masked: str, ranking: tuple[Scored, ...]) -> dict[Intent, float]:
    found: dict[Intent, float] = {}
    for scored in ranking[:_LOOKED_AT]:
        nearest = head.nearest(embedding, masked, scored.intent.label)
        scale = _LETTERS_SCALE if nearest.by is Likeness.LETTERS else 1.0
        found[scored.intent] = min(1.0, nearest.similarity * scale)
    return found
