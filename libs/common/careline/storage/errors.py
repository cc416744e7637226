"""What can go wrong with the database, told apart by whether another attempt may succeed.

StorageError
├── TransientStorageError       (also an OSError: what consumes messages tries those again, patiently)
│   ├── DatabaseUnavailable     no connection, connection lost, server starting or stopping, pool exhausted
│   ├── TransactionConflict     serialization failure or deadlock: run the transaction again
│   └── DatabaseTimeout         a statement or a lock took longer than it may
└── PermanentStorageError
    ├── ConstraintViolated      unique, foreign key, not null, check; `constraint` names it
    ├── AccessDenied            the role may not do this, or row-level security forbids the row
    └── StatementRejected       anything else the server refuses: unknown table, wrong type, syntax
"""

from __future__ import annotations

from asyncio import TimeoutError as AsyncTimeout
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg


class StorageError(Exception):
    """Root of the tree; the driver's own error is its cause."""


class TransientStorageError(StorageError, OSError):
    """Another attempt may succeed."""


class DatabaseUnavailable(TransientStorageError):
    """The database cannot be reached now."""


class TransactionConflict(TransientStorageError):
    """Two transactions were in each other's way."""


class DatabaseTimeout(TransientStorageError):
    """Longer than the statement or lock time-out."""


class PermanentStorageError(StorageError):
    """Another attempt would end the same way."""


class ConstraintViolated(PermanentStorageError):
    """The data does not allow it. `constraint` is the constraint's name, or empty."""

    def __init__(self, message: str, constraint: str = "") -> None:
        super().__init__(message)
        self.constraint = constraint


class AccessDenied(PermanentStorageError):
    """The role lacks a privilege, or the row belongs to another tenant."""


class StatementRejected(PermanentStorageError):
    """The server refuses the statement."""


_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,
    OSError,
)
_CONFLICT = (asyncpg.TransactionRollbackError,)
_TIMEOUT = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, AsyncTimeout)


def classify(error: BaseException) -> StorageError | None:
    """The error of this tree that `error`, raised by asyncpg or the network, stands for; None for anything else."""
    if isinstance(error, StorageError):
        return error
    message = f"{type(error).__name__}: {error}"
    # Time-outs first: the driver's QueryCanceledError is an operator's intervention, its TimeoutError an OSError.
    if isinstance(error, _TIMEOUT):
        return DatabaseTimeout(message)
    if isinstance(error, _CONFLICT):
        return TransactionConflict(message)
    if isinstance(error, _UNAVAILABLE) or _lost(error):
        return DatabaseUnavailable(message)
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        # The driver's text may quote the row; the constraint's name says enough.
        return ConstraintViolated(f"{type(error).__name__}: {error.constraint_name}", error.constraint_name or "")
    if isinstance(error, asyncpg.InsufficientPrivilegeError | asyncpg.InvalidAuthorizationSpecificationError):
        return AccessDenied(message)
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        return StatementRejected(message)
    return None


def _lost(error: BaseException) -> bool:
    return isinstance(error, asyncpg.InterfaceError) and any(
        sign in str(error) for sign in ("connection is closed", "connection has been", "pool is clos", "released back")
    )


@contextmanager
def translated() -> Iterator[None]:
    """Raises errors of the driver inside the block as errors of this tree; others pass unchanged."""
    try:
        yield
    except Exception as error:
        known = classify(error)
        if known is None or known is error:
            raise
        raise known from error
