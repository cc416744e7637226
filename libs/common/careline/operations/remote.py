"""Effects in other systems, read alike by executor and verifier: what is sent, and what is shown before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.systems.answers import Answer, value_at
from careline.systems.errors import CallError
from careline.systems.verdicts import said_no
from careline.tenants.model import Answered, Call, Column, Expr, Match, Pack, Preview, Ref, Shown

from .columns import to_column, to_json
from .errors import NoPreview, UnknownName, UnresolvedValue
from .resolve import mark, raw
from .rules import Refused
from .situation import Situation

KEY = Ref(ref="idempotency_key")
_ANY = Column(type="timestamp", nullable=True)  # for marks: only what counts from now has one


class System(Protocol):
    """One other system, as far as it is looked at."""

    def check(self, call: str, values: Mapping[str, Any]) -> None: ...

    async def call(self, call: str, values: Mapping[str, Any], key: tuple[str, str] | None = None) -> Answer: ...


class Systems(Protocol):
    """The other systems, by pack and name."""

    def of(self, pack: Pack, name: str) -> System: ...


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an effect would change; or `refused`, when the other system says no beforehand."""

    diff: tuple[RowChange, ...] = ()
    refused: Refused | None = None


def values_of(match: Match, situation: Situation, key: str | None = None) -> dict[str, Any]:
    """The typed values of a call's arguments; `key` for `$idempotency_key`. Raises UnknownName, ExpressionError."""
    return {name: key if value == KEY else raw(value, situation) for name, value in match.items()}


async def foresee(systems: Systems, pack: Pack, effect: Call, situation: Situation) -> Foreseen:
    """Asks the system what the effect would change; without a declared preview, its arguments are the difference.

    Changes nothing. Raises NoPreview when there is no answer to rely on, or the effect's own values cannot be sent.
    """
    try:
        system = systems.of(pack, effect.system)
        if effect.preview is None:
            system.check(effect.call, values_of(effect.arguments, situation))
            return Foreseen(arguments_shown(effect, situation))
        answer = await system.call(effect.preview.call, values_of(effect.preview.arguments, situation))
        system.check(effect.call, values_of(effect.arguments, situation))
    except (CallError, UnknownName) as error:
        raise NoPreview(f"{type(error).__name__}: {error}") from error
    declined = said_no(effect.preview.refusals, answer)
    if declined is not None:
        return Foreseen(refused=Refused(declined.reason, declined.words))
    if answer.error or answer.status >= 300 or not answer.whole:
        raise NoPreview(f"{effect.system}: {effect.preview.call} gave no preview (status {answer.status})")
    return Foreseen(difference(effect, effect.preview, situation, answer.content))


def arguments_shown(effect: Call, situation: Situation) -> tuple[RowChange, ...]:
    """What is sent, in the form of an added row; moments stand as marks."""
    sent = {name: _mark(value) or to_json(raw(value, situation)) for name, value in effect.arguments.items()}
    given = {name: value for name, value in sent.items() if value is not None}
    return (RowChange(table=f"{effect.system}.{effect.call}", action="insert", key={}, new=given),)


def difference(effect: Call, preview: Preview, situation: Situation, content: Any) -> tuple[RowChange, ...]:
    """Old -> new of the fields that the preview declares; nothing when all of them are so already. Raises NoPreview."""
    old: dict[str, JsonScalar] = {}
    new: dict[str, JsonScalar] = {}
    marked: set[str] = set()
    try:
        for name, shown in preview.fields.items():
            old[name] = _typed(value_at(content, shown.old), shown, name) if shown.old is not None else None
            moment = _mark(shown.new)
            new[name] = moment or _typed(_new(shown, situation, content), shown, name)
            if moment is not None:
                marked.add(name)
    except (ValueError, UnresolvedValue, UnknownName) as error:
        raise NoPreview(f"{effect.system}: {preview.call} answered no preview: {error}") from error
    changed = [name for name in preview.fields if old[name] != new[name]]
    if not set(changed) - marked:
        return ()
    key = {name: to_json(raw(value, situation)) for name, value in preview.key.items()}
    added = all(shown.old is None for shown in preview.fields.values())
    return (
        RowChange(
            table=f"{effect.system}.{preview.shows}",
            action="insert" if added else "update",
            key=key,
            old={} if added else {name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        ),
    )


def _new(shown: Shown, situation: Situation, content: Any) -> Any:
    if isinstance(shown.new, Answered):
        return value_at(content, shown.new.answer)
    return raw(shown.new, situation)


def _typed(value: Any, shown: Shown, name: str) -> JsonScalar:
    return to_json(to_column(value, Column(type=shown.type, nullable=True), name))


def _mark(value: Any) -> str | None:
    return mark(value, _ANY) if isinstance(value, Ref | Expr) else None
