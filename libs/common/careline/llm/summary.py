"""An earlier exchange in fewer words: its own sentences, chosen, never rewritten. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from careline.models.text import overlap, sentences

# Numbers, amounts, order codes: what later turns refer to.
_IDENTIFIER = re.compile(r"\S*\d\S*")
_SENTENCE_CHARS = 160


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier exchange."""

    customer: str
    reply: str


def relevance(past: Past, question: str) -> float:
    """Share of the question's content words that the exchange has, in [0, 1]; 0 for a question without any ("yes")."""
    has_words = overlap(question, "") < 1.0
    return overlap(question, f"{past.customer} {past.reply}") if has_words else 0.0


def telling(past: Past, question: str) -> str:
    """One sentence of each side: that which shares most with the question; of equals that with more identifiers."""
    return " / ".join(filter(None, (_best(past.customer, question), _best(past.reply, question))))


def _best(text: str, question: str) -> str:
    found = sentences(text)
    if not found:
        return ""
    best = max(found, key=lambda one: (_shared(question, one), len(_IDENTIFIER.findall(one))))
    return best if len(best) <= _SENTENCE_CHARS else best[: _SENTENCE_CHARS - 1] + "…"


def _shared(question: str, sentence: str) -> float:
    return overlap(question, sentence) if overlap(question, "") < 1.0 else 0.0
