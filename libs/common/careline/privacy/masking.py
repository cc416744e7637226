"""Typed placeholders in the place of personal data, and back again for the values that an argument needs.

PrivacyError
└── UnknownPlaceholder    a placeholder that this conversation never gave out
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from careline.models.folding import fold

from .spans import Kind, Span

_PLACEHOLDER = re.compile(rf"<(?P<kind>{'|'.join(Kind)}|text) (?P<number>\d{{1,6}})>")
_SPACING = re.compile(r"[\W_]+")
# What looks like a placeholder and was typed by somebody: it gets one of its own, so that it stands for nothing else.
_TYPED = "text"


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
        return self._given[key]


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


def _guarded(text: str, given: Placeholders) -> str:
    return _PLACEHOLDER.sub(lambda match: given.of(_TYPED, match.group()), text)


def _kind_of(placeholder: str) -> str:
    return placeholder[1:].partition(" ")[0]


def _key(value: str) -> str:
    folded = fold(value)
    return _SPACING.sub("", folded) or folded
