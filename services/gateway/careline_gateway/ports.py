"""What the use cases need of the world, and what they offer to the channels.

GatewayError
├── TooManyRequests    a limit is reached; `retry_after` seconds
└── StoreUnavailable   the database cannot be asked now; nothing was changed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from careline.contracts.events import TurnVerified
from careline.contracts.mood import Urgency
from careline.contracts.turn import Identity
from careline.messaging import TransientError

from .domain.change import Change, Outgoing, Shown
from .domain.consent import Asked, Choice
from .domain.events import ConversationEvent
from .domain.ledger import LedgerFilter, LedgerRow, Revealed
from .domain.recognition import Challenge, Found, Way
from .domain.state import Conversation, Key, Rules, Status


class GatewayError(Exception):
    """Root of the tree."""


class TooManyRequests(GatewayError):
    """Slow down."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many requests; try again in {retry_after:.0f} s")
        self.retry_after = retry_after


class StoreUnavailable(GatewayError, TransientError):
    """Try again later. As a transient error it makes the consumer wait for the database."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as it is in the store, with the version a change has to name."""

    state: Conversation
    version: int


@dataclass(frozen=True, slots=True)
class Applied:
    """The change is stored; the conversation's version is now `version`."""

    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the conversation first; None: there is none."""

    stored: Stored | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The client's message is stored already."""

    position: int
    turn: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """The ledger has an entry of the turn that was to be superseded."""


StoreResult = Applied | Conflict | Duplicate | Settled


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored customer message. `turn` will answer it; None: a person will. `position` is that of its entry.
    `repeated`: it, or another one with the same client id, was stored before."""

    turn: str | None
    position: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A conversation that a person has or is to have."""

    key: Key
    agent: str | None
    since: datetime
    urgency: Urgency = "normal"


class Store(Protocol):
    """Conversations, durably. Every method may raise StoreUnavailable."""

    async def load(self, key: Key) -> Stored | None: ...

    async def apply(self, change: Change, trace: dict[str, str], now: datetime) -> StoreResult:
        """All rows of the change in one transaction, under the conversation's fence; or nothing.

        Safe on disk, unless the change is urgent: then other gateways see it from now on, but a crash of the database
        may still undo it until `durable` returns.
        """

    async def durable(self) -> None:
        """Returns when everything applied so far is safe on disk."""

    async def entries(self, key: Key, after: int, limit: int) -> Sequence[Shown]:
        """Entries behind position `after`, oldest first."""

    async def positions(self, keys: Sequence[Key]) -> Sequence[tuple[Key, int]]:
        """The newest position of each of these conversations."""

    async def due(self, now: datetime, limit: int) -> Sequence[Key]:
        """Conversations to tick, perhaps too early, leased to the caller for a few seconds."""

    async def postpone(self, key: Key, until: datetime | None, version: int | None = None) -> None:
        """Not due before `until` (None: never), unless something happens to it; if `version` is given and is no longer
        the stored one, nothing is changed."""

    async def inbox(self, limit: int) -> Sequence[InboxRow]:
        """Conversations owned by people, longest without change first."""


class Outbox(Protocol):
    """Events on their way to the broker."""

    def offer(self, outgoing: Sequence[Outgoing], trace: dict[str, str]) -> None:
        """Stored just now: publish them soon, the urgent ones at once. Does not wait, cannot fail."""


class Streams(Protocol):
    """Open event streams, here and on other replicas."""

    def announce(self, key: Key, shown: Sequence[Shown]) -> None:
        """New entries: hand them to local streams at once, tell the other replicas. Does not wait, cannot fail."""


class RuleBook(Protocol):
    """What the tenants' packs say."""

    async def rules(self, tenant: str) -> Rules:
        """Raises UnknownTenant."""

    async def title(self, tenant: str) -> dict[str, str]:
        """The business's name by language. Raises UnknownTenant."""

    async def code_message(self, tenant: str, code: str, minutes: int, language: str | None) -> str:
        """What goes out with a one-time code. Raises UnknownTenant."""

    async def ways(self, tenant: str) -> frozenset[Way]:
        """How the records can reach a visitor with a code; empty: nobody is recognised so. Raises UnknownTenant."""

    async def consent(self, tenant: str) -> Asked | None:
        """What customers are asked about the use of their words; None: nothing. Raises UnknownTenant."""

    async def not_done(self, tenant: str, operation: str, language: str | None) -> str:
        """What is said when it turned out that an operation was not done. Raises UnknownTenant."""

    async def sources(self, tenant: str) -> Mapping[str, Mapping[str, str]]:
        """The titles of the guide's articles by passage id and language. Raises UnknownTenant."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A turn of which the customer was told that nobody knows what became of it, at `since`."""

    key: Key
    turn: str
    since: datetime


class Doubts(Protocol):
    """Open doubts. Every method may raise StoreUnavailable."""

    async def note(self, key: Key, turn: str, now: datetime) -> None:
        """Once, however often."""

    async def take(self, now: datetime, again: timedelta, limit: int) -> Sequence[Doubt]:
        """Those that are to be looked at; no gateway gets them again before `again` is over."""

    async def close(self, doubt: Doubt) -> None: ...


class LedgerBook(Protocol):
    """The ledger, to be read. Every method may raise StoreUnavailable."""

    async def reveal(self, revealed: Revealed) -> None:
        """The audit has an entry of it; before anything is shown."""

    async def read(self, wanted: LedgerFilter) -> Sequence[LedgerRow]:
        """Newest first."""


class Visitors(Protocol):
    """The records by which visitors are recognised."""

    async def find(self, tenant: str, identifier: str) -> Found | None:
        """The only customer whom the identifier names. Raises NotRecognised, UnknownTenant, StoreUnavailable."""


class Challenges(Protocol):
    """Open one-time codes; at most one for each conversation. Every method may raise StoreUnavailable."""

    async def put(self, challenge: Challenge) -> None:
        """In place of an earlier one."""

    async def attempt(self, key: Key, now: datetime) -> Challenge | None:
        """Count one guess; None when there is nothing to guess any more."""

    async def use(self, challenge: Challenge) -> bool:
        """Whether it was still there, which it is no more."""


class Consents(Protocol):
    """Customers' choices, each kept for good. Every method may raise StoreUnavailable."""

    async def add(self, key: Key, customer: str | None, choice: Choice) -> None:
        """`customer`: who is known; None: nobody, the choice is the conversation's."""

    async def current(self, key: Key, customer: str | None) -> Choice | None:
        """A known customer's newest choice, else the conversation's."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be sent to somebody, by e-mail or SMS."""

    tenant: str
    way: Way
    address: str
    text: str


class Undeliverable(OSError):
    """This letter will never get through; others may."""


class Courier(Protocol):
    """Carries letters out of the house. `carries`: the ways in which it does."""

    @property
    def carries(self) -> frozenset[Way]: ...

    async def send(self, letter: Letter) -> None:
        """Raises OSError where another attempt may succeed, Undeliverable where none will."""


class Deliveries(Protocol):
    """Whether letters get through, as all gateways know it. Every method may raise StoreUnavailable."""

    async def failed(self, way: Way, now: datetime) -> None: ...

    async def delivered(self, way: Way, now: datetime) -> None: ...

    async def failing(self, since: datetime) -> frozenset[Way]:
        """The ways in which the last letter failed, after `since`."""


class Happening(Protocol):
    """Where something may happen to a conversation; implemented by `handlers.Conversations`."""

    async def happen(self, key: Key, event: ConversationEvent) -> None: ...


class Recognition(Protocol):
    """What visitors may ask for; implemented by `recognising.Recognising`."""

    async def ways(self, tenant: str) -> tuple[Way, ...]: ...

    async def failing(self, tenant: str) -> tuple[Way, ...]: ...

    async def begin(self, state: Conversation, identifier: str, way: Way | None) -> datetime: ...

    async def prove(self, key: Key, code: str) -> datetime: ...


class Consent(Protocol):
    """What customers may say to the use of their words; implemented by `consenting.Consenting`."""

    async def current(self, state: Conversation) -> tuple[Asked, Choice | None]: ...

    async def choose(self, state: Conversation, *, given: bool, wording: str, language: str) -> Choice: ...


class Limiter(Protocol):
    """How often somebody may do something."""

    async def check(self, *buckets: tuple[str, str]) -> None:
        """Count one use against each (kind, name); raises TooManyRequests when one is empty."""


class Clock(Protocol):
    """The time in UTC."""

    def __call__(self) -> datetime: ...


class Chat(Protocol):
    """What channels may ask for; implemented by `handlers.Conversations`."""

    async def open(self, tenant: str, identity: Identity, language: str | None) -> Conversation: ...

    async def conversation(self, key: Key) -> Conversation:
        """Raises UnknownConversation."""

    async def post(self, key: Key, client_id: str, text: str) -> Accepted: ...

    async def deliver(self, event: TurnVerified) -> None: ...


class Agents(Protocol):
    """What people who answer may ask for; implemented by `handlers.Conversations`."""

    async def take(self, key: Key, agent: str) -> Status: ...

    async def answer(self, key: Key, agent: str, text: str) -> Status: ...

    async def hand_back(self, key: Key, agent: str) -> Status: ...

    async def resolve(self, key: Key, agent: str) -> Status: ...


class Undoes(Protocol):
    """What people may have undone; implemented by `undoing.Undoing`."""

    async def begin(self, tenant: str, entry: str, agent: str) -> tuple[Key, Accepted]: ...

    async def answer(self, key: Key, agent: str, *, confirm: bool) -> Accepted: ...
