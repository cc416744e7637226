"""An earlier exchange in fewer words: its own sentences, chosen, never rewritten. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from careline.models.text import content_words, search_tokens, sentences

# Numbers, amounts, order codes: what later turns refer to.
_IDENTIFIER = re.compile(r"\S*\d\S*")
_SENTENCE_CHARS = 160


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier exchange."""

    customer: str
    reply: str


class Question:
    """The words that matter of what is asked now, found once."""

    def __init__(self, text: str) -> None:
        self._words = frozenset(content_words(text))

    def shared(self, text: str) -> float:
        """Share of its words that `text` has, in [0, 1]; 0 for a question without any ("yes")."""
        return len(self._words.intersection(search_tokens(text))) / len(self._words) if self._words else 0.0

    def relevance(self, past: Past) -> float:
        """Of an exchange, both sides together."""
        return self.shared(f"{past.customer} {past.reply}")


def telling(past: Past, question: Question) -> str:
    """One sentence of each side: that which shares most with the question; of equals that with more identifiers."""
    return " / ".join(filter(None, (_best(past.customer, question), _best(past.reply, question))))


def _best(text: str, question: Question) -> str:
    found = sentences(text)
    if not found:
        return ""
    best = max(found, key=lambda one: (question.shared(one), len(_IDENTIFIER.findall(one))))
    return best if len(best) <= _SENTENCE_CHARS else best[: _SENTENCE_CHARS - 1] + "…"
