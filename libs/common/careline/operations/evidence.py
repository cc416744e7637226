"""Derives an argument's value again from its evidence, so that a value without evidence is impossible. Pure.

The codes of EvidenceError:
  no_such_turn      the earlier message is not in the history            not_a_quote    other words stand there
  not_a_whole_word  the quote cuts a word or a number in two             not_its_type   the quote says no such value
  ambiguous         it says several                                      bad_value      bounds of length, pattern
  no_such_record    not where the pack takes values from                 not_unique     no row, or more than one
  not_pending       no open question has it                              unsealed       the question has no good seal
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from rapidfuzz import fuzz

from careline.contracts.base import JsonScalar
from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, Turn
from careline.models.folding import fold
from careline.tenants.model import ArgumentSpec

from .columns import to_json
from .errors import EvidenceError
from .parsing import FREE_TYPES, values_in

DEFAULT_RECORD = "pack.default"
# Least similarity (rapidfuzz's WRatio, 0 to 100) of misspelt words to the value of a fuzzy look-up.
FUZZY = 84.0


@dataclass(frozen=True, slots=True)
class Sources:
    """Where values may come from. `records`: for an argument the only row's value, as the pack's `from_record` finds
    it; `lookups`: values of the look-up's column that its words may mean; `pending_trusted`: the turn's open question
    carries the verifier's seal."""

    turn: Turn
    zone: tzinfo | None = None
    records: Mapping[str, JsonScalar] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pending_trusted: bool = False


def derive(name: str, spec: ArgumentSpec, evidence: ArgumentEvidence, sources: Sources) -> JsonScalar:
    """The value that `evidence` gives the argument. Raises EvidenceError."""
    match evidence.source:
        case EvidenceSource.TEXT | EvidenceSource.HISTORY:
            value = _from_words(name, spec, evidence, sources)
        case EvidenceSource.RECORD:
            value = _from_record(name, spec, evidence, sources)
        case EvidenceSource.PENDING:
            value = _from_pending(name, sources)
    if isinstance(value, str) and not _well_formed(spec, value):
        raise EvidenceError(name, "bad_value")
    return value


def _from_words(name: str, spec: ArgumentSpec, evidence: ArgumentEvidence, sources: Sources) -> JsonScalar:
    text = _source_text(name, evidence, sources.turn)
    start, end = evidence.start, evidence.end
    if not 0 <= start < end <= len(text) or text[start:end] != evidence.quote:
        raise EvidenceError(name, "not_a_quote")
    said = values_in(spec, text, sources.turn.received_at, sources.zone)
    here = [one.value for one in said if (one.start, one.end) == (start, end)]
    if here:
        return here[0]
    if _cuts_a_word(text, start, end):
        raise EvidenceError(name, "not_a_whole_word")
    if spec.type == "lookup":
        return _looked_up(name, spec, evidence.quote, sources.lookups.get(name, ()))
    if spec.type in FREE_TYPES:
        return evidence.quote
    alone = {one.value for one in values_in(spec, evidence.quote, sources.turn.received_at, sources.zone)}
    if len(alone) != 1:
        raise EvidenceError(name, "ambiguous" if alone else "not_its_type")
    return alone.pop()


def _source_text(name: str, evidence: ArgumentEvidence, turn: Turn) -> str:
    """The customer's own words; what was replied to them is no evidence."""
    if evidence.source is EvidenceSource.TEXT:
        return turn.text
    for exchange in turn.history:
        if exchange.turn == evidence.turn:
            return exchange.customer
    raise EvidenceError(name, "no_such_turn")


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    return _joined(text[start - 1 : start], text[start]) or _joined(text[end - 1], text[end : end + 1])


def _joined(left: str, right: str) -> bool:
    """Both sides belong to one word; Chinese is written without spaces, so there any cut may be right."""
    return all(sign.isascii() and (sign.isalnum() or sign in "_@") for sign in (left or " ", right or " "))


def _looked_up(name: str, spec: ArgumentSpec, quote: str, values: tuple[str, ...]) -> JsonScalar:
    said = _plain(quote)
    same = sorted({value for value in values if _plain(value) == said})
    if quote in same:
        return quote
    if len(same) > 1:
        raise EvidenceError(name, "ambiguous")
    if same:
        return same[0]
    near = [(fuzz.WRatio(_plain(value), said), value) for value in values] if spec.fuzzy else []
    score, best = max(near, default=(0.0, quote))
    return best if score >= FUZZY else quote


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _from_record(name: str, spec: ArgumentSpec, evidence: ArgumentEvidence, sources: Sources) -> JsonScalar:
    if evidence.record == DEFAULT_RECORD and spec.default is not None:
        return spec.default
    source = spec.from_record
    if source is None or evidence.record != f"{source.table}.{source.column}":
        raise EvidenceError(name, "no_such_record")
    if name not in sources.records:
        raise EvidenceError(name, "not_unique")
    return to_json(sources.records[name])


def _from_pending(name: str, sources: Sources) -> JsonScalar:
    pending = sources.turn.pending
    if pending is None or sources.turn.received_at >= pending.expires_at:
        raise EvidenceError(name, "not_pending")
    if not sources.pending_trusted:
        raise EvidenceError(name, "unsealed")
    for argument in pending.arguments:
        if argument.name == name:
            return argument.value
    raise EvidenceError(name, "not_pending")


def _well_formed(spec: ArgumentSpec, value: str) -> bool:
    if spec.max_length is not None and len(value) > spec.max_length:
        return False
    if spec.type == "enum":
        return value in spec.values
    return spec.pattern is None or spec.type not in ("text", "identifier") or bool(re.fullmatch(spec.pattern, value))


def same_value(one: Argument, value: JsonScalar) -> bool:
    """Whether an argument carries exactly `value`: 1, "1" and True are three."""
    return type(one.value) is type(value) and one.value == value
