"""What can go wrong with published packs and tenants. (What is wrong inside of a pack is a problems.PackError.)

TenantError
├── UnknownTenant          nobody published this tenant
├── TenantExists           the target of a copy is there already, or the tenant uses another pack
├── BadTenantName          not a name that a tenant may have
├── NoSuchKnowledge        no version of the guide, or more than one, has this name
├── PackUnreadable         the stored document does not fit this release; publish the pack again
├── DestructiveChange      the pack's tables would lose or change data; `changes` says what and what to do
└── RowsError              rows from csv files or generate.py do not fit the tables
"""

from __future__ import annotations


class TenantError(Exception):
    """Root of the tree."""


class UnknownTenant(TenantError):
    """The text names the tenant."""


class TenantExists(TenantError):
    """The text says what stands in the way."""


class BadTenantName(TenantError):
    """The text says what a name looks like."""


class NoSuchKnowledge(TenantError):
    """The text names those there are."""


class PackUnreadable(TenantError):
    """The text names pack and version."""


class DestructiveChange(TenantError):
    """Publishing only ever adds tables and columns. `changes` are sentences, each with what to do."""

    def __init__(self, pack: str, changes: tuple[str, ...]) -> None:
        self.changes = changes
        super().__init__(
            "\n".join([f"{pack}: tables would lose data, so nothing was changed", *(f"  {c}" for c in changes)])
        )


class RowsError(TenantError):
    """The text names file or function, line and column."""
