"""What a text looks like, as opposed to what it means: hashed character and word n-grams.

They catch what a small encoder misses: names, codes, misspellings, and Chinese. Character n-grams follow Cavnar and
Trenkle (1994); signed hashing into few dimensions, which keeps inner products right on average, follows Weinberger et
al. (2009, arXiv 0902.2206). The hash is arithmetic on code points: the same in every process, on every machine.
"""

import re
import zlib
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .folding import fold
from .language import HAN

DIMENSION = 2048
_SHORTEST, _LONGEST = 2, 5
# More tells no more about an intent, and bounds the work on a giant text.
_MAX_CHARACTERS = 2000
_WORD = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:'[^\W_{HAN}]+)?")
_STEP = np.uint64(0x9E3779B97F4A7C15)
_WORD_SALT = np.uint64(0xD1B54A32D192ED03)


class Sparse(NamedTuple):
    """A vector of `DIMENSION` numbers: `values` (float32) at ascending `indices`, zero elsewhere; length 1 (or 0)."""

    indices: NDArray[np.intp]
    values: NDArray[np.float32]

    def dense(self) -> NDArray[np.float32]:
        """float32[DIMENSION]."""
        vector = np.zeros(DIMENSION, np.float32)
        vector[self.indices] = self.values
        return vector


def ngrams(text: str) -> Sparse:
    """Character 2- to 5-grams across word borders, single words and pairs (a Chinese character counts as a word), with
    logarithmic frequency. About 0.1 ms for a short message."""
    words = _WORD.findall(fold(text[:_MAX_CHARACTERS]))
    if not words:
        return Sparse(np.empty(0, np.intp), np.empty(0, np.float32))
    hashes, counts = np.unique(np.concatenate([*_character_hashes(words), *_word_hashes(words)]), return_counts=True)
    mixed = _mix(hashes)
    signs = 1.0 - 2.0 * (mixed & np.uint64(1)).astype(np.float64)
    buckets = (mixed >> np.uint64(33)).astype(np.int64) % DIMENSION
    vector = np.bincount(buckets, signs * (1.0 + np.log(counts)), DIMENSION)
    indices = np.flatnonzero(vector)
    values = vector[indices]
    length = float(np.sqrt(values @ values))
    return Sparse(indices, (values / (length or 1.0)).astype(np.float32))


class SparseRows(NamedTuple):
    """The n-grams of several texts: `counts` (int32) says how many of `indices` and `values` belong to each."""

    counts: NDArray[np.int32]
    indices: NDArray[np.uint16]
    values: NDArray[np.float32]


def ngram_rows(texts: Iterable[str]) -> SparseRows:
    """What `ngrams` gives for each text, in one piece."""
    found = [ngrams(text) for text in texts]
    return SparseRows(
        np.asarray([len(each.indices) for each in found], np.int32),
        np.concatenate([np.empty(0, np.uint16), *(each.indices.astype(np.uint16) for each in found)]),
        np.concatenate([np.empty(0, np.float32), *(each.values for each in found)]),
    )


def similarity(one: Sparse, other: Sparse) -> float:
    """Cosine, 1.0 for texts with the same n-grams; around 0 for texts that share none."""
    return float(one.values @ other.dense()[one.indices])


def _character_hashes(words: list[str]) -> list[NDArray[np.uint64]]:
    line = f" {' '.join(words)} "
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    found, rolling = [], codes
    for size in range(2, _LONGEST + 1):
        rolling = rolling[:-1] * _STEP + codes[size - 1 :]
        if size >= _SHORTEST:
            found.append(rolling)
    return found


def _word_hashes(words: list[str]) -> list[NDArray[np.uint64]]:
    single = np.asarray([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words], np.uint64) ^ _WORD_SALT
    return [single, single[:-1] * _STEP + single[1:]]


def _mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele et al. 2014): every bit of the input decides every bit of the output."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))
