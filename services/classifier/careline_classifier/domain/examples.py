"""The examples of a pack as training data: every way a customer may say every intent."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from careline.contracts.understanding import Route
from careline.tenants.model import ArgumentSpec, Examples, Pack

from .intents import COMPLAINT, GUIDE, HUMAN, OUT_OF_SCOPE, SUGGESTION, Intent, fact, operation, small_talk
from .masking import NAME

_SLOT = re.compile(r"\{(\w+)\}")
# An example is filled with this many different values of its slots, so that no single value is learnt by heart.
_FILLINGS = 2
_NAMING = frozenset({"lookup", "text"})


@dataclass(frozen=True, slots=True)
class Example:
    """`text` is filled; `template` is as the pack has it: fillings of one template are no independent witnesses. The
    intent of a question of the guide names the passage, where that is known."""

    text: str
    intent: Intent
    template: str


def examples_of(pack: Pack) -> tuple[Example, ...]:
    """All examples of the pack, those of the guide's questions included."""
    return tuple(_all(pack))


def _all(pack: Pack) -> Iterator[Example]:
    for name, spec in pack.declared.items():
        yield from _filled(spec.examples, operation(name), spec.arguments)
        yield from _filled(spec.not_examples, GUIDE, spec.arguments)
    for name, each in pack.profile.facts.items():
        yield from _filled(each.examples, fact(name))
    replies = pack.replies
    for kind, talk in replies.small_talk.items():
        yield from _filled(talk.examples, small_talk(kind))
    yield from _filled(replies.human.examples, HUMAN)
    yield from _filled(replies.complaint.examples, COMPLAINT)
    yield from _filled(replies.suggestion.examples, SUGGESTION)
    yield from _filled(replies.out_of_scope.examples, OUT_OF_SCOPE)
    yield from _filled(replies.guide.examples, GUIDE)
    for passage in pack.guide:
        for text in (passage.question, *passage.asked):
            if text:
                yield Example(text, Intent(Route.GUIDE, passage.id), text)


def _filled(
    examples: Examples, intent: Intent, arguments: Mapping[str, ArgumentSpec] | None = None
) -> Iterator[Example]:
    for texts in examples.values():
        for template in texts:
            for filling in _fillings(template, arguments or {}):
                yield Example(filling, intent, template)


def _fillings(template: str, arguments: Mapping[str, ArgumentSpec]) -> list[str]:
    """With other samples for every template, so that together they show all; names are also filled in as they look
    masked."""
    slots = [arguments[name] for name in _SLOT.findall(template) if name in arguments and _samples(arguments[name])]
    if not slots:
        return [_filling(template, arguments, 0)]
    first = zlib.crc32(template.encode())
    filled = [_filling(template, arguments, first + turn) for turn in range(_FILLINGS)]
    masked = [_filling(template, arguments, None)] if any(spec.type in _NAMING for spec in slots) else []
    return list(dict.fromkeys(filled + masked))


def _filling(template: str, arguments: Mapping[str, ArgumentSpec], turn: int | None) -> str:
    def value(match: re.Match[str]) -> str:
        spec = arguments.get(match[1])
        samples = _samples(spec) if spec else ()
        if spec is None or not samples:
            return match[1]
        return NAME if turn is None and spec.type in _NAMING else samples[(turn or 0) % len(samples)]

    return _SLOT.sub(value, template)


def _samples(spec: ArgumentSpec) -> tuple[str, ...]:
    """The declared samples; an enumeration's own words serve as well."""
    return spec.samples or tuple(word for words in spec.values.values() for texts in words.values() for word in texts)
