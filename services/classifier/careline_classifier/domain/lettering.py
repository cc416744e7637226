"""What a text's letters are taken from: the text, and for Chinese the words that its synonyms stand for.

The encoder knows that "send back" and "return" are alike; of Chinese it does not, so a list of synonyms says it.
"""

from __future__ import annotations

from careline.models.encoder import Embedding, Encoder
from careline.models.synonyms import meanings


def lettered(text: str) -> str:
    """The text, and in a second line the meanings of those of its words that have synonyms."""
    keys = [key.strip("~") for key in meanings(text)]
    return f"{text}\n{' '.join(keys)}" if keys else text


class FirstLine(Encoder):
    """An encoder that does not see what `lettered` has added."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.identity = encoder.identity

    def encode(self, text: str) -> Embedding:
        return self._encoder.encode(text.partition("\n")[0])
