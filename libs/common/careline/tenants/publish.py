"""Makes a checked pack the one that a tenant uses: tables, document, rows and the switch in one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from careline.storage.fence import fence_key

from .apart import keep_apart
from .errors import BadTenantName, TenantExists
from .fill import RowOptions, analyse, fill, found_rows
from .pack import Pack
from .problems import PackError, Problem
from .queries import parse_query
from .schema import grants, plan, quote, read_existing, recognition_grants

CHANNEL = "careline_tenants"  # NOTIFY with the tenant's id
_TENANT = re.compile(r"^[a-z0-9][a-z0-9._~-]{0,79}$")


@dataclass(frozen=True, slots=True)
class Published:
    """What was done, or with `dry_run` would have been. `rows_status`: loaded, kept, copied, absent or none."""

    pack: str
    tenant: str
    version: str
    before: str | None
    new_version: bool
    changes: tuple[str, ...]
    rows_status: str
    rows_detail: str
    rows: Mapping[str, int]
    dry_run: bool = False


async def publish(
    pack: Pack, connection: Any, *, tenant: str | None = None, rows: RowOptions | None = None, dry_run: bool = False
) -> Published:
    """Publish `pack` for `tenant` (by default the one of its own name). Doing it twice changes nothing.

    `connection` is the owner's, outside of a transaction. Raises TenantError, PackError (Postgres refuses a query) and
    leaves everything as it was.
    """
    name = check_tenant_name(tenant or pack.name)
    transaction = connection.transaction()
    await transaction.start()
    try:
        published = await _publish(pack.sealed(), connection, name, rows or RowOptions(), dry_run)
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.rollback() if dry_run else transaction.commit())
    if published.rows_status == "loaded" and not dry_run:
        await analyse(pack, connection)
    return published


def check_tenant_name(tenant: str) -> str:
    """`tenant`, if it can be a tenant's name. Raises BadTenantName."""
    if not _TENANT.fullmatch(tenant):
        raise BadTenantName(f"{tenant!r} cannot be a tenant's name: lower-case letters, digits, - . _ ~, at most 80")
    return tenant


async def _publish(pack: Pack, connection: Any, tenant: str, rows: RowOptions, dry_run: bool) -> Published:
    # Two publications of one pack wait for each other; those of different packs do not.
    await connection.execute("SELECT pg_advisory_xact_lock($1)", fence_key("publish", pack.name))
    before = await connection.fetchrow("SELECT pack, version, rows_status FROM control.tenants WHERE id = $1", tenant)
    if before is not None and before["pack"] != pack.name:
        raise TenantExists(f"tenant {tenant} uses the pack {before['pack']}; choose another tenant")
    status_before = before["rows_status"] if before else "none"
    # Before any table is touched: rows may take a while to make, and nobody should wait for a lock meanwhile.
    found = await found_rows(pack, rows, status_before)
    changes = await _make_tables(pack, connection)
    await _check_queries(pack, connection)
    new_version = await store(pack, connection)
    status, detail, counts = await fill(pack, connection, tenant, found, status_before, rows.environ)
    stored_status = status_before if status == "kept" else status
    switched = await connection.fetchval(_SWITCH, tenant, pack.name, pack.version, stored_status, detail)
    if switched:
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, tenant)
    return Published(
        pack.name,
        tenant,
        pack.version,
        before["version"] if before else None,
        new_version,
        changes,
        status,
        detail,
        counts,
        dry_run,
    )


async def _make_tables(pack: Pack, connection: Any) -> tuple[str, ...]:
    schema = pack.business_schema
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
    existing = await read_existing(connection, schema)
    changes = plan(pack.name, schema, pack.data, existing)
    for change in changes:
        await connection.execute(change.sql)
    apart = [table for table in await keep_apart(connection, schema, pack.data) if table in existing.columns]
    await connection.execute(grants(schema, pack.data))
    await connection.execute(recognition_grants(schema, pack.data, pack.profile.recognise))
    return (*(change.text for change in changes), *(f"row security of {table}" for table in apart))


async def _check_queries(pack: Pack, connection: Any) -> None:
    """Postgres prepares every profile query against the real tables: unknown columns and wrong types show here."""
    await connection.execute("SELECT set_config('search_path', $1, true)", pack.business_schema)
    for index, text in enumerate(pack.profile.queries):
        query = parse_query(text)
        try:
            statement = await connection.prepare(query.sql)
        except asyncpg.PostgresError as error:
            hint = f" ({error.hint})" if getattr(error, "hint", None) else ""
            message = (
                f"Postgres refuses query {index + 1}: {error}{hint}; a key that is no text is compared as key::text"
            )
            raise PackError(pack.name, [Problem("profile.yaml", 0, 0, message, ("queries", index))]) from error
        names = tuple(attribute.name for attribute in statement.get_attributes())
        if names != query.columns:
            message = f"query {index + 1} gives {', '.join(names)}, not {', '.join(query.columns)}: name them with AS"
            raise PackError(pack.name, [Problem("profile.yaml", 0, 0, message, ("queries", index))])


async def store(pack: Pack, connection: Any) -> bool:
    """Keep a sealed pack, in the caller's transaction; whether it is new."""
    document = pack.written().decode()
    # Through text: whether the connection has a JSON codec does not matter.
    added = await connection.fetchval(_STORE, pack.name, pack.version, document)
    return bool(added)


_STORE = """
INSERT INTO control.packs (name, version, document) VALUES ($1, $2, $3::text::json)
ON CONFLICT (name, version) DO NOTHING RETURNING true
"""
_SWITCH = """
INSERT INTO control.tenants AS t (id, pack, version, rows_status, rows_detail) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, rows_status = excluded.rows_status,
    rows_detail = CASE WHEN excluded.rows_detail = '' THEN t.rows_detail ELSE excluded.rows_detail END,
    switched_at = CASE WHEN t.version = excluded.version THEN t.switched_at ELSE now() END
WHERE (t.version, t.rows_status) IS DISTINCT FROM (excluded.version, excluded.rows_status) OR excluded.rows_detail <> ''
RETURNING true
"""
