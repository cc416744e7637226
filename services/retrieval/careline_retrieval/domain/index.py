"""What of a passage is indexed: the texts whose vectors stand for it, and the weights of its words."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from careline.models.language import HAN
from careline.models.text import search_tokens, split_sentences
from careline.tenants.model import GuidePassage

# BM25's usual constants (Robertson and Zaragoza, 2009). Passages are short and of similar length: b stays moderate.
K1 = 1.2
B = 0.6
# Words of the title and of the questions say what a passage is about; those of the body only mention things.
FIELD_WEIGHTS = {"asked": 2, "title": 2, "body": 1}

_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")


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
    """Tells whether a text has been embedded before."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def terms_of(text: str) -> list[str]:
    """Search keys of a text: words, and pairs of neighbouring Chinese characters, which need no dictionary."""
    pairs = [run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(len(run) - 1)]
    return search_tokens(text) + pairs


def weigh(passages: Sequence[GuidePassage]) -> list[Term]:
    """BM25 weights of all words of the passages of one language."""
    counts = {passage.id: _counts(passage) for passage in passages}
    if not counts:
        return []
    average = sum(sum(c.values()) for c in counts.values()) / len(counts) or 1.0
    found = Counter(term for c in counts.values() for term in c)
    return [
        Term(term, passage, _bm25(frequency, sum(c.values()) / average, found[term], len(counts)))
        for passage, c in counts.items()
        for term, frequency in c.items()
    ]


def idf(found_in: int, passages: int) -> float:
    """Inverse document frequency; always positive."""
    return math.log(1 + (passages - found_in + 0.5) / (found_in + 0.5))


def _bm25(frequency: float, length: float, found_in: int, passages: int) -> float:
    return idf(found_in, passages) * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length))


def _counts(passage: GuidePassage) -> Counter[str]:
    counts: Counter[str] = Counter()
    fields = {"title": passage.title, "body": passage.text, "asked": " \n".join((passage.question, *passage.asked))}
    for name, text in fields.items():
        for term in terms_of(text):
            counts[term] += FIELD_WEIGHTS[name]
    return counts
