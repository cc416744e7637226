"""What one reduction writes: commands turned into rows, all of which are stored in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import orjson

from careline.contracts.base import Event
from careline.contracts.events import ConversationChanged, TurnReceived
from careline.contracts.topics import CONVERSATIONS_CHANGED, TURNS_RECEIVED, Topic
from careline.contracts.turn import Turn

from .commands import Abandon, Command, Deliver, Entry, HandOver, Message, Report, Show, StartTurn, Supersede
from .conversation import wake_at
from .state import Conversation, Rules

TurnStatus = Literal["in_flight", "superseded", "delivered", "handed_over", "abandoned"]
Seal = Callable[[Turn], Turn]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as every client may see it; `data` is its JSON."""

    position: int
    kind: Literal["message", "status"]
    data: str
    author: str | None = None
    turn: str | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class TurnRow:
    """What became of a turn."""

    turn: str
    status: TurnStatus


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event for the outbox. `urgent`: the customer waits for it. `written`: its wire form, for row and broker."""

    topic: Topic
    event: Event
    urgent: bool
    written: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", self.event.to_bytes())


@dataclass(slots=True)
class Change:
    """Rows to write if the conversation still has `version`. `guard`: only if the ledger has no entry of this turn."""

    state: Conversation
    version: int
    wake_at: datetime | None
    client_id: str | None = None
    guard: str | None = None
    shown: list[Shown] = field(default_factory=list)
    turns: list[TurnRow] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)

    @property
    def urgent(self) -> bool:
        """Whether a service is to hear of it before it is on disk."""
        return any(outgoing.urgent for outgoing in self.outgoing)


def change_of(
    state: Conversation, version: int, commands: tuple[Command, ...], now: datetime, rules: Rules, seal: Seal
) -> Change:
    """The rows for `commands`, which led from stored version `version` to `state`."""
    change = Change(state, version, wake_at(state, rules))
    for command in commands:
        _add(change, command, now, seal)
    return change


def _add(change: Change, command: Command, now: datetime, seal: Seal) -> None:
    match command:
        case Show(entry):
            change.shown.append(shown(entry))
            if isinstance(entry, Message) and entry.client_id:
                change.client_id = entry.client_id
        case StartTurn(turn):
            change.turns.append(TurnRow(turn.ref.turn, "in_flight"))
            change.outgoing.append(Outgoing(TURNS_RECEIVED, TurnReceived(ref=turn.ref, turn=seal(turn)), urgent=True))
        case Supersede(turn_id):
            change.guard = turn_id
            change.turns.append(TurnRow(turn_id, "superseded"))
        case Deliver(turn_id, message):
            change.turns.append(TurnRow(turn_id, "delivered"))
            change.shown.append(shown(message))
        case HandOver(turn_id, _):
            if turn_id:
                change.turns.append(TurnRow(turn_id, "handed_over"))
        case Abandon(turn_id):
            change.turns.append(TurnRow(turn_id, "abandoned"))
        case Report(name, detail):
            event = ConversationChanged(ref=change.state.ref(), change=name, at=now, detail=detail)
            change.outgoing.append(Outgoing(CONVERSATIONS_CHANGED, event, urgent=False))


def shown(entry: Entry) -> Shown:
    """An entry as clients see it: text, author, time and ids; no operation names, no reason codes."""
    body: dict[str, object] = {"id": entry.position, "at": entry.at}
    if not isinstance(entry, Message):
        body["status"] = entry.status
        return Shown(entry.position, "status", orjson.dumps(body).decode())
    body |= {"author": entry.author, "text": entry.text, "turn": entry.turn}
    if entry.client_id:
        body["client_id"] = entry.client_id
    if entry.sources:
        body["sources"] = entry.sources
    if entry.asks_who:
        body["asks"] = "who"
    data = orjson.dumps(body).decode()
    return Shown(entry.position, "message", data, entry.author, entry.turn, entry.client_id)
