"""What insight needs of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .domain.entry import Entry
from .domain.timeline import Logged


class TurnLog(Protocol):
    """Where events are kept."""

    async def append(self, entry: Entry) -> None:
        """Returns when the entry is stored; the same event twice is stored once. Raises TransientError."""

    async def of_turn(self, turn: str) -> Sequence[Logged]:
        """All events of a turn, in no particular order; empty when there is none."""

    async def turns_of(self, tenant: str, conversation: str) -> Sequence[str]:
        """The ids of a conversation's turns, oldest first."""
