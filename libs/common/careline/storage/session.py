"""Connections that open a transaction together with what every transaction of ours begins with, in one round trip."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import asyncpg

if TYPE_CHECKING:
    Base = asyncpg.Connection[asyncpg.Record]
else:
    Base = asyncpg.Connection

Isolation = Literal["read_committed", "repeatable_read", "serializable"]


class NestedTransaction(RuntimeError):
    """A mistake of the caller's."""


class Session(Base):
    """What `transaction` notes down goes along with the driver's own BEGIN and COMMIT. `path`: the search path that
    statements outside of a transaction of ours have now."""

    before = opening = closing = path = ""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 - the driver's
        if self.opening and query.startswith("BEGIN"):
            query = _joined(self.before, query, self.opening)
            self.before = self.opening = ""
        elif self.closing and query == "COMMIT;":
            query, self.closing = _joined(query, self.closing), ""
        return await super().execute(query, *args, timeout=timeout)


@asynccontextmanager
async def transaction(
    connection: Any,
    opening: str,
    *,
    before: str = "",
    closing: str = "",
    isolation: Isolation | None = None,
    readonly: bool = False,
) -> AsyncIterator[None]:
    """A transaction that runs the statement `opening` first, and `closing` once it is committed; `before` runs ahead of
    it in a transaction of its own. All without parameters (see `literal`), and none outlives it. `connection` is a
    session of a `Database`'s pool.

    Raises NestedTransaction: in another one `opening` would not be run, and the other's `closing` would be forgotten.
    """
    session: Session = getattr(connection, "_con", connection)
    if session.is_in_transaction():
        raise NestedTransaction("whose rows a transaction is about is said where it begins, and this one is under way")
    session.before = f"BEGIN; {before} COMMIT;" if before else ""
    session.opening, session.closing = opening, closing
    try:
        async with connection.transaction(isolation=isolation, readonly=readonly):
            yield
    finally:
        session.before = session.opening = session.closing = ""


def literal(text: str) -> str:
    """A string of SQL's that says `text`; sessions have standard_conforming_strings on. Raises ValueError."""
    if "\0" in text:
        raise ValueError("a NUL character cannot be said in SQL")
    return "'" + text.replace("'", "''") + "'"


def _joined(*statements: str) -> str:
    return " ".join(filter(None, statements))
