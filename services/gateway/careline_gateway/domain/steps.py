"""The moves that a conversation is made of; `conversation.reduce` puts them together.

A `Step` lives inside one reduction only: it holds the state reached so far and the commands it took to get there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Reply
from careline.contracts.turn import MAX_TEXT_BYTES, Exchange, Turn
from careline.contracts.understanding import MAX_LATER, said_in

from .commands import Author, Change, Command, HandOver, Message, Notice, Report, Show, StartTurn
from .state import Conversation, Flight, Owner, Postponed, Rules, Voided


@dataclass(slots=True)
class Step:
    """A reduction under way."""

    state: Conversation
    now: datetime
    rules: Rules
    commands: list[Command] = field(default_factory=list)

    def update(self, **changes: Any) -> None:
        self.state = self.state.model_copy(update=changes)

    def report(self, change: Change, **detail: JsonScalar) -> None:
        self.commands.append(Report(change, detail))

    def message(self, author: Author, text: str, turn: str | None, **more: Any) -> Message:
        """The next entry, written down but not shown yet."""
        self.update(position=self.state.position + 1)
        return Message(self.state.position, author, text, turn, self.now, **more)

    def notice(self) -> None:
        """Tell the customer's page who answers now."""
        self.update(position=self.state.position + 1)
        self.commands.append(Show(Notice(self.state.position, self.state.status, self.now)))

    def start_turn(self, text: str, *, resumed: bool = False) -> None:
        """The next turn begins, at once."""
        state = self.state
        seq = state.seq + 1
        deadline = self.now + timedelta(seconds=self.rules.deadline_s)
        flight = Flight(turn=state.turn_id(seq), text=text, deadline=deadline, resumed=resumed)
        self.update(seq=seq, flight=flight)
        turn = Turn(
            ref=self.state.ref(),
            text=text,
            received_at=self.now,
            identity=state.identity_at(self.now),
            history=state.history,
            pending=state.pending,
            resumed=resumed,
        )
        self.commands.append(StartTurn(turn))

    def postpone(self, flight: Flight, reply: Reply) -> None:
        """Keep what the reply leaves for later. What waits behind a question is asked about before it is done."""
        texts = (said_in(flight.text, span).strip() for span in reply.later)
        left = (*self.state.postponed, *(Postponed(text=text, resumed=flight.resumed) for text in texts if text))
        asked = reply.pending is not None
        kept = tuple(each.model_copy(update={"resumed": each.resumed or asked}) for each in left)
        self.update(postponed=kept[:MAX_LATER])

    def start_waiting(self) -> None:
        """What was postponed becomes the next turn as soon as no question is open, else the oldest waiting text, if
        there is one."""
        if self.state.postponed and self.state.pending is None:
            later, *others = self.state.postponed
            self.update(postponed=tuple(others))
            self.start_turn(later.text, resumed=later.resumed)
        elif self.state.waiting:
            first, *rest = self.state.waiting
            self.update(waiting=tuple(rest))
            self.start_turn(first)

    def remember(self, turn: str, customer: str, reply: str, outcome: str) -> None:
        """Add to what the next turns are told; only the last few exchanges are kept."""
        exchange = Exchange(turn=turn, customer=customer, reply=reply, outcome=outcome)
        kept = (*self.state.history, exchange)[-self.rules.history :] if self.rules.history else ()
        self.update(history=kept)

    def remember_reply(self, flight: Flight, reply: Reply) -> None:
        self.remember(flight.turn, flight.text, reply.text, reply.outcome.value)

    def change_owner(self, owner: Owner, agent: str | None = None) -> None:
        """Whoever answered so far may not any more: approvals and replies of the old epoch are void. What was postponed
        waits for whoever answers now, like everything that was not answered."""
        left = tuple(each.text for each in self.state.postponed)
        self.update(waiting=(*self.state.waiting, *left), postponed=(), voided=self._voided(owner))
        self.update(owner=owner, agent=agent, epoch=self.state.epoch + 1, flight=None, pending=None)

    def _voided(self, owner: Owner) -> Voided | None:
        """What the person who answers now has to know was under way. A second takeover does not forget the first."""
        if owner is Owner.BOT:
            return None
        flight, pending = self.state.flight, self.state.pending
        if flight is None and pending is None:
            return self.state.voided
        turn, text = (flight.turn, flight.text) if flight else (None, "")
        return Voided(at=self.now, turn=turn, text=text, pending=pending)

    def learn(self, turn: str, reply: Reply) -> None:
        """A void turn's reply has come: what it would have asked is what was about to happen."""
        voided = self.state.voided
        if voided is not None and voided.turn == turn and reply.pending is not None:
            self.update(voided=voided.model_copy(update={"pending": reply.pending}))

    def hand_over(self, turn: str | None, reason: str) -> None:
        """A person is asked for; what the customer still waits for is theirs to answer."""
        self.change_owner(Owner.HUMAN)
        self.commands.append(HandOver(turn, reason))
        self.report("handed_over", reason=reason, urgency=self.state.urgency)
        self.notice()

    def forget(self) -> None:
        """Close: what comes next starts without the old context."""
        self.update(closed=True, history=(), pending=None, waiting=(), postponed=(), flight=None)


def joined(earlier: str, text: str) -> str | None:
    """Both texts as one, or None when that is more than one turn may hold."""
    both = f"{earlier}\n{text}"
    return both if len(both.encode()) <= MAX_TEXT_BYTES else None


def queued(waiting: tuple[str, ...], text: str) -> tuple[str, ...]:
    """`text` joined to the last waiting one, or behind it where it does not fit."""
    both = joined(waiting[-1], text) if waiting else None
    return (*waiting[:-1], both) if both else (*waiting, text)
