"""Whose rows an operation may see: the customer's own, and those of others among which the pack looks something up.

A declared reading is the customer's own when it names her by the column that says whose a row is (`customer_id:
$customer`), or when the table says whose a row is only by way of another table. Any other reading of a table with a
customer is one among all of them ("is this e-mail address taken?"), and so is the drawing of a next number.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from careline.storage.claims import Scope
from careline.tenants.model import UNDO, Data, Insert, Match, Next, Operation, Pack, Ref
from careline.tenants.ownership import Owner, owners

__all__ = ["Scope", "scope_of", "scope_of_reading"]
_CUSTOMER = Ref(ref="customer")


def scope_of(pack: Pack, operation: Operation, customer: str | None) -> Scope:
    """For the transaction in which an operation is looked into, tried or carried out."""
    return Scope(customer, _reach_of(_Same(pack, operation)))


def scope_of_reading(pack: Pack, table: str, where: Match, customer: str | None) -> Scope:
    """For one declared reading: a look-up of a value, or the value of a record."""
    return Scope(customer, (table,) if _is_among_all(_owners_in(pack), table, where) else ())


class _Same:
    """What is the same object is the same key: packs are large, and never change."""

    def __init__(self, *parts: object) -> None:
        self.parts = parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and all(map(operator.is_, self.parts, other.parts))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.parts)))


@lru_cache(maxsize=512)
def _reach_of(key: _Same) -> tuple[str, ...]:
    pack, operation = cast(tuple[Pack, Operation], key.parts)
    operations = [operation]
    if operation.builtin == UNDO:  # what was done may have an operation of its own that takes it back
        named = {each.undo.operation for each in pack.operations.values() if each.undo is not None}
        operations += [pack.operations[name] for name in sorted(filter(None, named))]
    owned = _owners_in(pack)
    return tuple(sorted({table for each in operations for table in _among_all(owned, each)}))


def _owners_in(pack: Pack) -> dict[str, Owner]:
    return _owners_of(_Same(pack.data))


@lru_cache(maxsize=64)
def _owners_of(key: _Same) -> dict[str, Owner]:
    (data,) = cast(tuple[Data], key.parts)
    return owners(data)


def _among_all(owned: dict[str, Owner], operation: Operation) -> Iterator[str]:
    for table, where in _readings(operation):
        if _is_among_all(owned, table, where):
            yield table
    for effect in (each for each in operation.row_effects if isinstance(each, Insert) and each.table in owned):
        if any(isinstance(value, Next) for value in effect.values.values()):
            yield effect.table


def _readings(operation: Operation) -> Iterator[tuple[str, Match]]:
    yield from ((read.table, read.where) for read in operation.reads.values())
    for argument in operation.arguments.values():
        if argument.from_record is not None:
            yield argument.from_record.table, argument.from_record.where
        if argument.table is not None:
            yield argument.table, argument.where


def _is_among_all(owned: dict[str, Owner], table: str, where: Match) -> bool:
    owner = owned.get(table)
    return owner is not None and owner.parent is None and where.get(owner.column) != _CUSTOMER
