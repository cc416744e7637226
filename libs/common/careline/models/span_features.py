"""What a tagger looks at around each token of a message: words, shapes, kinds, their order, and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from .folding import fold


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_MONTHS = _listed(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DAYS = _listed("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun")
_NUMBERS = _listed(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty"
)
_AROUND = (-3, -2, -1, 1, 2, 3)


class Token(NamedTuple):
    """Characters `start` to `end` of the text; `word` is folded (small letters)."""

    start: int
    end: int
    text: str
    word: str
    kind: str
    shape: str


def tokens(text: str) -> list[Token]:
    """Runs of letters, runs of digits, single signs: a value begins and ends at the border of one."""
    return [
        Token(m.start(), m.end(), m.group(), fold(m.group()), _kind(m.group()), _shape(m.group()))
        for m in _TOKEN.finditer(text)
    ]


def features(found: Sequence[Token], asked: Collection[str]) -> list[list[str]]:
    """A list for each token. `asked`: the slots that were just asked for."""
    length = len(found)
    words = ["#", *(token.word for token in found), "##"]
    whole = [f"u={word}" for word in sorted(set(words))]
    whole += [f"first={words[1]}", f"first2={words[1]} {words[min(2, length)]}", f"last={words[length]}"]
    wanted = [*sorted(asked)] or ["nothing"]
    return [whole + _of_one(found, place, wanted) for place in range(length)]


def _of_one(found: Sequence[Token], place: int, asked: Sequence[str]) -> list[str]:
    token, length = found[place], len(found)
    kinds = [_at(found, place + step).kind for step in (-2, -1, 0, 1, 2)]
    words = [_at(found, place + step).word for step in (-2, -1, 0, 1, 2)]
    made = [
        "always",
        f"w={token.word}",
        f"s={token.shape}",
        *(f"begin{size}={token.word[:size]}" for size in (3, 4)),
        *(f"end{size}={token.word[-size:]}" for size in (2, 3, 4)),
        f"of={min(length, 8)}",
        f"edge={place == 0}{place == length - 1}",
        f"w-1w={words[1]} {words[2]}",
        f"ww+1={words[2]} {words[3]}",
        f"w-1w+1={words[1]} {words[3]}",
        f"w-2w-1={words[0]} {words[1]}",
        f"k={kinds[2]}",
        f"kk={kinds[1]} {kinds[2]}",
        f"kk+1={kinds[2]} {kinds[3]}",
        f"kkk={' '.join(kinds[1:4])}",
        f"kkkkk={' '.join(kinds)}",
        f"wk={words[1]} {kinds[2]}",
        f"wwk={words[0]} {words[1]} {kinds[2]}",
        f"kw={kinds[2]} {words[3]}",
        f"kww={kinds[2]} {words[3]} {words[4]}",
    ]
    made += [f"w{step}={_at(found, place + step).word}" for step in _AROUND]
    made += [f"s{step}={_at(found, place + step).shape}" for step in (-2, -1, 1, 2)]
    if place and found[place - 1].end == token.start:
        made.append("glued")
    if token.text.isdigit():
        made.append(f"size={_size(token.text)}")
    for slot in asked:
        made += [
            f"a={slot}",
            f"as={slot} {token.shape}",
            f"an={slot} {min(length, 5)}",
            f"aw={slot} {token.word}",
            f"aw-1={slot} {words[1]}",
        ]
    return made


_BEFORE = Token(0, 0, "", "#", "#", "#")
_AFTER = Token(0, 0, "", "##", "##", "##")


def _at(found: Sequence[Token], place: int) -> Token:
    if place < 0:
        return _BEFORE
    return found[place] if place < len(found) else _AFTER


def _kind(text: str) -> str:
    word = text.lower()
    for name, words in (("month", _MONTHS), ("day", _DAYS), ("number", _NUMBERS)):
        if word in words:
            return name
    if word.isdigit():
        return f"digits{len(word)}"
    if not word.isalpha():
        return word
    return "Name" if text[0].isupper() else "word"


def _shape(text: str) -> str:
    """Letters and digits by class, runs cut to two: "August" is Xxx."""
    signs = ("X" if sign.isupper() else "x" if sign.isalpha() else "d" if sign.isdigit() else sign for sign in text)
    return re.sub(r"(.)\1+", r"\1\1", "".join(signs))


def _size(digits: str) -> str:
    """Hours, days of a month, and years are told apart by how large they are."""
    if len(digits) > 4:
        return "long"
    number = int(digits)
    return next((f"<{border}" for border in (13, 25, 32, 60, 100, 1900) if number < border), "year")
