"""The reflex classifier of one pack version: which intents a message may have, from its examples alone.

Two heads, one per script: the encoder knows English well and Chinese little, so the letters count more in Chinese, and
examples of the one say nothing about the other. A label with many examples is not therefore the likelier one (the guide
has hundreds of questions, a fact has ten), so the examples' frequencies are divided out (logit adjustment, Menon et al.
2021, arXiv 2007.07314). Each passage of the guide is a label of its own: what they have in common is too little for one
linear border.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from careline.models.encoder import Embedding, Encoder
from careline.models.extract import Found
from careline.models.features import ngrams
from careline.models.head import Head
from careline.models.heads import train
from careline.models.language import Language, detect, has_han
from careline.tenants.model import Pack

from .examples import Example, examples_of
from .intents import GUIDE, OUT_OF_SCOPE, Intent, Scored
from .lettering import FirstLine, lettered
from .masking import Masker
from .neighbours import Floats, Neighbours

# Raised when examples, masks or training change in a way that makes stored heads useless.
CODE_VERSION = 7


class Script(StrEnum):
    """What a message is written in."""

    LATIN = "latin"
    HAN = "han"


# How much of the examples' frequency is divided out, and how much the nearest example of an intent counts beside the
# head's logit. By cross-validation on the two packs.
_ADJUSTMENT = {Script.LATIN: 0.3, Script.HAN: 0.6}
_NEARNESS = {Script.LATIN: 2.0, Script.HAN: 2.0}
# Among many passages one is near by chance: so much more must speak for the guide.
_GUIDE_HANDICAP = {Script.LATIN: -0.5, Script.HAN: -1.5}
_LETTERS_WEIGHT = {Script.LATIN: 0.5, Script.HAN: 0.7}
# So many labels of a message are looked at more closely.
_LIKELY = 24


def script_of(text: str) -> Script:
    """What to read it as: Chinese if there is any Chinese character in it, unless what it says is plainly English."""
    return Script.HAN if has_han(text) and detect(text) is not Language.ENGLISH else Script.LATIN


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reflex makes of a message: intents, likeliest first, and the message's similarity to the nearest example
    of each; `passage` is the guide's likeliest."""

    ranking: tuple[Scored, ...]
    similarities: Mapping[Intent, float]
    passage: str = ""

    def similarity(self, intent: Intent) -> float:
        """0.0 for intents that were not looked at."""
        return self.similarities.get(intent, 0.0)


class Reflex:
    """Made by `train_reflex` or from stored heads. Immutable; a reading takes well under a millisecond."""

    def __init__(self, heads: Mapping[Script, Head], masker: Masker) -> None:
        self.heads = dict(heads)
        self._masker = masker
        self._labels = {script: _Labels(head, _ADJUSTMENT[script]) for script, head in heads.items()}
        self._neighbours = {script: Neighbours(head) for script, head in heads.items()}

    def mask(self, text: str) -> str:
        """The form of a message that is to be encoded and read."""
        return self._masker.mask(text)

    def names(self, text: str) -> list[Found[str]]:
        """What seems to name one particular thing in a message as it was written."""
        return self._masker.names(text)

    def coded(self, text: str) -> bool:
        """Whether it names a code."""
        return self._masker.coded(text)

    def codes(self, text: str) -> frozenset[str]:
        """The codes that it names, in capitals."""
        return self._masker.codes(text)

    def common(self, text: str) -> bool:
        """Whether it is made of ordinary words of the pack."""
        return self._masker.common(text)

    def read(self, masked: str, embedding: Embedding) -> Reading:
        """`embedding` is the encoder's for `masked`."""
        script = script_of(masked)
        if script not in self.heads:
            script = next(iter(self.heads))
        head, labels = self.heads[script], self._labels[script]
        letters = ngrams(lettered(masked))
        probabilities = head.probabilities(embedding, letters)
        likely = labels.likely(probabilities)
        near = self._neighbours[script].nearest(embedding, letters if script is Script.HAN else None, likely)
        sharpness = _NEARNESS[script] / head.temperature
        believed = (probabilities[likely] * labels.adjustments[likely]).tolist()
        scores: dict[Intent, float] = {}
        similarities: dict[Intent, float] = {}
        passage = ""
        for number, belief, similarity in zip(likely, believed, near, strict=True):
            intent = labels.intents[number]
            score = belief * math.exp(sharpness * similarity)
            # The guide is as likely as the likeliest of its passages: their number says nothing.
            if score > scores.get(intent, -1.0):
                scores[intent] = score
                if intent is GUIDE:
                    passage = head.labels[number]
            if similarity > similarities.get(intent, 0.0):
                similarities[intent] = similarity
        if GUIDE in scores:
            scores[GUIDE] *= math.exp(_GUIDE_HANDICAP[script] / head.temperature)
        total = sum(scores.values()) or 1.0
        ranking = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return Reading(tuple(Scored(intent, score / total) for intent, score in ranking), similarities, passage)


class _Labels:
    """The labels of a head by their numbers: what each is understood as, and how much of its frequency is divided
    out (float64[labels])."""

    def __init__(self, head: Head, share: float) -> None:
        self.intents = [Intent.parse(label).whole for label in head.labels]
        counts = np.bincount(head.examples.labels, minlength=len(head.labels)).astype(np.float64)
        self.adjustments = np.maximum(counts, 1.0) ** (-share / head.temperature)
        self._always = [
            np.asarray([number for number, intent in enumerate(self.intents) if intent == wanted], np.intp)
            for wanted in (GUIDE, OUT_OF_SCOPE)
        ]

    def likely(self, probabilities: Floats) -> list[int]:
        """The likeliest labels; of the guide and of what is out of scope the likeliest in any case, for they are
        weighed against each other by their nearest examples."""
        kept: list[int] = np.argsort(-probabilities, kind="stable")[:_LIKELY].tolist()
        for numbers in self._always:
            if len(numbers) and (best := int(numbers[probabilities[numbers].argmax()])) not in kept:
                kept.append(best)
        return kept


def train_reflex(pack: Pack, encoder: Encoder, examples: Sequence[Example] = ()) -> Reflex:
    """Trains on `examples`, by default all of the pack's. Blocks for seconds: not for an event loop.

    Raises TrainingImpossible.
    """
    masker = masker_of(pack)
    pairs = [(lettered(masker.mask(example.text)), example.intent.label) for example in examples or examples_of(pack)]
    by_script = {script: [pair for pair in pairs if has_han(pair[0]) is (script is Script.HAN)] for script in Script}
    heads = {
        script: train(own, FirstLine(encoder), ngram_weight=_LETTERS_WEIGHT[script])
        for script, own in by_script.items()
        if len({label for _, label in own}) > 1
    }
    return Reflex(heads or {Script.LATIN: train(pairs, FirstLine(encoder))}, masker)


def masker_of(pack: Pack) -> Masker:
    """Knows the words of the pack's examples as they are written there, and of its guide."""
    return Masker([example.template for example in examples_of(pack)] + [passage.text for passage in pack.guide])
