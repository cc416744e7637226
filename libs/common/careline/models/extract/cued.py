"""Free text that stands after words which announce it: "my name is ...", "school called ...", 名字是……"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from ..folding import fold
from . import endings
from .found import Found, found_at, without_overlaps
from .quoted import quoted

T = TypeVar("T")

# Also bounds the work on a text that repeats a cue a thousand times.
_MAX_LENGTH = 300


def after_cues(text: str, cues: Sequence[str], *, max_words: int = 8) -> list[Found[str]]:
    """The words after each cue, to their sensible end: quoted words whole, else up to a pause or the next clause.

    The values of better cues come first: put the specific ones ("my name is") before the vague ones ("to"). Where
    values overlap, the better cue's stays. `max_words` bounds a value of Latin words.
    """
    folded, marked = fold(text), quoted(text)
    values = [_value_at(text, folded, place, marked, max_words) for cue in cues for place in cue_ends(folded, cue)]
    return best_first(value for value in values if value is not None)


def best_first(values: Iterable[Found[T]]) -> list[Found[T]]:
    """Those that overlap no earlier one of `values`, in their order."""
    candidates = list(values)
    kept = {(one.start, one.end) for one in without_overlaps(candidates)}
    return list(dict.fromkeys(one for one in candidates if (one.start, one.end) in kept))


def near_cues(text: str, found: Sequence[Found[T]], cues: Sequence[str], *, reach: int = 25) -> list[Found[T]]:
    """`found` with the values that stand at most `reach` characters after a cue first, nearest first; the others
    follow in their order."""
    folded = fold(text)
    ends = sorted({end for cue in cues for end in cue_ends(folded, cue)})

    def distance(one: Found[T]) -> int:
        place = bisect_right(ends, one.start)
        return min(one.start - ends[place - 1], reach + 1) if place else reach + 1

    return sorted(found, key=distance)


def cue_ends(folded: str, cue: str) -> Iterator[int]:
    """Where the value may start: behind each place of the cue."""
    wanted = fold(cue).strip()
    if not wanted:
        return
    body = r"\s+".join(re.escape(word) for word in wanted.split())
    left = r"(?<![a-z0-9])" if wanted[0].isascii() else ""
    right = r"(?![a-z0-9])" if wanted[-1].isascii() and wanted[-1].isalnum() else ""
    yield from (match.end() for match in re.finditer(left + body + right, folded))


def start_after(text: str, folded: str, place: int, marked: Sequence[Found[str]]) -> Found[str] | int | None:
    """Behind a cue that ends at `place`: the quoted words, or where plain words start, or None if no value can."""
    leading = endings.LEADING.match(folded, place)
    start = leading.end() if leading else place
    number = bisect_left(marked, place, key=lambda one: one.start)
    if number < len(marked) and marked[number].start <= start + 1:
        return marked[number]
    start += len(leading_signs.group()) if (leading_signs := re.match(r"[\s'\"]*", folded[start : start + 9])) else 0
    if folded.startswith("the ", start) and text[start].islower():  # "The Grange" keeps its article
        start += 4
    return None if endings.NO_START.match(folded, start) else start


def _value_at(text: str, folded: str, place: int, marked: Sequence[Found[str]], max_words: int) -> Found[str] | None:
    start = start_after(text, folded, place, marked)
    if not isinstance(start, int):
        return start
    end = _end(folded, start, max_words)
    value = text[start:end]
    return found_at(text, start, end, value) if any(sign.isalnum() for sign in value) else None


def _end(folded: str, start: int, max_words: int) -> int:
    limit = min(start + _MAX_LENGTH, len(folded))
    ends = (kind.search(folded, start, limit) for kind in (endings.CLAUSE_END, endings.NAME_END))
    end = min((match.start() for match in ends if match), default=limit)
    words = list(re.finditer(r"\S+", folded[start:end]))
    if len(words) > max_words:
        end = start + words[max_words - 1].end()
    return start + len(folded[start:end].rstrip(" .,'\""))
