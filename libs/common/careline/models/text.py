"""Words of English and Chinese text: what it is about, and the keys to find it by.

Chinese needs a dictionary that takes a second to load: call `preload` when a service starts.
"""

import re
from collections.abc import Callable, Iterator

from .folding import fold
from .language import HAN
from .segmenter import preload, search_words, words
from .sentences import Sentence, sentences, split_sentences
from .stemming import stem
from .stopwords import CHINESE, ENGLISH

__all__ = ["Sentence", "content_words", "overlap", "preload", "search_tokens", "sentences", "split_sentences"]

_PIECE = re.compile(
    rf"(?P<han>[{HAN}]+)"
    rf"|(?P<number>\d++(?:[.,]\d++)*+%?+(?![^\W{HAN}]|-\w))"
    rf"|(?P<word>[^\W_{HAN}]+(?:[-'._@][^\W_{HAN}]+)*)"
)
_POSSESSIVE = re.compile(r"'(?:s|re|ve|ll|d|m|t)?$")
_INNER_SIGN = re.compile(r"[-'._@]")


def content_words(text: str) -> list[str]:
    """Keys of the words that carry meaning, in order, repeats kept: stems of English words, Chinese words, numbers
    without digit grouping ("1,200" and "1200" agree), identifiers in lower case."""
    return list(_keys(text, words, whole_only=True))


def search_tokens(text: str) -> list[str]:
    """Keys for full-text search, for documents and questions alike: as `content_words`, plus the parts of compound
    words and identifiers, in both languages. Free of white space, quotes and backslashes."""
    return list(_keys(text, search_words, whole_only=False))


def overlap(claim: str, evidence: str) -> float:
    """Share of the claim's distinct content words that occur in the evidence; 1.0 for a claim without any."""
    wanted = set(content_words(claim))
    if not wanted:
        return 1.0
    # The parts within compounds count as said, so that "退款" is found in "退款申请".
    present = set(content_words(evidence)) | set(search_tokens(evidence))
    return len(wanted & present) / len(wanted)


def _keys(text: str, cut: Callable[[str], list[str]], *, whole_only: bool) -> Iterator[str]:
    for match in _PIECE.finditer(fold(text)):
        piece = match.group()
        if match.lastgroup == "han":
            yield from (word for word in cut(piece) if word not in CHINESE)
        elif match.lastgroup == "number":
            yield piece.replace(",", "")
        else:
            yield from _word_keys(piece, whole_only)


def _word_keys(piece: str, whole_only: bool) -> Iterator[str]:
    word = _POSSESSIVE.sub("", piece)
    parts = [part for part in _INNER_SIGN.split(word) if part]
    if len(parts) < 2:
        yield from _plain(parts)
    elif any(sign.isdigit() for sign in word) or "@" in word or "." in word:
        yield word.replace("'", "")
        if not whole_only:
            yield from _plain(parts)
    elif len(min(parts, key=len)) == 1:  # e-mail, t-shirt
        yield stem("".join(parts))
    else:
        yield from _plain(parts)


def _plain(parts: list[str]) -> Iterator[str]:
    return (stem(part) for part in parts if part not in ENGLISH)
