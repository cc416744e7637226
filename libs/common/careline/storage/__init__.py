"""Postgres: pool and tenant transaction, roles, migrations, errors told apart by whether trying again helps."""

from .database import Connection, Database, Pool
from .errors import (
    AccessDenied,
    ConstraintViolated,
    DatabaseTimeout,
    DatabaseUnavailable,
    PermanentStorageError,
    StatementRejected,
    StorageError,
    TransactionConflict,
    TransientStorageError,
    classify,
    translated,
)
from .fence import fence_key

__all__ = [
    "AccessDenied",
    "Connection",
    "ConstraintViolated",
    "Database",
    "DatabaseTimeout",
    "DatabaseUnavailable",
    "PermanentStorageError",
    "Pool",
    "StatementRejected",
    "StorageError",
    "TransactionConflict",
    "TransientStorageError",
    "classify",
    "fence_key",
    "translated",
]
