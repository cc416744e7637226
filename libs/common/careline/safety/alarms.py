"""Reads a message for danger. Most messages have none of the words and cost a look into a set; the others are read in
context: what somebody else said, or the customer of herself, is no abuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from careline.models.folding import fold
from careline.models.language import has_han

from . import chinese, chinese_indirect, chinese_plans, english, english_indirect, english_plans
from .rules import Danger, Rule

_WORD = re.compile(r"[a-z][a-z'-]*")
_CODE_SIGNS = ("<", "[", ";", "'", "=", "union")
_ENGLISH = (
    *english.RULES,
    *english_indirect.SELF_HARM,
    *english_indirect.ABUSE,
    *english_plans.FRAUD,
    *english_plans.INJECTION,
)
_CHINESE = (
    *chinese.RULES,
    *chinese_indirect.SELF_HARM,
    *chinese_indirect.ABUSE,
    *chinese_plans.FRAUD,
    *chinese_plans.INJECTION,
)
RULES = (*_ENGLISH, *_CHINESE)
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


# Compiled when a message first has one of a rule's words: all of them at once would cost a service's start 0.1 s.
_regex = cache(re.compile)


def _by_key(rules: Iterable[Rule], keys: Callable[[str], str]) -> Mapping[str, tuple[Rule, ...]]:
    """The rules by what of their words is looked up."""
    found: dict[str, list[Rule]] = {}
    for one in rules:
        for key in {keys(word) for word in one.needs}:
            found.setdefault(key, []).append(one)
    return {key: tuple(each) for key, each in found.items()}


def _grams(text: str) -> set[str]:
    """Every sign, and every two that follow each other."""
    return {*text, *map("".join, pairwise(text))}


@dataclass(frozen=True, slots=True)
class Watch:
    """`lists` are the pack's own words by danger; dangers that are in none of `off` are looked for."""

    lists: Mapping[Danger, Wordlist] = field(default_factory=dict)
    off: frozenset[Danger] = frozenset()
    _latin: Mapping[str, tuple[Rule, ...]] = field(init=False)
    _han: Mapping[str, tuple[Rule, ...]] = field(init=False)
    _own: Mapping[Danger, re.Pattern[str]] = field(init=False)
    _excepted: Mapping[Danger, re.Pattern[str]] = field(init=False)

    def __post_init__(self) -> None:
        latin = _by_key((one for one in _ENGLISH if one.danger not in self.off), lambda word: word)
        han = _by_key((one for one in _CHINESE if one.danger not in self.off), lambda piece: piece[:2])
        own = {danger: found for danger, each in self.lists.items() if (found := _any(each.words))}
        excepted = {danger: found for danger, each in self.lists.items() if (found := _any(each.excepted))}
        for name, value in (
            ("_latin", latin),
            ("_han", han),
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
        found = _in_question(self._latin, set(_WORD.findall(folded)))
        if found:
            own_words = _blanked(folded, english.REPORTED, english.QUOTED)
            for one in found:
                yield from _matches(one, own_words if one.danger is Danger.ABUSE else folded)

    def _chinese(self, folded: str) -> Iterator[Alarm]:
        found = _in_question(self._han, _grams(folded)) if has_han(folded) else ()
        if found:
            own_words = _blanked(folded, chinese.REPORTED, english.QUOTED)
            for one in found:
                yield from _matches(one, own_words if one.danger is Danger.ABUSE else folded)

    def _code(self, folded: str) -> Iterator[Alarm]:
        if Danger.INJECTION not in self.off and any(sign in folded for sign in _CODE_SIGNS):
            yield from (Alarm(Danger.INJECTION, *match.span()) for match in english.CODE.finditer(folded))

    def _is_excepted(self, alarm: Alarm, folded: str) -> bool:
        pattern = self._excepted.get(alarm.danger)
        spans = (match.span() for match in pattern.finditer(folded)) if pattern else ()
        return any(start < alarm.end and alarm.start < end for start, end in spans)


def _in_question(rules: Mapping[str, tuple[Rule, ...]], keys: set[str]) -> Iterable[Rule]:
    """Those that have one of their words there, each once."""
    return {id(one): one for key in keys & rules.keys() for one in rules[key]}.values()


def _matches(one: Rule, text: str) -> Iterator[Alarm]:
    yield from (Alarm(one.danger, *match.span()) for match in _regex(one.pattern).finditer(text))


def _blanked(text: str, *patterns: re.Pattern[str]) -> str:
    """As long as before, without what the patterns match."""
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def _any(phrases: Iterable[str]) -> re.Pattern[str] | None:
    folded = [re.escape(fold(phrase.strip())) for phrase in phrases if phrase.strip()]
    bounded = [f"(?<![a-z0-9]){one}(?![a-z0-9])" for one in folded]
    return re.compile("|".join(bounded)) if bounded else None
