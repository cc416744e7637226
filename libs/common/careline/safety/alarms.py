"""Reads a message for danger. Most messages have none of the words and cost a look into a set; the others are read in
context: what somebody else said, or the customer of herself, is no abuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from careline.models.folding import fold
from careline.models.language import has_han

from . import chinese, english
from .rules import Danger, Rule

_WORD = re.compile(r"[a-z][a-z'-]*")
_CODE_SIGNS = ("<", "[", ";", "'", "=", "union")
_ORDER = {danger: number for number, danger in enumerate(Danger)}


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is said at the characters [start, end) of the message is a sign of `danger`."""

    danger: Danger
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Wordlist:
    """A pack's own: phrases that raise an alarm, too, and phrases in which nothing is meant. Whole words, any case."""

    words: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    danger: Danger
    needs: frozenset[str]
    pattern: re.Pattern[str]


def _compiled(one: Rule) -> _Compiled:
    return _Compiled(one.danger, one.needs, re.compile(one.pattern))


@dataclass(frozen=True, slots=True)
class Watch:
    """`lists` are the pack's own words by danger; dangers that are in none of `off` are looked for."""

    lists: Mapping[Danger, Wordlist] = field(default_factory=dict)
    off: frozenset[Danger] = frozenset()
    _latin: tuple[_Compiled, ...] = field(init=False)
    _han: tuple[_Compiled, ...] = field(init=False)
    _needed: frozenset[str] = field(init=False)
    _pieces: re.Pattern[str] | None = field(init=False)
    _own: Mapping[Danger, re.Pattern[str]] = field(init=False)
    _excepted: Mapping[Danger, re.Pattern[str]] = field(init=False)

    def __post_init__(self) -> None:
        latin = tuple(_compiled(one) for one in english.RULES if one.danger not in self.off)
        han = tuple(_compiled(one) for one in chinese.RULES if one.danger not in self.off)
        pieces = sorted({piece for one in han for piece in one.needs})
        own = {danger: found for danger, each in self.lists.items() if (found := _any(each.words))}
        excepted = {danger: found for danger, each in self.lists.items() if (found := _any(each.excepted))}
        for name, value in (
            ("_latin", latin),
            ("_han", han),
            ("_needed", frozenset(word for one in latin for word in one.needs)),
            ("_pieces", re.compile("|".join(map(re.escape, pieces))) if pieces else None),
            ("_own", {danger: found for danger, found in own.items() if danger not in self.off}),
            ("_excepted", excepted),
        ):
            object.__setattr__(self, name, value)

    def alarm(self, text: str) -> Alarm | None:
        """The gravest that the message shows."""
        folded = fold(text)
        found = [*self._english(folded), *self._chinese(folded), *self._code(folded)]
        found += [Alarm(danger, *match.span()) for danger, own in self._own.items() for match in own.finditer(folded)]
        if not found:
            return None
        meant = [one for one in found if not self._is_excepted(one, folded)]
        return min(meant, key=lambda one: (_ORDER[one.danger], one.start), default=None)

    def _english(self, folded: str) -> Iterator[Alarm]:
        words = set(_WORD.findall(folded))
        if words.isdisjoint(self._needed):
            return
        own_words = _blanked(folded, english.REPORTED, english.QUOTED)
        for one in self._latin:
            if not words.isdisjoint(one.needs):
                yield from _matches(one, own_words if one.danger is Danger.ABUSE else folded)

    def _chinese(self, folded: str) -> Iterator[Alarm]:
        if self._pieces is None or not has_han(folded) or not self._pieces.search(folded):
            return
        own_words = _blanked(folded, chinese.REPORTED, english.QUOTED)
        for one in self._han:
            yield from _matches(one, own_words if one.danger is Danger.ABUSE else folded)

    def _code(self, folded: str) -> Iterator[Alarm]:
        if Danger.INJECTION not in self.off and any(sign in folded for sign in _CODE_SIGNS):
            yield from (Alarm(Danger.INJECTION, *match.span()) for match in english.CODE.finditer(folded))

    def _is_excepted(self, alarm: Alarm, folded: str) -> bool:
        pattern = self._excepted.get(alarm.danger)
        spans = (match.span() for match in pattern.finditer(folded)) if pattern else ()
        return any(start < alarm.end and alarm.start < end for start, end in spans)


def _matches(one: _Compiled, text: str) -> Iterator[Alarm]:
    yield from (Alarm(one.danger, *match.span()) for match in one.pattern.finditer(text))


def _blanked(text: str, *patterns: re.Pattern[str]) -> str:
    """As long as before, without what the patterns match."""
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def _any(phrases: Iterable[str]) -> re.Pattern[str] | None:
    folded = [re.escape(fold(phrase.strip())) for phrase in phrases if phrase.strip()]
    bounded = [f"(?<![a-z0-9]){one}(?![a-z0-9])" for one in folded]
    return re.compile("|".join(bounded)) if bounded else None
