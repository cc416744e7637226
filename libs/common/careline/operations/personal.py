"""What of a turn is known to be personal before any pattern looks: the customer's record, and the open question."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from careline.contracts.turn import Pending, Turn
from careline.contracts.understanding import CustomerFacts
from careline.privacy import Kind, Known, find
from careline.tenants.model import Pack

# Words that a pack or its catalogue chose itself mean nobody.
_PLAIN_ARGUMENTS = frozenset({"enum", "identifier", "integer", "number", "money", "date"})


def personal_values(pack: Pack, turn: Turn, facts: CustomerFacts) -> tuple[Known, ...]:
    """The values to be masked in whatever a model is shown of this turn, the record's first.

    Of the facts texts count, unless the pack words them one by one (`values`) or says that they are not personal
    (`personal: {column: none}`); numbers mean nobody. Of an open question the values that it quotes.
    """
    found = dict.fromkeys(_record(pack, facts))
    if turn.identity.customer:
        found.setdefault(Known(turn.identity.customer))
    if turn.pending is not None:
        found.update(dict.fromkeys(_asked(pack, turn.pending)))
    return tuple(found)


def _record(pack: Pack, facts: CustomerFacts) -> Iterator[Known]:
    profile = pack.profile
    for name, value in facts.values.items():
        said = profile.personal.get(name)
        fact = profile.facts.get(name)
        if said == "none" or not isinstance(value, str) or not value or (fact is not None and fact.values):
            continue
        if said is None and fact is not None and fact.type in ("number", "integer"):
            continue  # an amount travels as text
        yield Known(value, Kind(said) if said else _kind_of(value))


def _asked(pack: Pack, pending: Pending) -> Iterator[Known]:
    spec = pack.operations.get(pending.operation)
    for argument in pending.arguments:
        declared = spec.arguments.get(argument.name) if spec else None
        if isinstance(argument.value, str) and (declared is None or declared.type not in _PLAIN_ARGUMENTS):
            yield Known(argument.value, _kind_of(argument.value))
    for change in pending.diff:
        table = pack.data.tables.get(change.table)
        for column, value in (*change.old.items(), *change.new.items()):
            if isinstance(value, str) and table is not None and table.columns[column].type == "text":
                kind = _kind_of(value)
                if kind is not Kind.RECORD or len(value.split()) > 1:  # one word is a status, and means nobody
                    yield Known(value, kind)


@lru_cache(maxsize=4096)
def _kind_of(value: str) -> Kind:
    """What its form says; a value of no form is just one of the record."""
    spans = find(value)
    return spans[0].kind if len(spans) == 1 and spans[0].text == value else Kind.RECORD
