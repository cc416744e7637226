"""What of a passage is indexed: the texts whose vectors stand for it, and the weights of its words."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from careline.models.glossary import gloss
from careline.models.language import HAN
from careline.models.script import simplified
from careline.models.synonyms import meanings
from careline.models.text import search_tokens, split_sentences
from careline.tenants.model import GuidePassage

# BM25's constants (Robertson and Zaragoza, 2009), tuned by asking for each passage in one of its own ways, left out of
# the index meanwhile. A Chinese character occurs in many passages: how often it does tells more than for words.
K1 = {"zh": 5.0}
K1_ELSEWHERE = 1.2
B = 0.9
# Words of the title and of the questions say what a passage is about; those of the body only mention things.
FIELD_WEIGHTS = {"asked": 2, "title": 2, "body": 1}

# To be raised when the keys or weights below change: what was stored under another scheme is then made anew.
SCHEME = 4

_HAN_RUN = re.compile(rf"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class Term:
    """The weight of a word in a passage."""

    term: str
    passage: str
    weight: float


def variants(passage: GuidePassage) -> tuple[str, ...]:
    """Texts that stand for the passage: its question under its title, other ways to ask, its sentences, the whole."""
    heading = passage.question or passage.title
    asked = [heading, f"{passage.title}: {heading}", *passage.asked]
    sentences = [sentence.text for sentence in split_sentences(passage.text)]
    return tuple(dict.fromkeys(text for text in (*asked, *sentences, passage.text) if text.strip()))


def digest(text: str) -> str:
    """Tells whether a text has been embedded before; of Chinese the gloss is embedded, which may change."""
    return hashlib.sha256(gloss(text).encode()).hexdigest()[:32]


@lru_cache(maxsize=2048)
def terms_of(text: str) -> tuple[str, ...]:
    """Search keys of a text. Of Chinese: characters, pairs of neighbours (neither needs a dictionary), and meanings."""
    text = simplified(text)
    runs = _HAN_RUN.findall(text)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return (*search_tokens(_HAN_RUN.sub(" ", text)), *"".join(runs), *pairs, *meanings(text))


def weigh(passages: Sequence[GuidePassage]) -> list[Term]:
    """BM25 weights of all words of the passages of one language."""
    counts = {passage.id: _counts(passage) for passage in passages}
    if not counts:
        return []
    k1 = K1.get(passages[0].language, K1_ELSEWHERE)
    average = sum(sum(c.values()) for c in counts.values()) / len(counts) or 1.0
    found = Counter(term for c in counts.values() for term in c)
    return [
        Term(term, passage, idf(found[term], len(counts)) * _share(frequency, sum(c.values()) / average, k1))
        for passage, c in counts.items()
        for term, frequency in c.items()
    ]


def idf(found_in: int, passages: int) -> float:
    """Inverse document frequency; always positive."""
    return math.log(1 + (passages - found_in + 0.5) / (found_in + 0.5))


# What a word weighs that the guide does not have: as if one passage of a hundred had it.
UNKNOWN_WORD = idf(1, 100)


def _share(frequency: float, length: float, k1: float) -> float:
    """BM25's saturation, 0..1: without the usual factor of k1 + 1, which changes no order."""
    return frequency / (frequency + k1 * (1 - B + B * length))


def _counts(passage: GuidePassage) -> Counter[str]:
    counts: Counter[str] = Counter()
    fields = {"title": passage.title, "body": passage.text, "asked": " \n".join((passage.question, *passage.asked))}
    for name, text in fields.items():
        for term in terms_of(text):
            counts[term] += FIELD_WEIGHTS[name]
    return counts
