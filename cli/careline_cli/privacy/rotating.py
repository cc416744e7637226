"""Brings every data key under the ring's current key, so that an older one can be taken out of the ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from careline.privacy.keyring import KeyRing, VaultError, Wrapped
from careline_cli.errors import CommandError


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many data keys there are, and how many were under another key."""

    keys: int
    wrapped_anew: int


async def rotate(connection: Any, ring: KeyRing) -> Rotation:
    """All or nothing; no sealed value is touched. `connection` is the owner's. Raises CommandError."""
    async with connection.transaction():
        rows = await connection.fetch(_ALL)
        old = [row for row in rows if row["under"] != ring.current]
        for row in old:
            tenant, customer = row["tenant"], row["customer"]
            try:
                new = ring.rewrap(Wrapped(row["under"], bytes(row["sealed"])), tenant, customer)
            except VaultError as error:
                raise CommandError(f"The key of a customer of {tenant} cannot be wrapped anew: {error}") from error
            await connection.execute(_WRAP, tenant, customer, new.under, new.sealed)
        return Rotation(len(rows), len(old))


_ALL = "SELECT tenant, customer, under, sealed FROM privacy.data_keys WHERE destroyed_at IS NULL FOR UPDATE"
_WRAP = "UPDATE privacy.data_keys SET under = $3, sealed = $4 WHERE tenant = $1 AND customer = $2"
