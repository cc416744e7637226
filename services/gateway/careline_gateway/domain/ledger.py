"""The ledger as people read it: who asked, in what words, what changed, who approved it, what came of it. Pure.

Unless it is to be revealed, only what plainly is nobody's personal data is shown: numbers, days, states, codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from careline.contracts.seals import key_id_of
from careline.contracts.turn import AGENT
from careline.privacy import conceal

MASK = "•••"
# Codes with a digit (LL-10023), days and moments, words in small letters (cancelled), marks.
_HARMLESS = re.compile(
    r"(?:[A-Z]{1,5}-?\d{1,12}|[a-z][a-z_]{0,30}|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:\+00:00|Z)?)?|-?\d{1,6}(?:\.\d+)?|⟨.*⟩|)"
)
_SEALED = "sealed:"  # as in `careline.storage.sealed`; the keys are not ours
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What is looked for in a tenant's ledger; newest first, at most `limit`."""

    tenant: str
    entry: str | None = None
    customer: str | None = None
    conversation: str | None = None
    operation: str | None = None
    since: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A committed operation, or an approval that ended without a write (then `written` is what would have been).

    `unknown`: another system was asked, and nobody knows what became of it; a person has to settle it. `not_done`: by
    now it is known that nothing was. `settled_by` and `why`: the person who said what became of it."""

    id: str
    at: datetime
    status: Literal["committed", "refused", "stale", "unknown", "not_done"]
    conversation: str
    turn: str
    operation: str
    visitor: str | None
    customer: str | None
    arguments: Sequence[Cells]
    written: Sequence[Cells]
    text: str
    reason: str | None = None
    case: str | None = None
    result: Cells = field(default_factory=dict)
    approval: Cells = field(default_factory=dict)
    undoes: str | None = None
    undone_by: str | None = None
    pack_version: str | None = None
    settled_by: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """Somebody is shown personal data of the ledger: which entries, to whom."""

    tenant: str
    agent: str
    entries: Sequence[str]


def told(row: LedgerRow, *, reveal: bool) -> dict[str, Any]:
    """The row as JSON."""
    hidden = _Hidden(reveal)
    visitor = row.visitor or ""
    body: dict[str, Any] = {
        "entry": row.id,
        "at": row.at,
        "verdict": row.status,
        "reason": row.reason,
        "operation": row.operation,
        "asked_by": {
            "customer": row.customer,
            "agent": visitor.removeprefix(AGENT) if visitor.startswith(AGENT) else None,
            "visitor": row.visitor,
            "assurance": (row.approval.get("identity") or {}).get("assurance"),
        },
        "conversation": row.conversation,
        "turn": row.turn,
        "arguments": [_argument(argument, hidden) for argument in row.arguments],
        "diff": [_change(change, hidden) for change in row.written],
        "approval": _approval(row.approval),
        "result": {name: hidden.value(value) for name, value in row.result.items()},
        "case": row.case,
        "undoes": row.undoes,
        "undone_by": row.undone_by,
        "pack_version": row.pack_version,
        "settled_by": row.settled_by,
    }
    # Last: by now it is known what must not be repeated.
    why = hidden.text(hidden.closed(row.why)) if row.why is not None else None
    return body | {"why": why, "told": hidden.text(hidden.closed(row.text))}


class _Hidden:
    """Masks values, and remembers them so that no text repeats them."""

    def __init__(self, reveal: bool) -> None:
        self._reveal = reveal
        self._masked: set[str] = set()

    def value(self, value: Any) -> Any:
        if self._reveal or not isinstance(value, str) or _HARMLESS.fullmatch(value):
            return value
        self._masked.add(value)
        return MASK

    def closed(self, text: str) -> str:
        """A sealed text says nothing to who may not open it."""
        return MASK if text.startswith(_SEALED) and not self._reveal else text

    def text(self, text: str) -> str:
        if self._reveal:
            return text
        for value in sorted(self._masked, key=len, reverse=True):
            text = re.sub(re.escape(value), MASK, text, flags=re.IGNORECASE)
        return conceal(text)


def _argument(argument: Cells, hidden: _Hidden) -> dict[str, Any]:
    evidence = argument.get("evidence") or {}
    value = hidden.value(argument.get("value"))
    quote = evidence.get("quote", "")
    # Words that a masked value was taken from say it as well.
    shown = MASK if value == MASK and quote else hidden.text(hidden.value(quote) if value == MASK else quote)
    place = {name: evidence.get(name) for name in ("source", "turn", "start", "end", "record")}
    return {"name": argument.get("name"), "value": value, "words": shown, "from": place}


def _change(change: Cells, hidden: _Hidden) -> dict[str, Any]:
    cells = {
        side: {name: hidden.value(value) for name, value in (change.get(side) or {}).items()}
        for side in ("key", "old", "new")
    }
    return {"table": change.get("table"), "action": change.get("action"), **cells}


def _approval(approval: Cells) -> dict[str, Any] | None:
    if not approval:
        return None
    return {
        "signed_by": "verifier",
        "key": key_id_of(str(approval.get("signature") or "")),
        "expires_at": approval.get("expires_at"),
        "epoch": (approval.get("ref") or {}).get("epoch"),
        "diff_hash": approval.get("diff_hash"),
    }
