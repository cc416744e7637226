"""An undo played to its end: asked for, shown, answered, told."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.prompt import Confirm

from careline_cli.errors import CommandError
from careline_cli.inbox_api import InboxApi

# Longer than a turn may take.
_PATIENCE_S = 40.0
_EVERY_S = 0.2


def undo_entry(api: InboxApi, tenant: str, entry: str, agent: str, console: Console, *, always: bool) -> bool:
    """Whether it was undone. Raises CommandError when nobody answers."""
    begun = api.undo(tenant, entry, agent)
    conversation = begun["conversation"]
    shown, asks = _reply(api, tenant, conversation, begun["turn"])
    console.print(escape(shown))
    if not asks:
        return False
    wanted = always or Confirm.ask("Write it back?", console=console, default=False)
    answered = api.answer_undo(tenant, conversation, agent, confirm=wanted)
    told, _ = _reply(api, tenant, conversation, answered["turn"])
    console.print(escape(told))
    return wanted and _is_undone(api, tenant, entry)


def _reply(api: InboxApi, tenant: str, conversation: str, turn: str | None) -> tuple[str, bool]:
    """What the bot says in this turn, and whether it asks for consent."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        case: dict[str, Any] = api.show(tenant, conversation)
        said = [each for each in case["entries"] if each.get("author") == "bot" and each.get("turn") == turn]
        if said:
            return said[-1]["text"], case["pending_operation"] is not None
        time.sleep(_EVERY_S)
    raise CommandError("There is no answer.", f"`careline trace {turn}` shows how far it came.")


def _is_undone(api: InboxApi, tenant: str, entry: str) -> bool:
    return api.ledger_entry(tenant, entry, reveal="")["undone_by"] is not None
