"""An argument's value in a text, as its declaration asks for it, with the place it was found at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
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
    postal,
    prefer_corrected,
    quoted,
)
from careline.operations.columns import plain_decimal
from careline.operations.parsing import counts
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


class Strength(IntEnum):
    """How a value announces itself, the surest first."""

    KNOWN = 0  # by its form, or as a value that the records have
    CUED = 1  # by the words before it
    NAMED = 2  # it only looks like a name
    WHOLE = 3  # it is all that was said, in answer to the question for it


@dataclass(frozen=True, slots=True)
class Looked:
    """A text to look in. `now` and `zone` are for days counted from today; `names` are what seems to name something;
    `known` are the values a look-up may have; `common` tells ordinary words from names; `answer` is set when the text
    answers the question for this argument, so that no cue is needed."""

    text: str
    now: datetime
    zone: ZoneInfo
    names: tuple[Found[str], ...] = ()
    known: tuple[str, ...] = ()
    common: Callable[[str], bool] = bool
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


def find(spec: ArgumentSpec, looked: Looked, strength: Strength, taken: Sequence[Value] = ()) -> Value | None:
    """The value meant that announces itself with `strength`, or None; never on the characters of `taken`."""
    candidates = [one for one in _candidates(spec, looked, strength) if not any(one.overlaps(other) for other in taken)]
    kept = prefer_corrected(looked.text, candidates)
    fitting = [one for one in kept if _fits(spec, one.value)]
    return fitting[0] if fitting else None


def find_any(spec: ArgumentSpec, looked: Looked) -> Value | None:
    """The surest value in the text."""
    found = (find(spec, looked, strength) for strength in (Strength.KNOWN, Strength.CUED))
    return next((value for value in found if value is not None), None)


def cues_of(spec: ArgumentSpec) -> list[str]:
    """All cues, in the order of the pack."""
    return [cue for texts in spec.cues.values() for cue in texts]


def takes_names(spec: ArgumentSpec) -> bool:
    """Whether a mere name may be its value."""
    return spec.type in ("text", "lookup")


def _candidates(spec: ArgumentSpec, looked: Looked, strength: Strength) -> list[Value]:
    match strength:
        case Strength.KNOWN:
            return _by_form(spec, looked)
        case Strength.CUED:
            return _after_cues(spec, looked)
        case Strength.NAMED:
            return _widen([*quoted(looked.text), *_spelt(looked)]) if takes_names(spec) else []
        case Strength.WHOLE:
            return _whole(looked) if looked.answer and (takes_names(spec) or spec.type == "address") else []


def _by_form(spec: ArgumentSpec, looked: Looked) -> list[Value]:
    text = looked.text
    match spec.type:
        case "integer":
            return _near(spec, text, [one for one in integers(text) if counts(spec, text, one)])
        case "number":
            numbers = (one for one in decimals(text) if counts(spec, text, one))
            return _near(spec, text, [replace_value(one, plain_decimal(one.value)) for one in numbers])
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
            # Of two days named alike, "November 11" is meant rather than "Thursday".
            found = dates(text, looked.now, looked.zone)
            days = sorted(found, key=lambda one: not any(sign.isdigit() for sign in one.text))
            return _near(spec, text, [replace_value(one, one.value.isoformat()) for one in days])
        case "address":
            return _widen(postal(text))
        case "lookup":
            said = [*after_cues(text, cues_of(spec)), *_spelt(looked), *_whole(looked)]
            return _widen(match_known(text, said, looked.known, fuzzy=spec.fuzzy))
        case _:
            return []


def _after_cues(spec: ArgumentSpec, looked: Looked) -> list[Value]:
    """Words that a cue announces; ordinary words are none ("my school to be changed")."""
    if spec.type == "address":
        return _widen(addresses(looked.text, cues_of(spec)))
    if not takes_names(spec):
        return []
    return _widen([one for one in after_cues(looked.text, cues_of(spec)) if not looked.common(one.text)])


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
