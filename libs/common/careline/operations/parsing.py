"""Values of an argument's type in a text, with their places: what the classifier finds and the verifier finds again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from careline.contracts.base import JsonScalar
from careline.models.extract import (
    Found,
    choices,
    dates,
    decimals,
    emails,
    identifiers,
    integers,
    is_ordinal,
    money,
    phones,
)
from careline.tenants.model import ArgumentSpec

from .columns import plain_decimal

# Types whose value is the words themselves; where they begin and end is a matter of cues.
FREE_TYPES = frozenset({"text", "address", "lookup"})
# Cues of an argument that numbers things.
_NUMBERING = frozenset({"number", "第"})
# An identifier without a pattern of its own is any word.
ANY_IDENTIFIER = r"\S+"


def values_in(spec: ArgumentSpec, text: str, now: datetime, zone: tzinfo | None = None) -> list[Found[JsonScalar]]:
    """What `text` says of the argument's type, in its order: int, decimals and ISO dates as text, keys of enumerations.

    `now` with a time zone; "today" is its day in `zone`. Empty for the types in FREE_TYPES.
    """
    if spec.type == "date":
        return [_as(one, one.value.isoformat()) for one in dates(text, now, zone)]
    if spec.type in FREE_TYPES:
        return []
    return list(_READERS[spec.type](spec, text))


def names_of(spec: ArgumentSpec) -> dict[str, Sequence[str]]:
    """The words for each key of an enumeration, of all languages together."""
    return {key: [word for words in by_language.values() for word in words] for key, by_language in spec.values.items()}


def _as(one: Found[object], value: JsonScalar) -> Found[JsonScalar]:
    return Found(value, one.start, one.end, one.text)


def counts(spec: ArgumentSpec, text: str, one: Found[Any]) -> bool:
    """Whether a number that stands in the text may be the argument's: "third" is no amount, but it is a problem's
    number. An argument that numbers things has "number" or 第 among its cues, or has none."""
    return (
        not spec.cues
        or not is_ordinal(text, one)
        or any(cue in _NUMBERING for cues in spec.cues.values() for cue in cues)
    )


def _integers(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, one.value) for one in integers(text) if counts(spec, text, one))


def _numbers(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, plain_decimal(one.value)) for one in decimals(text) if counts(spec, text, one))


def _money(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, plain_decimal(one.value.amount)) for one in money(text))


def _keys(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, one.value) for one in choices(text, names_of(spec)))


def _identifiers(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, one.value) for one in identifiers(text, spec.pattern or ANY_IDENTIFIER, bare=True))


def _emails(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, one.value) for one in emails(text))


def _phones(spec: ArgumentSpec, text: str) -> Iterator[Found[JsonScalar]]:
    return (_as(one, one.value) for one in phones(text))


_READERS: dict[str, Callable[[ArgumentSpec, str], Iterator[Found[JsonScalar]]]] = {
    "integer": _integers,
    "number": _numbers,
    "money": _money,
    "enum": _keys,
    "identifier": _identifiers,
    "email": _emails,
    "phone": _phones,
}
