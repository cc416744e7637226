"""Matches a customer's words with values that exist in the business's records, spelling mistakes allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from careline.models.extract import Found
from careline.models.extract.found import found_at
from careline.models.folding import fold

# Similarity of spellings, 0 to 100; below it two names are two names.
_ENOUGH = 84.0
# Shorter values are found only after a cue: two letters stand in every text.
_SHORTEST = 3
# Letters shared by a name of several words and the same number of words in a text: stricter, for these were not said to
# be a name.
_NEARLY = 88.0
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_SPACES = re.compile(r"\s+")


def match_known(text: str, said: Sequence[Found[str]], known: Sequence[str], *, fuzzy: bool) -> list[Found[str]]:
    """Values best first: words the customer said that are a known value; known values anywhere in the text; with
    `fuzzy` words that nearly are one, said by themselves or anywhere in the text."""
    forms = {_plain(value): value for value in known}
    exact = [
        Found(forms[_plain(one.value)], one.start, one.end, one.text) for one in said if _plain(one.value) in forms
    ]
    inside = list(_inside(text, forms))
    near = [found for one in said if (found := _nearest(one, forms)) is not None] if fuzzy else []
    within = _nearly_inside(text, forms) if fuzzy and not (exact or inside) else []
    return _distinct([*exact, *inside, *within, *near])


def _plain(value: str) -> str:
    return _SPACES.sub(" ", fold(value)).strip()


def _inside(text: str, forms: dict[str, str]) -> Iterable[Found[str]]:
    """Known values that stand in the text as whole words, longest first."""
    folded = fold(text)
    found = []
    for form, value in forms.items():
        if len(form) < _SHORTEST and form.isascii():
            continue
        place = folded.find(form)
        if place >= 0 and _stands_alone(folded, place, place + len(form)):
            found.append(found_at(text, place, place + len(form), value))
    return sorted(found, key=lambda one: one.start - one.end)


def _stands_alone(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    touches = (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())
    return not (touches and folded[start:end].isascii())


def _nearest(one: Found[str], forms: dict[str, str]) -> Found[str] | None:
    best = process.extractOne(_plain(one.value), forms.keys(), scorer=fuzz.WRatio, score_cutoff=_ENOUGH)
    return None if best is None else Found(forms[best[0]], one.start, one.end, one.text)


def _nearly_inside(text: str, forms: dict[str, str]) -> list[Found[str]]:
    """As many words as a known value has, nearly spelt like it: several of a thing, or a slip. Best first. Two numbers
    are never nearly the same."""
    folded = fold(text)
    words = [match.span() for match in _WORD.finditer(folded)]
    found: list[tuple[float, Found[str]]] = []
    for form, value in forms.items():
        count = len(_WORD.findall(form))
        if count == 0 or _DIGIT.search(form):
            continue
        for first in range(len(words) - count + 1):
            start, end = words[first][0], words[first + count - 1][1]
            score = fuzz.ratio(folded[start:end], form, score_cutoff=_NEARLY)
            if score:
                found.append((score, found_at(text, start, end, value)))
    return [one for _, one in sorted(found, key=lambda scored: -scored[0])]


def _distinct(found: Iterable[Found[str]]) -> list[Found[str]]:
    return list(dict.fromkeys(found))
