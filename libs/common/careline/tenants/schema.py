"""The tables of a business in Postgres: what exists, what a pack wants, and the way from one to the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from careline.storage.roles import role_of

from .data import Column, Data, Table
from .errors import DestructiveChange
from .recognition import Recognise

SQL_TYPES = {
    "text": "text",
    "integer": "bigint",
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp with time zone",
}
READERS = ("classifier", "verifier")
WRITER = "executor"


@dataclass(frozen=True, slots=True)
class Change:
    """One addition: in words for people, and as SQL."""

    text: str
    sql: str


@dataclass(slots=True)
class Existing:
    """What is in the schema now: table -> column -> (SQL type, nullable); table -> key; tables that have rows."""

    columns: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)


def quote(name: str) -> str:
    """An identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


async def read_existing(connection: Any, schema: str) -> Existing:
    """The schema as it is; empty when there is none."""
    existing = Existing()
    for row in await connection.fetch(_COLUMNS, schema):
        table = existing.columns.setdefault(row["table_name"], {})
        table[row["column_name"]] = (row["data_type"], row["is_nullable"] == "YES")
    for row in await connection.fetch(_KEYS, schema):
        existing.keys[row["table_name"]] = tuple(row["columns"])
    for name in existing.columns:
        if await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {quote(schema)}.{quote(name)})"):  # noqa: S608
            existing.filled.add(name)
    return existing


def plan(pack: str, schema: str, data: Data, existing: Existing) -> list[Change]:
    """What has to be added. Raises DestructiveChange when adding is not enough."""
    changes: list[Change] = []
    refused: list[str] = []
    for name, table in data.tables.items():
        if name not in existing.columns:
            changes.append(Change(f"new table {name}", _create(schema, name, table)))
        else:
            _compare(schema, name, table, existing, changes, refused)
    for name in sorted(set(existing.columns) - set(data.tables)):
        sql = f"DROP TABLE {quote(schema)}.{quote(name)}"
        refused.append(f"table {name} is no longer declared: declare it again, or save its rows and run: {sql}")
    if refused:
        raise DestructiveChange(pack, tuple(refused))
    return changes + _indexes(schema, data, existing)


def grants(schema: str, data: Data) -> str:
    """SQL that gives the services what they may do; the same each time."""
    readers = ", ".join(map(role_of, READERS))
    tables = ", ".join(f"{quote(schema)}.{quote(name)}" for name in data.tables)
    return (
        f"REVOKE ALL ON {tables} FROM {role_of('retrieval')};"  # which was a reader once, and reads none of them
        f"GRANT USAGE ON SCHEMA {quote(schema)} TO {readers}, {role_of(WRITER)};"
        f"GRANT SELECT ON {tables} TO {readers};"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {role_of(WRITER)};"
    )


def recognition_grants(schema: str, data: Data, recognise: Recognise | None) -> str:
    """SQL that lets the gateway read those columns of the customers' table by which visitors are recognised, and no
    others; the same each time."""
    gateway, table = role_of("gateway"), f"{quote(schema)}.{quote(data.customer.table)}"
    taken = f"REVOKE SELECT ON {table} FROM {gateway};"  # noqa: S608
    if recognise is None:
        return taken
    columns = ", ".join(map(quote, dict.fromkeys(("tenant", data.customer.column, *recognise.columns))))
    return (
        f"{taken}GRANT USAGE ON SCHEMA {quote(schema)} TO {gateway};GRANT SELECT ({columns}) ON {table} TO {gateway};"
    )


def _create(schema: str, name: str, table: Table) -> str:
    where = f"{quote(schema)}.{quote(name)}"
    columns = ", ".join(f"{quote(column)} {_sql_type(spec)}" for column, spec in table.columns.items())
    key = ", ".join(map(quote, ("tenant", *table.key)))
    return f"CREATE TABLE {where} (tenant text NOT NULL, {columns}, PRIMARY KEY ({key}));"


def _sql_type(column: Column) -> str:
    return SQL_TYPES[column.type] + ("" if column.nullable else " NOT NULL")


def _compare(
    schema: str, name: str, table: Table, existing: Existing, changes: list[Change], refused: list[str]
) -> None:
    where = f"{quote(schema)}.{quote(name)}"
    present = existing.columns[name]
    if existing.keys.get(name) != ("tenant", *table.key):
        old = ", ".join(existing.keys.get(name, ())[1:])
        refused.append(f"the key of {name} was [{old}]: restore it, or give the new table another name")
    for column, spec in table.columns.items():
        if column not in present:
            if not spec.nullable and name in existing.filled:
                refused.append(
                    f"new column {name}.{column} has no value for the rows that exist: declare it {spec.type}?"
                )
            else:
                sql = f"ALTER TABLE {where} ADD COLUMN {quote(column)} {_sql_type(spec)};"
                changes.append(Change(f"new column {name}.{column} ({spec.type})", sql))
            continue
        sql_type, nullable = present[column]
        if sql_type != SQL_TYPES[spec.type]:
            refused.append(
                f"column {name}.{column} was {sql_type}: restore its type, or add a column with another name"
            )
        if nullable and not spec.nullable:
            refused.append(f"column {name}.{column} may be NULL so far: declare it {spec.type}?")
        if spec.nullable and not nullable:
            sql = f"ALTER TABLE {where} ALTER COLUMN {quote(column)} DROP NOT NULL;"
            changes.append(Change(f"column {name}.{column} may be NULL", sql))
    for column in sorted(set(present) - set(table.columns) - {"tenant"}):
        sql = f"ALTER TABLE {where} DROP COLUMN {quote(column)}"
        refused.append(f"column {name}.{column} is no longer declared: declare it again, or save it and run: {sql}")


def _indexes(schema: str, data: Data, existing: Existing) -> list[Change]:
    """Columns that rows are looked up by; made with the table or column, so that nothing is looked at twice."""
    wanted = {(name, column) for name, table in data.tables.items() for column in table.references}
    wanted.add((data.customer.table, data.customer.column))
    changes = []
    for name, column in sorted(wanted):
        if data.tables[name].key[:1] == (column,) or column in existing.columns.get(name, {}):
            continue
        index = quote(f"{name}_{column}_idx"[:63])
        sql = f"CREATE INDEX IF NOT EXISTS {index} ON {quote(schema)}.{quote(name)} (tenant, {quote(column)});"
        changes.append(Change(f"index on {name}.{column}", sql))
    return changes


_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
WHERE table_schema = $1 ORDER BY table_name, ordinal_position
"""
_KEYS = """
SELECT c.relname::text AS table_name, array_agg(a.attname::text ORDER BY k.n) AS columns
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace s ON s.oid = c.relnamespace
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
WHERE s.nspname = $1 AND i.indisprimary GROUP BY c.relname
"""
