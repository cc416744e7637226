"""What the API takes and gives, as its OpenAPI document shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .codes import CODES

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


class Incoming(BaseModel):
    """A body; unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NewSession(Incoming):
    """Starts a conversation, or resumes `conversation` with a token that may enter it."""

    tenant: Name
    conversation: Name | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | None = Field(
        default=None, description="the page's language; replies follow the language of the messages"
    )


class NewMessage(Incoming):
    """A customer's message; the same `client_id` again is the same message again."""

    client_id: ClientId
    text: str = Field(description="at most 8192 bytes in UTF-8")


class AgentAction(Incoming):
    """Which person acts."""

    agent: Name


class AgentAnswer(AgentAction):
    """What a person writes to the customer."""

    text: str = Field(description="at most 8192 bytes in UTF-8")


class CodeWanted(Incoming):
    """Who the visitor says to be: what the business's records know them by."""

    identifier: Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f]+$")]
    via: Literal["email", "sms"] | None = None


class CodeGiven(Incoming):
    """The code as it was sent."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class ConsentGiven(Incoming):
    """Yes or no to a wording, in the language in which it was shown."""

    given: bool
    wording: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class ConsentState(BaseModel):
    """The question, by language, and the answer: null where there is none to this wording."""

    wording: str
    ask: dict[str, str]
    given: bool | None
    at: datetime | None


class CodeSent(BaseModel):
    """If the records know somebody by that, a code is on its way to the address they have."""

    digits: int
    expires_at: datetime


class RecognitionState(BaseModel):
    """Ways in which a code can be sent, those in which nothing gets through just now, and by what it is proven who the
    customer is: a `code` (until then), the `channel` (the business's own token), or `none`."""

    ways: list[Literal["email", "sms"]]
    failing: list[Literal["email", "sms"]]
    assurance: Literal["none", "channel", "code"]
    until: datetime | None


class RecognisedUntil(BaseModel):
    """Who writes is known, in this conversation, until then."""

    assurance: Literal["code"]
    until: datetime


class UndoAnswer(AgentAction):
    """Whether what was shown is to be written back."""

    confirm: bool


class UndoBegun(BaseModel):
    """The bot answers in `conversation`, with this turn."""

    conversation: str
    turn: str | None
    position: int


class LedgerEntry(BaseModel):
    """Who asked for what in which words, what changed (old -> new), the verdict, the approval, what came of it."""

    class AskedBy(BaseModel):
        customer: str | None
        agent: str | None = Field(description="the person who acted for the customer")
        visitor: str | None
        assurance: str | None

    class Approval(BaseModel):
        signed_by: str
        key: str | None = Field(description="id of the signing key")
        expires_at: datetime | None
        epoch: int | None
        diff_hash: str | None

    entry: str
    at: datetime
    verdict: Literal["committed", "refused", "stale", "unknown", "not_done"] = Field(
        description="unknown: another system was asked, and a person has to settle what became of it"
    )
    reason: str | None
    operation: str
    asked_by: AskedBy
    conversation: str
    turn: str
    arguments: list[dict[str, Any]] = Field(description="name, value, the customer's words, and from where they are")
    diff: list[dict[str, Any]] = Field(description="table, action, key, old, new; as written")
    approval: Approval | None
    result: dict[str, Any]
    case: str | None
    undoes: str | None
    undone_by: str | None
    pack_version: str | None
    settled_by: str | None = Field(description="the person who said what became of it, where nobody knew")
    why: str | None = Field(description="that person's reason")
    told: str


class LedgerEntries(BaseModel):
    """Newest first."""

    entries: list[LedgerEntry]


class Session(BaseModel):
    """Use `token` as bearer token for this conversation until `expires_at`."""

    tenant: str
    conversation: str
    token: str
    expires_at: datetime
    status: Literal["bot", "waiting", "human", "closed"]
    title: dict[str, str]
    last: int = Field(description="position of the newest entry")
    recognition: list[Literal["email", "sms"]] = Field(
        description="how a code can be sent to somebody who is to prove who they are; empty: not at all"
    )
    asks_consent: bool = Field(description="whether the customer is asked: see `/consent`")


class MessageAccepted(BaseModel):
    """The message is stored. The reply will carry `turn`, or that of a later message; null: a person will answer."""

    turn: str | None
    position: int


class Entry(BaseModel):
    """A message (`author`, `text`), or a change of who answers (`status`). `id` rises within the conversation."""

    id: int
    at: datetime
    author: Literal["customer", "bot", "agent"] | None = None
    text: str | None = None
    turn: str | None = None
    client_id: str | None = None
    sources: list[str] | None = Field(default=None, description="ids of the guide's passages that the answer is from")
    titles: list[dict[str, str]] | None = Field(
        default=None, description="of each source, the title of its article by language"
    )
    status: Literal["bot", "waiting", "human", "closed"] | None = None
    asks: Literal["who"] | None = Field(
        default=None, description="`who`: the customer is to sign in, or prove who they are"
    )


class History(BaseModel):
    """Entries in order; `more`: ask again with `after` = the last one's id."""

    entries: list[Entry]
    more: bool


class InboxEntry(BaseModel):
    """A conversation that waits for a person, or has one. `since`: last change."""

    tenant: str
    conversation: str
    status: Literal["waiting", "human"]
    agent: str | None
    since: datetime
    urgency: Literal["low", "normal", "high"]


class Proposed(BaseModel):
    """An operation that was asked about: its arguments, and the row changes old -> new."""

    operation: str
    arguments: dict[str, Any]
    missing: list[str]
    diff: list[dict[str, Any]]
    expires_at: datetime


class Interrupted(BaseModel):
    """Void now. `text` are the customer's words of the turn that was in flight, if one was."""

    at: datetime
    turn: str | None
    text: str
    proposed: Proposed | None


class Case(BaseModel):
    """Everything a person needs to answer: who, in which state, what was open, what was said."""

    tenant: str
    conversation: str
    status: Literal["bot", "waiting", "human", "closed"]
    agent: str | None
    customer: str | None
    assurance: Literal["anonymous", "signed", "verified"]
    epoch: int
    unanswered: list[str]
    pending_operation: str | None
    pending: Proposed | None = Field(description="the open question")
    unsettled: list[LedgerEntry] = Field(
        description="what was asked of other systems, and nobody knows what became of it"
    )
    voided: Interrupted | None = Field(description="what was about to happen when a person came between")
    entries: list[Entry]


class Error(BaseModel):
    """Why a request was refused."""

    class Detail(BaseModel):
        code: str = Field(json_schema_extra={"enum": [*CODES]})
        message: str
        tries: int | None = Field(default=None, description="guesses left; only with `wrong_code`")

    error: Detail
