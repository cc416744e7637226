"""Columns that are sealed at rest: a connection that shows what was sealed, and seals what is to be written.

    sealed:Qy0xMDAx:customers.phone:AbC...       # whose, which column, the bytes; the tenant is the row's

What was sealed for one customer or column opens nowhere else. A value whose customer was erased reads as NULL.

StorageError
└── SealedUnreadable    there are no keys here, or not the right ones, or the value was moved or changed
"""

from __future__ import annotations

import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from careline.privacy.keyring import Erased, KeyRing, VaultError, Wrapped
from careline.privacy.vault import Vault

from .errors import StorageError

_PREFIX = "sealed:"
# A destroyed key is forgotten by every process within this time.
KEPT_SECONDS = 20.0
_KEPT = 4096


class SealedUnreadable(StorageError):
    """A sealed value cannot be opened here."""


def is_sealed(value: object) -> bool:
    """Whether a value of a row is sealed."""
    return isinstance(value, str) and value.startswith(_PREFIX)


def origin(tenant: str) -> str:
    """Whose keys a tenant has: a copy of a tenant ("shop~3") has those of the one that it was copied from."""
    return tenant.partition("~")[0]


@dataclass(slots=True)
class Sealing:
    """The keys of a process. Without a ring it opens nothing and says so."""

    ring: KeyRing | None = None
    _kept: OrderedDict[tuple[str, str], tuple[float, Wrapped]] = field(default_factory=OrderedDict)

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> Sealing:
        """From CARELINE_DATA_KEYS_FILE or CARELINE_DATA_KEYS, if either is set. Raises BadKeyRing, OSError."""
        given = environment.get("CARELINE_DATA_KEYS_FILE") or environment.get("CARELINE_DATA_KEYS")
        return cls(KeyRing.load(environment) if given else None)

    def over(self, connection: Any, tenant: str) -> Any:
        """The connection as if nothing were sealed in the rows that it fetches."""
        return OpeningConnection(connection, tenant, self)

    async def seal(self, connection: Any, tenant: str, customer: str, column: str, text: str) -> str:
        """`text` for a column ("table.column") of a customer's row; as it is where there are no keys.

        Raises SealedUnreadable, also for an erased customer.
        """
        if self.ring is None:
            return text
        try:
            sealed = await Vault(self.ring, _Keys(connection, self)).seal(origin(tenant), customer, column, text)
        except VaultError as error:
            raise SealedUnreadable(f"{column} cannot be sealed: {error}") from error
        whose = base64.urlsafe_b64encode(customer.encode()).decode()
        return f"{_PREFIX}{whose}:{column}:{base64.b64encode(sealed).decode()}"

    async def open(self, connection: Any, tenant: str, value: str) -> str | None:
        """What a sealed value says; None if its customer was erased. Raises SealedUnreadable."""
        if self.ring is None:
            raise SealedUnreadable("a column is sealed, and there are no keys here: set CARELINE_DATA_KEYS")
        try:
            _, whose, column, body = value.split(":", 3)
            customer, sealed = base64.urlsafe_b64decode(whose).decode(), base64.b64decode(body, validate=True)
        except (ValueError, binascii.Error) as error:
            raise SealedUnreadable("a sealed value is damaged") from error
        try:
            return await Vault(self.ring, _Keys(connection, self)).open(origin(tenant), customer, column, sealed)
        except Erased:
            return None
        except VaultError as error:
            raise SealedUnreadable(f"{column} cannot be opened: {error}") from error

    def kept(self, tenant: str, customer: str) -> Wrapped | None:
        """A key that was read a moment ago."""
        found = self._kept.get((tenant, customer))
        return found[1] if found is not None and time.monotonic() - found[0] < KEPT_SECONDS else None

    def keep(self, tenant: str, customer: str, key: Wrapped) -> None:
        """For the next look."""
        self._kept[tenant, customer] = (time.monotonic(), key)
        self._kept.move_to_end((tenant, customer))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


class OpeningConnection:
    """A connection inside a tenant's transaction. Everything but `fetch` and `fetchrow` is the connection's own."""

    def __init__(self, connection: Any, tenant: str, sealing: Sealing) -> None:
        self._connection = connection
        self._tenant = tenant
        self._sealing = sealing

    async def fetch(self, query: str, *args: Any, **more: Any) -> Sequence[Any]:
        rows = await self._connection.fetch(query, *args, **more)
        return [await self.opened_row(row) for row in rows] if any(map(has_sealed, rows)) else rows

    async def fetchrow(self, query: str, *args: Any, **more: Any) -> Any:
        row = await self._connection.fetchrow(query, *args, **more)
        return await self.opened_row(row) if row is not None and has_sealed(row) else row

    async def seal(self, customer: str, column: str, text: str) -> str:
        """For a write. Raises SealedUnreadable."""
        return await self._sealing.seal(self._connection, self._tenant, customer, column, text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def opened_row(self, row: Any) -> dict[str, Any]:
        """A row with what is sealed in it open."""
        return {name: await self.opened(value) for name, value in row.items()}

    async def opened(self, value: Any) -> Any:
        """A value of a row, JSON too, with what is sealed in it open."""
        if is_sealed(value):
            return await self._sealing.open(self._connection, self._tenant, value)
        if isinstance(value, dict):
            return {name: await self.opened(each) for name, each in value.items()}
        if isinstance(value, list):
            return [await self.opened(each) for each in value]
        if isinstance(value, tuple):  # a row as a value
            return tuple([await self.opened(each) for each in value])
        return value


def has_sealed(row: Any) -> bool:
    """Whether anything in a row is sealed; also inside of JSON, and of rows as values."""
    return any(map(_holds_sealed, row.values()))


def _holds_sealed(value: Any) -> bool:
    """Also inside of JSON."""
    if isinstance(value, str):
        return value.startswith(_PREFIX)
    if isinstance(value, dict):
        return any(map(_holds_sealed, value.values()))
    return isinstance(value, list | tuple) and any(map(_holds_sealed, value))


@dataclass(frozen=True, slots=True)
class _Keys:
    """`vault.DataKeys` over a connection that sees the tenant's keys. Destroying is the owner's (`careline erase`)."""

    connection: Any
    sealing: Sealing

    async def get(self, tenant: str, customer: str) -> Wrapped | None:
        if (kept := self.sealing.kept(tenant, customer)) is not None:
            return kept
        row = await self.connection.fetchrow(_GET, tenant, customer)
        if row is None:
            return None
        if row["sealed"] is None:
            raise Erased("this customer was erased")
        key = Wrapped(row["under"], bytes(row["sealed"]))
        self.sealing.keep(tenant, customer, key)
        return key

    async def put(self, tenant: str, customer: str, key: Wrapped) -> Wrapped:
        await self.connection.execute(_PUT, tenant, customer, key.under, key.sealed)
        return await self.get(tenant, customer) or key

    async def replace(self, tenant: str, customer: str, old: Wrapped, new: Wrapped) -> None:
        await self.connection.execute(_REPLACE, tenant, customer, old.sealed, new.under, new.sealed)

    async def destroy(self, tenant: str, customer: str) -> None:
        raise NotImplementedError("keys are destroyed by the owner alone")


_GET = "SELECT under, sealed FROM privacy.data_keys WHERE tenant = $1 AND customer = $2"
_PUT = "INSERT INTO privacy.data_keys (tenant, customer, under, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_REPLACE = "UPDATE privacy.data_keys SET under = $4, sealed = $5 WHERE (tenant, customer, sealed) = ($1, $2, $3)"
