"""Operations that no pack declares: the catalogue has them where they have something to do."""

from __future__ import annotations

from collections.abc import Mapping

from .arguments import ArgumentSpec
from .base import Words
from .operations import Operation
from .replies import Replies
from .undo import UNDO

_ENTRY = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"


def with_builtin(operations: Mapping[str, Operation], replies: Replies) -> dict[str, Operation]:
    """The catalogue, with `undo` if any of it can be undone."""
    if not any(operation.undo for operation in operations.values()):
        return dict(operations)
    return {**operations, UNDO: _undo(replies)}


def _undo(replies: Replies) -> Operation:
    """What it changes is in the ledger; an entry is named by people, customers mean the last one."""
    words = replies.undo
    entry = ArgumentSpec(type="identifier", label=Words("entry"), ask=Words("entry"), pattern=_ENTRY, optional=True)
    return Operation(
        title=words.title,
        examples={},
        assurance="anonymous",
        arguments={"entry": entry},
        confirm="always",
        done=words.done,
        builtin=UNDO,
    )
