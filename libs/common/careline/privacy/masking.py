"""Typed placeholders in the place of personal data, and back again for the values that an argument needs.

PrivacyError
└── UnknownPlaceholder    a placeholder that this conversation never gave out
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice, product

from careline.models.folding import fold

from .spans import Kind, Span

_PLACEHOLDER = re.compile(rf"<(?P<kind>{'|'.join(Kind)}|text) (?P<number>\d{{1,6}})>")
_ANY_PLACEHOLDER = re.compile(rf"<(?:{'|'.join(Kind)}|text)(?: \d{{1,6}})?>")
_SPACING = re.compile(r"[\W_]+")
# What looks like a placeholder and was typed by somebody: it gets one of its own, so that it stands for nothing else.
_TYPED = "text"
_MOST_READINGS = 32


class PrivacyError(Exception):
    """Root of the tree."""


class UnknownPlaceholder(PrivacyError):
    """Nothing in this conversation was masked by it."""


class Placeholders:
    """The placeholders of one conversation: the same value, however spaced or cased, always gets the same one.

    `values` (placeholder -> value as first said) is all there is to it: keep it, protected, and begin again with it.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})
        self._given = {(_kind_of(name), _key(value)): name for name, value in self._values.items()}
        self._said = {name: {value: None} for name, value in self._values.items()}
        self._counts: dict[str, int] = {}
        for name in self._values:
            kind, number = _kind_of(name), int(name.rpartition(" ")[2].rstrip(">"))
            self._counts[kind] = max(number, self._counts.get(kind, 0))

    @property
    def values(self) -> Mapping[str, str]:
        """Every placeholder with its value."""
        return dict(self._values)

    def of(self, kind: str, value: str) -> str:
        """The placeholder for a value, e.g. `<email 1>`; a new one if it was not seen before."""
        key = (kind, _key(value))
        if key not in self._given:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            name = f"<{kind} {self._counts[kind]}>"
            self._given[key], self._values[name] = name, value
        self._said.setdefault(self._given[key], {})[value] = None
        return self._given[key]

    def forms(self, placeholder: str) -> tuple[str, ...]:
        """A value in every spelling that was masked so far, the first first. Raises UnknownPlaceholder."""
        if placeholder not in self._said:
            raise UnknownPlaceholder(placeholder)
        return tuple(self._said[placeholder])


def mask(text: str, spans: Iterable[Span], placeholders: Placeholders | None = None) -> str:
    """`text` with each of `spans` (in order, without overlaps) as its placeholder; without `placeholders` they are
    numbered within this text."""
    given = placeholders or Placeholders()
    parts, at = [], 0
    for span in spans:
        parts += [_guarded(text[at : span.start], given), given.of(span.kind, span.text)]
        at = span.end
    return "".join([*parts, _guarded(text[at:], given)])


def redact(text: str, spans: Iterable[Span]) -> str:
    """`text` with each of `spans` as `<kind>`, for logs: nothing has to be remembered, and nothing can be undone."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], f"<{span.kind}>"]
        at = span.end
    return "".join([*parts, text[at:]])


def unmask(text: str, placeholders: Placeholders, kinds: Collection[Kind] | None = None) -> str:
    """`text` with placeholders replaced by their values, as first said; with `kinds`, only those.

    Raises UnknownPlaceholder, also for one that a model invented.
    """
    values = placeholders.values

    def value(match: re.Match[str]) -> str:
        if match.group() not in values:
            raise UnknownPlaceholder(match.group())
        wanted = kinds is None or match["kind"] in {*kinds, _TYPED}
        return values[match.group()] if wanted else match.group()

    return _PLACEHOLDER.sub(value, text)


def has_placeholder(text: str) -> bool:
    """Whether anything in `text` looks like a placeholder, numbered or not."""
    return _ANY_PLACEHOLDER.search(text) is not None


def readings(text: str, placeholders: Placeholders) -> Iterator[str]:
    """Every text that `text` may stand for, as first said first: a model quotes a placeholder, and the customer may
    have written the value in another way than the record has it. At most 32. Raises UnknownPlaceholder."""
    parts = _PLACEHOLDER.split(text)  # text, kind, number, text, kind, number ... text
    said = [placeholders.forms(f"<{kind} {number}>") for kind, number in zip(parts[1::3], parts[2::3], strict=True)]
    for chosen in islice(product(*said), _MOST_READINGS):
        yield "".join(part for pair in zip(parts[::3], (*chosen, ""), strict=True) for part in pair)


def _guarded(text: str, given: Placeholders) -> str:
    return _PLACEHOLDER.sub(lambda match: given.of(_TYPED, match.group()), text)


def _kind_of(placeholder: str) -> str:
    return placeholder[1:].partition(" ")[0]


def _key(value: str) -> str:
    folded = fold(value)
    return _SPACING.sub("", folded) or folded
