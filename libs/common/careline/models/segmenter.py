"""Chinese words by jieba's dictionary. Loading it takes about a second: `preload` does so before the first message."""

import functools
import importlib
import logging
from typing import Any


def preload() -> None:
    """Loads the dictionary now. Blocks for about a second the first time: call it when a service starts."""
    _tokenizer().initialize()


def words(text: str) -> list[str]:
    """`text` cut into words, nothing left out; unknown names are guessed by jieba's hidden Markov model."""
    return list(_tokenizer().cut(text))


def search_words(text: str) -> list[str]:
    """Words and the shorter words within them. Unknown runs fall to single characters, the same in every context,
    so that a question's keys meet the document's."""
    return list(_tokenizer().cut_for_search(text, HMM=False))


@functools.cache
def _tokenizer() -> Any:
    jieba = importlib.import_module("jieba")
    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()
