"""Postgres: pool and tenant transaction, roles, migrations, errors told apart by whether trying again helps."""

from .claims import NOBODY, BadClaim, Claims, Scope
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
    "NOBODY",
    "AccessDenied",
    "BadClaim",
    "Claims",
    "Connection",
    "ConstraintViolated",
    "Database",
    "DatabaseTimeout",
    "DatabaseUnavailable",
    "PermanentStorageError",
    "Pool",
    "Scope",
    "StatementRejected",
    "StorageError",
    "TransactionConflict",
    "TransientStorageError",
    "classify",
    "fence_key",
    "translated",
]
