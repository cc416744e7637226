"""What can go wrong between an operation's declaration and its rows.

OperationError
├── UnresolvedValue      a value of the declaration cannot be made into what its column holds
├── MissingRows          an update or delete names no row: there is nothing it could truthfully claim to have done
├── NoPreview            another system does not tell what would change
├── UnknownName          no such operation, argument, table or column in the pack
└── EvidenceError        an argument's value does not follow from its evidence; `code` says how
"""

from __future__ import annotations


class OperationError(Exception):
    """Root of the tree. Never transient: another attempt with the same input ends the same way."""


class UnresolvedValue(OperationError):
    """The text names column and types, never the value."""


class MissingRows(OperationError):
    """The rows that an effect is about are not there."""


class NoPreview(OperationError):
    """The text names system and call, never values."""


class UnknownName(OperationError):
    """Something names what the pack does not declare."""


class EvidenceError(OperationError):
    """`argument` is its name; `code` is one of the short names in `evidence.py`."""

    def __init__(self, argument: str, code: str) -> None:
        super().__init__(f"{argument}: {code}")
        self.argument = argument
        self.code = code
