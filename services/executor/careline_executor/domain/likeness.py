"""Whether two questions ask the same, so that one answer does for both. Pure.

Nearness in meaning alone confuses "delivery to Germany" with "delivery to the EU". So whatever tells near questions
apart has to be the same: the words that carry meaning, figures, negations, and small words
that turn a question round (when, where, before, only).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careline.models.folding import fold
from careline.models.synonyms import meanings
from careline.models.text import content_words

Vector = NDArray[np.float32]

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|none|nothing|neither|nor|cannot|unless|unable|except)\b|n't\b|[不没無无未非别勿]"
)
_TURNING = re.compile(
    r"\b(?:what|when|where|who|whom|whose|which|why|how|much|many|long|often|far|must|need|only|before|after|until|since|"
    r"during|over|under|above|below|more|less|off|out|still|already|every|all|any|both|either|or|and|if)\b"
    r"|谁|哪|为什么|怎么|多少|多久|几|只|必须|需要|之?前|之?后|以上|以下|以?内|以?外|全部|或者?|如果|还是"
)
_SIGNS = re.compile(r"[^\w]+")

# The cosine from which on two questions with the same words may be the same. By evals/answer_cache.py: the least at
# which no two questions of different passages of one half of the shop's guide were taken for the same (but one pair in
# Chinese that asks the same).
LEAST = {"en": 0.85, "zh": 0.85}
LEAST_ELSEWHERE = 0.97


@dataclass(frozen=True, slots=True)
class Question:
    """`plain` is the text without what typing varies; `words` are keys of its meaning; `turning` counts what turns it
    round; `vector` is a unit vector."""

    plain: str
    words: frozenset[str]
    turning: tuple[str, ...]
    vector: Vector


def question(text: str, vector: Vector) -> Question:
    """The question as it is compared. `vector`: float32[384] of the same text, length 1."""
    folded = fold(text)
    negations = len(_NEGATION.findall(folded))
    turning = {*_FIGURE.findall(folded), *_TURNING.findall(folded)}
    return Question(
        plain=_SIGNS.sub(" ", folded).strip(),
        words=frozenset((*content_words(text), *meanings(text))),
        turning=(str(negations), *sorted(turning)),
        vector=vector,
    )


def same(one: Question, other: Question, language: str) -> bool:
    """Whether one answer does for both."""
    return one.plain == other.plain or alike(one, other, LEAST.get(language, LEAST_ELSEWHERE))


def alike(one: Question, other: Question, least: float) -> bool:
    """Whether both ask the same in other words; one without any word of meaning asks nothing."""
    agree = bool(one.words) and one.words == other.words and one.turning == other.turning
    return agree and float(one.vector @ other.vector) >= least
