"""One of a known set of values, by its names, with small misspellings allowed."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from ..folding import fold
from ..language import has_han
from .found import Found, found_at, without_overlaps

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
# One wrong letter in a shorter word makes another word too easily (red, bed).
_SHORTEST_FUZZY = 5


def choices(text: str, options: Mapping[str, Sequence[str]], threshold: float = 85.0) -> list[Found[str]]:
    """The keys whose names occur; the longest name wins where names overlap ("vice team leader", "team leader").

    `threshold` is the least similarity (0 to 100, of rapidfuzz's `ratio`) of a misspelt name; 100 allows none.
    Chinese names must occur as they are.
    """
    folded = fold(text)
    words = list(_WORD.finditer(folded))
    candidates: list[tuple[int, float, Found[str]]] = []
    for key, names in options.items():
        for name in names:
            wanted = fold(name).strip()
            if not wanted:
                continue
            for start, end, score in _occurrences(folded, words, wanted, threshold):
                candidates.append((len(wanted), score, found_at(text, start, end, key)))
    candidates.sort(key=lambda candidate: (-candidate[0], -candidate[1], candidate[2].start))
    return without_overlaps(found for _, _, found in candidates)


def _occurrences(
    folded: str, words: list[re.Match[str]], wanted: str, threshold: float
) -> Iterator[tuple[int, int, float]]:
    exact = [(match.start(), match.end(), 100.0) for match in _as_written(wanted).finditer(folded)]
    yield from exact
    if threshold < 100 and len(wanted) >= _SHORTEST_FUZZY and not has_han(wanted):
        count = len(_WORD.findall(wanted))
        for first in range(len(words) - count + 1 if count else 0):
            start, end = words[first].start(), words[first + count - 1].end()
            score = fuzz.ratio(wanted, folded[start:end], score_cutoff=threshold)
            if score and not any(start < high and low < end for low, high, _ in exact):
                yield start, end, score


def _as_written(wanted: str) -> re.Pattern[str]:
    body = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", wanted) if part) or re.escape(wanted)
    left = r"(?<![a-z0-9])" if wanted[0].isascii() and wanted[0].isalnum() else ""
    right = r"(?:s|es)?(?![a-z0-9])" if wanted[-1].isascii() and wanted[-1].isalnum() else ""
    return re.compile(left + body + right)
