"""A conversation as it is stored: who owns it, the turn in flight, what is open, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from careline.contracts.base import Frozen, TurnRef, derive_id
from careline.contracts.mood import Urgency
from careline.contracts.turn import Exchange, Identity, Pending


class Key(NamedTuple):
    """Which conversation: ids are only unique within their tenant as far as anybody may rely on."""

    tenant: str
    conversation: str


class Owner(StrEnum):
    """Who answers."""

    BOT = "bot"
    HUMAN = "human"


class Status(StrEnum):
    """What the customer is told about who answers."""

    BOT = "bot"
    WAITING = "waiting"  # for a person
    HUMAN = "human"
    CLOSED = "closed"


class Flight(Frozen):
    """The turn that is being answered. `deadline`: then a person gets it; `resumed`: see `Turn`."""

    turn: str
    text: str
    deadline: datetime
    resumed: bool = False


class Postponed(Frozen):
    """What a message asked for besides, in the customer's words: it gets a turn of its own. `resumed`: a question stood
    between, so that a change is asked about."""

    text: str
    resumed: bool


class Proof(Frozen):
    """A one-time code sent to this customer was given back."""

    customer: str
    until: datetime


class Voided(Frozen):
    """What was about to happen when a person came between: the turn in flight with the customer's words, and the
    question that was open or asked by it, with its row changes."""

    at: datetime
    turn: str | None = None
    text: str = ""
    pending: Pending | None = None


class Conversation(Frozen):
    """State of one conversation; a new value for every change.

    `seq` counts turns started, `position` entries shown. `waiting` are the texts of the turns to come, oldest
    first; while a person has the conversation, what the customer wrote since the last answer. `postponed` is what
    earlier messages asked for besides, oldest first: it waits until no question is open, and goes before `waiting`.
    """

    tenant: str
    id: str
    identity: Identity
    owner: Owner = Owner.BOT
    agent: str | None = None
    closed: bool = False
    epoch: int = 0
    seq: int = 0
    position: int = 0
    language: str | None = None
    flight: Flight | None = None
    pending: Pending | None = None
    history: tuple[Exchange, ...] = ()
    waiting: tuple[str, ...] = ()
    postponed: tuple[Postponed, ...] = ()
    active_at: datetime
    urgency: Urgency = "normal"  # of the last message that was answered
    proof: Proof | None = None
    voided: Voided | None = None  # for the person who has it, or is to have it

    def identity_at(self, now: datetime) -> Identity:
        """Who writes: as the channel says it, or as a code has proven it lately."""
        if self.proof is None or now >= self.proof.until:
            return self.identity
        return self.identity.model_copy(update={"customer": self.proof.customer, "assurance": "verified"})

    @property
    def key(self) -> Key:
        return Key(self.tenant, self.id)

    @property
    def status(self) -> Status:
        """Closed wins over owner; a human owner without a name means that a person is awaited."""
        if self.closed:
            return Status.CLOSED
        if self.owner is Owner.BOT:
            return Status.BOT
        return Status.HUMAN if self.agent else Status.WAITING

    def turn_id(self, seq: int) -> str:
        """The id of the `seq`-th turn, known before it starts."""
        return derive_id("turn", self.tenant, self.id, seq)

    def ref(self) -> TurnRef:
        """The reference of the turn in flight, or else of the last one."""
        turn = self.flight.turn if self.flight else self.turn_id(self.seq)
        return TurnRef(tenant=self.tenant, conversation=self.id, turn=turn, epoch=self.epoch)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the pack and the settings say about conversations. Durations in seconds; words by language."""

    languages: tuple[str, ...]
    handover: dict[str, str]
    history: int = 6
    idle_s: float = 1800.0
    deadline_s: float = 30.0
    yes: str = "yes"  # in the pack's own words
    no: str = "no"

    def handover_text(self, language: str | None) -> str:
        """What the customer is told when a person takes over because nothing else answered."""
        return self.handover.get(language or "") or self.handover[self.languages[0]]
