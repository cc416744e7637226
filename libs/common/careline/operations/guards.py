"""Cooling-off and rate limits, decided from the ledger: the same for the dry run, the commit and the verifier.

`Past` is read inside the caller's transaction. The turn that asks is left out: told again, it is not a second time.
What was undone cools nothing off, but counts: who does and undoes without end is limited all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from careline.contracts.base import TurnRef
from careline.contracts.turn import Identity
from careline.tenants.model import CoolingOff, Insert, Operation, Pack, RateLimit

from .columns import to_json
from .preview import about
from .reads import Connection, rows, table_of
from .rules import Decision, Proceed, Refused
from .situation import Situation, proven_customer


@dataclass(frozen=True, slots=True)
class Asked:
    """Which operation is asked for, in which turn, by whom."""

    operation: str
    ref: TurnRef
    identity: Identity

    @property
    def who(self) -> str:
        """The customer, or the visitor whom nobody vouches for."""
        return proven_customer(self.identity) or self.identity.visitor


@dataclass(frozen=True, slots=True)
class Past:
    """When the same was last done within the cooling-off period, and when it was done of late, newest first, at most
    as often as the limit allows."""

    last: datetime | None = None
    times: Sequence[datetime] = ()


def is_guarded(operation: Operation) -> bool:
    """Whether the ledger has to be asked at all."""
    return operation.cooling_off is not None or operation.rate_limit is not None


def queue_of(asked: Asked, operation: Operation) -> tuple[str, ...]:
    """Commits with the same name here have to wait for each other, or one would not see the other."""
    return (f"{asked.operation} of {asked.who}",) if is_guarded(operation) else ()


def decide_guards(pack: Pack, operation: Operation, situation: Situation, past: Past) -> tuple[Decision, Situation]:
    """Too soon, too often, or neither; with the situation that the refusal's words see (`past.last`, `past.again`, in
    the business's time). Pure."""
    cooling, limit = operation.cooling_off, operation.rate_limit
    if cooling is not None and past.last is not None and past.last + cooling.period > situation.now:
        return _refused(pack, cooling, situation, past.last, past.last + cooling.period)
    if limit is not None and len(past.times) >= limit.times:
        again = past.times[limit.times - 1] + limit.per
        if again > situation.now:
            return _refused(pack, limit, situation, past.times[0], again)
    return Proceed(), situation


async def read_past(connection: Connection, pack: Pack, operation: Operation, asked: Asked, known: Situation) -> Past:
    """What the ledger has; `known` is with arguments and reads. Needs a role that may read the ledger."""
    cooling, limit = operation.cooling_off, operation.rate_limit
    last, times = None, []
    if cooling is not None:
        last = await _last(connection, pack, operation, cooling, asked, known)
    if limit is not None:
        since = known.now - limit.per
        found = await connection.fetch(_times(operation), *_common(asked, since), *_of(asked), limit.times)
        times = [row["at"] for row in found]
    return Past(last, times)


async def _last(
    connection: Connection, pack: Pack, operation: Operation, cooling: CoolingOff, asked: Asked, known: Situation
) -> datetime | None:
    common = _common(asked, known.now - cooling.period)
    if cooling.same == "row":
        named = [{"table": table, "key": key} for table, key in await _rows_named(connection, pack, operation, known)]
        found = await connection.fetch(_last_row(operation), *common, named)
    else:
        if pack.profile.sealed:
            return await _last_opened(connection, operation, cooling, asked, known)
        given = [{"name": name, "value": to_json(known.args.get(name))} for name in cooling.same]
        there = [argument for argument in given if argument["value"] is not None]
        absent = [{"name": argument["name"]} for argument in given if argument["value"] is None]
        found = await connection.fetch(_last_same(operation), *common, *_of(asked), there, absent)
    moment: datetime | None = found[0]["at"]
    return moment


async def _last_opened(
    connection: Connection, operation: Operation, cooling: CoolingOff, asked: Asked, known: Situation
) -> datetime | None:
    """The same where the ledger may have arguments sealed, of which no two are alike: the customer's few entries of the
    period are opened and compared here. A keyed hash beside them would tell everybody who reads the ledger which of
    them are the same."""
    common = _common(asked, known.now - cooling.period)
    found = await connection.fetch(_with_arguments(operation), *common, *_of(asked))
    now = {name: to_json(known.args.get(name)) for name in cooling.same}
    return next((row["at"] for row in found if _named(row["arguments"], now) == now), None)


def _named(arguments: Iterable[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    """The values of these arguments, None for one that was not given."""
    given = {argument["name"]: argument["value"] for argument in arguments}
    return {name: given.get(name) for name in names}


async def _rows_named(
    connection: Connection, pack: Pack, operation: Operation, known: Situation
) -> Iterable[tuple[str, dict[str, Any]]]:
    """Table and key of each row that the effect would change or remove."""
    named = []
    for effect in operation.row_effects:
        if isinstance(effect, Insert):
            continue
        key = table_of(pack, effect.table).key
        for row in await rows(connection, about(pack, effect, known)):
            named.append((effect.table, {column: to_json(row[column]) for column in key}))
    return named


def _refused(
    pack: Pack, guard: CoolingOff | RateLimit, situation: Situation, last: datetime, again: datetime
) -> tuple[Decision, Situation]:
    zone = ZoneInfo(pack.tenant.time_zone)
    past = {"last": last.astimezone(zone), "again": again.astimezone(zone)}
    return Refused(guard.reason, guard.say), replace(situation, past=past)


def _common(asked: Asked, since: datetime) -> tuple[Any, ...]:
    return (asked.operation, since, asked.ref.conversation, asked.ref.turn)


def _of(asked: Asked) -> tuple[Any, ...]:
    return (proven_customer(asked.identity), asked.identity.visitor)


def _holds_any(column: str, parameter: str) -> str:
    return (
        f"EXISTS (SELECT FROM jsonb_array_elements({parameter}::jsonb) x WHERE {column} @> jsonb_build_array(x.value))"
    )


# Times are when the customer asked (the gateway's clock), as rules count from then.
_ENTRIES = """
SELECT id, conversation, turn, operation, visitor, customer, arguments, written, coalesce(asked_at, committed_at) AS at
FROM ledger.entries WHERE tenant = current_setting('careline.tenant', true)"""
# In another system something may be done, or under way, before the ledger has an entry of it.
_INTENTS = """
SELECT i.id, i.conversation, i.turn, i.operation, i.visitor, i.customer, i.arguments, i.diff, i.asked_at
FROM ledger.intents i WHERE i.tenant = current_setting('careline.tenant', true)
  AND NOT EXISTS (SELECT FROM ledger.entries e WHERE e.tenant = i.tenant AND e.id = i.id)
  AND NOT EXISTS (SELECT FROM ledger.refusals r WHERE r.tenant = i.tenant AND r.id = i.id)
  AND NOT EXISTS (SELECT FROM ledger.outcomes o
                  WHERE o.tenant = i.tenant AND o.id = i.id AND o.status IN ('void', 'not_done', 'refused'))"""
_THEIRS = "AND (customer = $5 OR ($5::text IS NULL AND customer IS NULL AND visitor = $6))"
_STANDS = """AND NOT EXISTS (
    SELECT FROM ledger.entries u WHERE u.tenant = current_setting('careline.tenant', true) AND u.undoes = d.id)"""


def _earlier(operation: Operation) -> str:
    """What was done before this turn, within the period."""
    done = f"{_ENTRIES} UNION ALL {_INTENTS}" if operation.remote is not None else _ENTRIES
    return f"FROM ({done}) AS d WHERE operation = $1 AND at > $2 AND (conversation, turn) <> ($3, $4)"


def _last_row(operation: Operation) -> str:
    return f"SELECT max(at) AS at {_earlier(operation)} AND {_holds_any('written', '$5')} {_STANDS}"


def _last_same(operation: Operation) -> str:
    same = f"arguments @> $7::jsonb AND NOT {_holds_any('arguments', '$8')}"
    return f"SELECT max(at) AS at {_earlier(operation)} {_THEIRS} AND {same} {_STANDS}"


def _with_arguments(operation: Operation) -> str:
    return f"SELECT at, arguments {_earlier(operation)} {_THEIRS} {_STANDS} ORDER BY 1 DESC"


def _times(operation: Operation) -> str:
    return f"SELECT at {_earlier(operation)} {_THEIRS} ORDER BY 1 DESC LIMIT $7"
