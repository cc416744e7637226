"""Sealed values of the ledger opened for who has the keys and the database; for everybody else they stay closed.

That somebody was shown them is in the audit already: the gateway notes it before it shows anything.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from careline.storage.sealed import Sealing, is_sealed
from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.privacy.erasing import pack_of
from careline_cli.reach import sealing
from careline_cli.tenants.publishing import guarded

CLOSED, ERASED = "(sealed)", "(erased)"


def opened(tenant: str, shown: Any) -> Any:
    """Entries as JSON with what is sealed in them open; "(sealed)" where there are no keys or no database, "(erased)"
    where the key was destroyed. Raises CommandError for keys that do not fit."""
    if not any(map(is_sealed, _values(shown))):
        return shown
    keys, database = sealing(), _database()
    if keys.ring is None or database is None:
        return _replaced(shown, {})
    found: dict[str, str] = asyncio.run(guarded(database, _open, tenant, keys, set(filter(is_sealed, _values(shown)))))
    return _replaced(shown, found)


def _database() -> str | None:
    try:
        return owner_url(os.environ)
    except CommandError:
        return None


async def _open(connection: Any, tenant: str, keys: Sealing, values: set[str]) -> dict[str, str]:
    async with connection.transaction(readonly=True):
        await pack_of(connection, tenant)
        opening = keys.over(connection, tenant)
        said = {value: await opening.opened(value) for value in values}
    return {value: ERASED if text is None else text for value, text in said.items()}


def _values(shown: Any) -> list[Any]:
    if isinstance(shown, dict):
        return [value for each in shown.values() for value in _values(each)]
    if isinstance(shown, list):
        return [value for each in shown for value in _values(each)]
    return [shown]


def _replaced(shown: Any, texts: dict[str, str]) -> Any:
    if isinstance(shown, dict):
        return {name: _replaced(each, texts) for name, each in shown.items()}
    if isinstance(shown, list):
        return [_replaced(each, texts) for each in shown]
    return texts.get(shown, CLOSED) if is_sealed(shown) else shown
