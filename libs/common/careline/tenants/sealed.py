"""Columns that profile.yaml names as sealed: whose rows they stand in, and where they may be used."""

from __future__ import annotations

from collections.abc import Iterator

from .data import Data
from .operations import Delete, Insert, Operation, RowEffect, Update
from .profile import Profile
from .values import Match, Ref


def owner_column(data: Data, table: str) -> str | None:
    """The column that says whose a row is: the customer's key, or a reference to it."""
    key = data.customer
    if table == key.table:
        return key.column
    references = data.tables[table].references
    return next((name for name, target in references.items() if target == f"{key.table}.{key.column}"), None)


def faults(profile: Profile, data: Data) -> Iterator[tuple[int, str]]:
    """What is wrong with the names in `sealed`, by their place."""
    for place, name in enumerate(profile.sealed):
        table, _, column = name.partition(".")
        if table not in data.tables or column not in data.tables[table].columns:
            yield place, f"there is no column {name!r}: write table.column"
        elif data.tables[table].columns[column].type != "text":
            yield place, f"{name} is no text: only texts can be sealed"
        elif owner_column(data, table) is None:
            yield place, f"{table} does not say whose a row is: it needs a reference to the customer's key"
        elif column in data.tables[table].key or column in data.tables[table].references or _is_key(data, name):
            yield place, f"rows are found by {name}: a sealed column cannot be compared"


def misuses(profile: Profile, data: Data, operation: Operation) -> Iterator[str]:
    """What an operation does with sealed columns that cannot work."""
    sealed = frozenset(profile.sealed)
    for table, where in _lookups(operation):
        yield from (
            f"{table}.{name} is sealed: rows cannot be found by it" for name in where if f"{table}.{name}" in sealed
        )
    for argument in operation.arguments.values():
        if argument.type == "lookup" and f"{argument.table}.{argument.column}" in sealed:
            yield f"{argument.table}.{argument.column} is sealed: nothing can be looked up in it"
    for effect in operation.row_effects:
        written = () if isinstance(effect, Delete) else effect.set if isinstance(effect, Update) else effect.values
        table = effect.table
        if any(f"{table}.{name}" in sealed for name in written) and not _is_own(data, effect):
            yield f"{table} has a sealed column: it can only be written where the row is $customer's own"


def _is_key(data: Data, name: str) -> bool:
    return any(name in table.references.values() for table in data.tables.values())


def _lookups(operation: Operation) -> Iterator[tuple[str, Match]]:
    yield from ((read.table, read.where) for read in operation.reads.values())
    yield from ((effect.table, effect.where) for effect in operation.row_effects if not isinstance(effect, Insert))
    for argument in operation.arguments.values():
        if argument.from_record is not None:
            yield argument.from_record.table, argument.from_record.where
        if argument.table is not None:
            yield argument.table, argument.where


def _is_own(data: Data, effect: RowEffect) -> bool:
    owner = owner_column(data, effect.table)
    named = effect.values if isinstance(effect, Insert) else effect.where
    return owner is not None and named.get(owner) == Ref(ref="customer")
