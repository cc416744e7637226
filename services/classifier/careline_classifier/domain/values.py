"""An argument's value in a text, as its declaration asks for it, with the place it was found at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from careline.contracts.base import JsonScalar
from careline.models.extract import (
    Found,
    addresses,
    after_cues,
    choices,
    dates,
    decimals,
    emails,
    identifiers,
    integers,
    money,
    near_cues,
    phones,
    prefer_corrected,
    quoted,
)
from careline.operations.columns import plain_decimal
from careline.tenants.model import ArgumentSpec

from .matching import match_known

Value = Found[JsonScalar]

# What has the narrower form is looked for first, so that free text never takes a part of it.
_NARROWNESS = (
    "identifier",
    "email",
    "phone",
    "date",
    "money",
    "enum",
    "lookup",
    "number",
    "integer",
    "text",
    "address",
)


@dataclass(frozen=True, slots=True)
class Looked:
    """A text to look in. `now` and `zone` are for days counted from today; `names` are what seems to name something;
    `known` are the values a look-up may have; `answer` is set when the text answers the question for this argument, so
    that no cue is needed."""

    text: str
    now: datetime
    zone: ZoneInfo
    names: tuple[Found[str], ...] = ()
    known: tuple[str, ...] = ()
    answer: bool = False


def types_in(text: str, now: datetime, zone: ZoneInfo) -> frozenset[str]:
    """Types of arguments that plainly stand in a text, whatever the operation: what it is about must take them."""
    amounts = any(one.value.currency for one in money(text))
    found = {"email": bool(emails(text)), "money": amounts, "date": bool(dates(text, now, zone))}
    # Digits of a day or an amount look like a telephone number.
    found["phone"] = bool(phones(text)) and not amounts and not found["date"]
    return frozenset(name for name, present in found.items() if present)


def narrowness(spec: ArgumentSpec) -> int:
    """The order in which an operation's arguments are looked for."""
    return _NARROWNESS.index(spec.type)


def find(spec: ArgumentSpec, looked: Looked, taken: Sequence[Value] = ()) -> Value | None:
    """The value the customer means, or None; never on the characters of `taken`."""
    candidates = [one for one in _candidates(spec, looked) if not any(one.overlaps(other) for other in taken)]
    kept = prefer_corrected(looked.text, candidates)
    fitting = [one for one in kept if _fits(spec, one.value)]
    return fitting[0] if fitting else None


def cues_of(spec: ArgumentSpec) -> list[str]:
    """All cues, in the order of the pack."""
    return [cue for texts in spec.cues.values() for cue in texts]


def _candidates(spec: ArgumentSpec, looked: Looked) -> list[Value]:
    text = looked.text
    match spec.type:
        case "integer":
            return _near(spec, text, integers(text))
        case "number":
            return _near(spec, text, [replace_value(one, plain_decimal(one.value)) for one in decimals(text)])
        case "money":
            return _near(spec, text, [replace_value(one, plain_decimal(one.value.amount)) for one in money(text)])
        case "enum":
            names = {key: [word for words in texts.values() for word in words] for key, texts in spec.values.items()}
            return _near(spec, text, choices(text, names))
        case "identifier":
            return _near(spec, text, identifiers(text, spec.pattern or r"\S+", bare=looked.answer or bool(spec.cues)))
        case "email":
            return _near(spec, text, emails(text))
        case "phone":
            return _near(spec, text, phones(text))
        case "date":
            days = dates(text, looked.now, looked.zone)
            return _near(spec, text, [replace_value(one, one.value.isoformat()) for one in days])
        case "address":
            return _widen(addresses(text, cues_of(spec))) + (_whole(looked) if looked.answer else [])
        case "lookup":
            return _widen(match_known(text, _said(spec, looked), looked.known, fuzzy=spec.fuzzy))
        case _:
            return _widen(_said(spec, looked))


def _said(spec: ArgumentSpec, looked: Looked) -> list[Found[str]]:
    """Words of the customer that may be a free value: after a cue, else what seems to be a name; for an answer, all."""
    after = after_cues(looked.text, cues_of(spec))
    others = [one for one in (*quoted(looked.text), *_spelt(looked)) if not any(one.overlaps(each) for each in after)]
    return [*after, *others, *(_whole(looked) if looked.answer else [])]


def _spelt(looked: Looked) -> list[Found[str]]:
    return [replace(one, value=one.text) for one in looked.names]


_FRAME = re.compile(
    r"^(?:\W*(?:it(?:'s| is)|that(?:'s| is| would be)|this is|the|my|his|her|i mean|sure|ok(?:ay)?|yes|please|its"
    r"|就是|是|叫)\b[\s,:]*)+|[\s,]*(?:please|thanks|thank you|谢谢)?[\s.!?。！？]*$",
    re.IGNORECASE,
)


def _whole(looked: Looked) -> list[Any]:
    """The whole answer without the words around it."""
    text = looked.text
    front = _FRAME.match(text)
    start = front.end() if front else 0
    inner = text[start:]
    ends = [match.start() for match in _FRAME.finditer(inner) if match.end() == len(inner)]
    end = start + (ends[0] if ends else len(inner))
    said = text[start:end].strip()
    if not said:
        return []
    start = text.index(said, start)
    return [Found(said, start, start + len(said), said)]


def _near(spec: ArgumentSpec, text: str, found: Sequence[Found[Any]]) -> list[Value]:
    return near_cues(text, found, cues_of(spec)) if spec.cues else list(found)


def _widen(found: Sequence[Found[str]]) -> list[Value]:
    return [Found(one.value, one.start, one.end, one.text) for one in found]


def replace_value(found: Found[Any], value: JsonScalar) -> Value:
    """The same place with another form of its value."""
    return Found(value, found.start, found.end, found.text)


def _fits(spec: ArgumentSpec, value: JsonScalar) -> bool:
    """Bounds of numbers and days are the executor's: out of range is an answer, no missing argument."""
    if not isinstance(value, str) or spec.type == "identifier":
        return True
    if spec.max_length is not None and len(value) > spec.max_length:
        return False
    return spec.type != "text" or spec.pattern is None or re.fullmatch(spec.pattern, value) is not None
