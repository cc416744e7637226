"""The conversation as a pure reducer: (state, event, now) -> (state, commands).

One turn is in flight at a time. A message that comes before the reply replaces the turn by one with both texts, unless
the ledger knows the turn already: then it waits. What is not of the current turn and epoch is dropped. Every change of
owner raises the epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from careline.contracts.reply import Outcome
from careline.contracts.turn import Identity

from .commands import Abandon, Command, Deliver, Show, Supersede
from .errors import NotTaken, TakenByAnother, WaitingRoomFull
from .events import (
    Answered,
    ConversationEvent,
    Found,
    HandedBack,
    Opened,
    Posted,
    Recognised,
    Replied,
    Resolved,
    Taken,
    Ticked,
)
from .recognition import WHO_REASONS
from .state import Conversation, Key, Owner, Proof, Rules
from .steps import Step, joined, queued

# Texts that may wait at once (each up to the size of a turn).
MAX_WAITING = 8

Reduced = tuple[Conversation, tuple[Command, ...]]


def fresh(key: Key, identity: Identity, now: datetime, language: str | None = None) -> Conversation:
    """A conversation in which nothing has happened yet. `language` is what the visitor's page is in."""
    return Conversation(tenant=key.tenant, id=key.conversation, identity=identity, language=language, active_at=now)


def reduce(state: Conversation, event: ConversationEvent, now: datetime, rules: Rules) -> Reduced:
    """What follows from `event`. The same state and no commands mean that nothing does.

    Raises WaitingRoomFull, NotTaken or TakenByAnother when the event is refused.
    """
    step = Step(state, now, rules)
    _HANDLERS[type(event)](step, event)
    return step.state, tuple(step.commands)


def wake_at(state: Conversation, rules: Rules) -> datetime | None:
    """When `Ticked` will next have an effect; None when it never will without another event."""
    if state.flight:
        return state.flight.deadline
    times = [state.pending.expires_at] if state.pending else []
    if _may_idle(state):
        times.append(state.active_at + timedelta(seconds=rules.idle_s))
    return min(times, default=None)


def _may_idle(state: Conversation) -> bool:
    # One that a person has, or is to have, is closed by a person.
    return state.owner is Owner.BOT and not state.flight and not state.closed


def _opened(step: Step, _: Opened) -> None:
    step.report("opened", assurance=step.state.identity.assurance)


def _recognised(step: Step, event: Recognised) -> None:
    """From the next turn on; what is in flight goes on as who it began as."""
    known, before = step.state.identity.customer, step.state.proof
    if known is not None and known != event.customer:
        return
    if before is not None and before.customer != event.customer:
        # Somebody else: what was said and asked so far is not theirs.
        step.update(pending=None, history=(), postponed=())
    step.update(proof=Proof(customer=event.customer, until=event.until))


def _posted(step: Step, event: Posted) -> None:
    step.update(closed=False, active_at=step.now)
    _drop_expired(step)
    turn, act = _place(step, event)
    entry = step.message("customer", event.text, turn, client_id=event.client_id)
    step.commands.append(Show(entry))
    act()


def _place(step: Step, event: Posted) -> tuple[str | None, Callable[[], None]]:
    """The turn that will answer the message (None: a person will), and what to do to get there."""
    state, text = step.state, event.text
    flight = state.flight
    waiting = queued(state.waiting, text)
    if state.owner is Owner.HUMAN:
        return None, lambda: step.update(waiting=waiting[-MAX_WAITING:])
    if flight is None:
        return state.turn_id(state.seq + 1), lambda: step.start_turn(text)
    both = joined(flight.text, text)
    if both and not event.settled and not state.waiting:
        replaced = flight.turn

        def supersede() -> None:
            step.commands.append(Supersede(replaced))
            step.report("superseded", turn=replaced)
            step.start_turn(both, resumed=flight.resumed)

        return state.turn_id(state.seq + 1), supersede
    if len(waiting) > MAX_WAITING:
        raise WaitingRoomFull("too many messages are waiting for an answer; please wait for the replies")
    return state.turn_id(state.seq + len(waiting)), lambda: step.update(waiting=waiting)


def _replied(step: Step, event: Replied) -> None:
    state, reply, flight = step.state, event.reply, step.state.flight
    if flight is None or event.ref.turn != flight.turn or event.ref.epoch != state.epoch:
        step.learn(event.ref.turn, reply)
        return
    cited = (*reply.citations, *(citation for told in reply.beside for citation in told.citations))
    sources = tuple(dict.fromkeys(citation.passage for citation in cited))
    asks_who = not WHO_REASONS.isdisjoint({reply.reason, *(told.reason for told in reply.beside)})
    message = step.message("bot", reply.text, flight.turn, sources=sources, asks_who=asks_who)
    step.remember_reply(flight, reply)
    step.postpone(flight, reply)
    step.update(flight=None, pending=reply.pending, language=reply.language, active_at=step.now, urgency=reply.urgency)
    step.commands.append(Deliver(flight.turn, message))
    step.report("delivered", turn=flight.turn)
    if reply.outcome is Outcome.HANDOVER:
        step.hand_over(None, reply.reason or "handover")
    else:
        step.start_waiting()


def _ticked(step: Step, _: Ticked) -> None:
    _drop_expired(step)
    state, rules, flight = step.state, step.rules, step.state.flight
    if flight and step.now >= flight.deadline:
        message = step.message("bot", rules.handover_text(state.language), flight.turn)
        # The customer's question is still open: whoever takes over, a person or the bot again, finds it waiting.
        step.update(waiting=(flight.text, *state.waiting)[:MAX_WAITING])
        step.commands.append(Show(message))
        step.hand_over(flight.turn, "deadline")
    elif _may_idle(state) and step.now >= state.active_at + timedelta(seconds=rules.idle_s):
        step.forget()
        step.notice()
        step.report("closed")


def _drop_expired(step: Step) -> None:
    pending = step.state.pending
    # While a turn is in flight it carries the question itself, and its stages judge the expiry.
    if pending and not step.state.flight and step.now >= pending.expires_at:
        step.update(pending=None)
        step.report("expired", asked_in=pending.asked_in)


def _taken(step: Step, event: Taken) -> None:
    state, flight = step.state, step.state.flight
    if state.agent == event.agent:
        return
    if state.agent:
        raise TakenByAnother(f"{state.agent} has this conversation")
    if flight:
        step.update(waiting=(flight.text, *state.waiting)[:MAX_WAITING])
        step.commands.append(Abandon(flight.turn))
    step.change_owner(Owner.HUMAN, event.agent)
    step.update(closed=False)
    step.report("taken", agent=event.agent)
    step.notice()


def _answered(step: Step, event: Answered) -> None:
    _require(step.state, event.agent)
    message = step.message("agent", event.text, None)
    step.commands.append(Show(message))
    step.remember(step.state.ref().turn, "\n".join(step.state.waiting), event.text, "human")
    step.update(waiting=(), active_at=step.now)
    step.report("answered", agent=event.agent)


def _found(step: Step, event: Found) -> None:
    """Told wherever the conversation is: a person who has it reads it there, too; when the customer may be gone, a
    person is asked to see to it. A turn in flight goes on."""
    closed = step.state.closed
    step.commands.append(Show(step.message("bot", event.text, None, client_id=f"outcome:{event.entry}")))
    if closed:
        step.update(closed=False)
        step.hand_over(None, "late_outcome")
        return
    step.remember(event.turn, "", event.text, "late_outcome")
    step.update(active_at=step.now)


def _handed_back(step: Step, event: HandedBack) -> None:
    _require(step.state, event.agent)
    step.change_owner(Owner.BOT)
    step.update(active_at=step.now)
    step.report("handed_back", agent=event.agent)
    step.notice()
    step.start_waiting()


def _resolved(step: Step, event: Resolved) -> None:
    _require(step.state, event.agent)
    step.change_owner(Owner.BOT)
    step.forget()
    step.report("resolved", agent=event.agent)
    step.notice()


def _require(state: Conversation, agent: str) -> None:
    if state.agent is None:
        raise NotTaken("take the conversation first")
    if state.agent != agent:
        raise TakenByAnother(f"{state.agent} has this conversation")


_HANDLERS: dict[type[ConversationEvent], Callable[[Step, Any], None]] = {
    Opened: _opened,
    Recognised: _recognised,
    Posted: _posted,
    Replied: _replied,
    Ticked: _ticked,
    Taken: _taken,
    Answered: _answered,
    HandedBack: _handed_back,
    Resolved: _resolved,
    Found: _found,
}
