"""Where personal data stands in a text, and of what kind it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What kind of personal data a span is; the value is the word in its placeholder."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    NATIONAL_ID = "id"
    DOCUMENT = "document"  # passport, identity card, driving licence
    IP = "ip"
    LOGIN = "login"  # user and password in a URL, keys and tokens in its query
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    NAME = "name"
    RECORD = "record"  # another value of the customer's own record
    QUOTED = "quoted"  # a value that an error message quotes


@dataclass(frozen=True, slots=True)
class Span:
    """`text` is exactly what stands at [start, end); `confidence` in (0, 1] is that of the rule which found it."""

    kind: Kind
    start: int
    end: int
    text: str
    confidence: float


def span_at(text: str, kind: Kind, start: int, end: int, confidence: float) -> Span:
    """The span of `text` at [start, end)."""
    return Span(kind, start, end, text[start:end], confidence)


def settle(candidates: Iterable[Span]) -> tuple[Span, ...]:
    """In order of the text and without overlaps; every letter and digit of every candidate stays inside a span.

    The longest of those that share characters wins, then the surer one. What sticks out of a winner remains, cut.
    """
    kept: list[Span] = []
    for one in sorted(candidates, key=lambda span: (span.start - span.end, -span.confidence, span.start)):
        kept += _outside(one, sorted(kept, key=lambda span: span.start))
    return tuple(sorted(kept, key=lambda span: span.start))


def _outside(one: Span, kept: Iterable[Span]) -> Iterable[Span]:
    at = one.start
    for other in kept:
        if other.end <= at or other.start >= one.end:
            continue
        yield from _piece(one, at, other.start)
        at = other.end
    yield from _piece(one, at, one.end)


def _piece(one: Span, start: int, end: int) -> Iterable[Span]:
    said = one.text[start - one.start : end - one.start] if start < end else ""
    if any(sign.isalnum() for sign in said):
        start += len(said) - len(said.lstrip())
        yield replace(one, start=start, end=start + len(said.strip()), text=said.strip())
