"""A customer's values at rest, each under the customer's own data key: destroying that key erases them all, wherever
copies of them are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from .keyring import KEY_BYTES, Erased, KeyRing, Wrapped, seal, unseal


class DataKeys(Protocol):
    """Where the wrapped data keys are kept: one row for each customer, apart from backups of what they seal."""

    async def get(self, tenant: str, customer: str) -> Wrapped | None:
        """The customer's key, None if there was never one. Raises Erased."""

    async def put(self, tenant: str, customer: str, key: Wrapped) -> Wrapped:
        """Keep `key` unless there is one already; the one that is kept. Raises Erased."""

    async def replace(self, tenant: str, customer: str, old: Wrapped, new: Wrapped) -> None:
        """Keep `new` if `old` is still the customer's key; else do nothing."""

    async def destroy(self, tenant: str, customer: str) -> None:
        """Forget the key and remember that it was destroyed: no late event may bring the customer a new one."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens values of customers."""

    ring: KeyRing
    keys: DataKeys

    async def seal(self, tenant: str, customer: str, field: str, text: str) -> bytes:
        """`text` under the customer's key, bound to the customer and to the name of its field.

        Makes the key if there is none. Raises Erased, MissingKey, Tampered.
        """
        wrapped = await self.keys.get(tenant, customer)
        if wrapped is None:
            wrapped = await self.keys.put(tenant, customer, self.ring.wrap(os.urandom(KEY_BYTES), tenant, customer))
        key = self.ring.unwrap(wrapped, tenant, customer)
        return seal(key, text.encode(), tenant, customer, field)

    async def open(self, tenant: str, customer: str, field: str, sealed: bytes) -> str:
        """What was sealed. Raises Erased, MissingKey, Tampered."""
        wrapped = await self.keys.get(tenant, customer)
        if wrapped is None:
            raise Erased("this customer has no key")
        return unseal(self.ring.unwrap(wrapped, tenant, customer), sealed, tenant, customer, field).decode()

    async def rotate(self, tenant: str, customer: str) -> bool:
        """Bring the customer's key under the ring's current one; whether it was under another. Raises as `open`."""
        old = await self.keys.get(tenant, customer)
        new = self.ring.rewrap(old, tenant, customer) if old else old
        if old is None or new is None or new == old:
            return False
        await self.keys.replace(tenant, customer, old, new)
        return True

    async def erase(self, tenant: str, customer: str) -> None:
        """Destroy the customer's key. Nothing that it sealed can be opened again."""
        await self.keys.destroy(tenant, customer)
