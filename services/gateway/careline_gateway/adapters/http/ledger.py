"""The ledger over HTTP: read by people, and the place where they have an entry undone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from ...domain.errors import UnknownEntry
from ...domain.ledger import LedgerFilter, LedgerRow, Revealed, told
from ...domain.state import Key
from ...ports import Accepted, LedgerBook, Undoes
from .access import Access
from .body import read
from .errors import Problem
from .models import AgentAction, LedgerEntries, LedgerEntry, UndoAnswer, UndoBegun
from .refusals import documented

_BODY = ("token_invalid", "not_json", "too_large", "invalid")
Name = Annotated[str | None, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class LedgerSide:
    """With the agents' token as bearer token."""

    ledger: LedgerBook
    undoes: Undoes
    access: Access

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1/agent", tags=["agents"])
        one = "/ledger/{tenant}/{entry}"
        router.get("/ledger/{tenant}", response_model=LedgerEntries, responses=documented("token_invalid", "invalid"))(
            self.entries
        )
        router.get(one, response_model=LedgerEntry, responses=documented("token_invalid", "invalid", "unknown_entry"))(
            self.entry
        )
        router.post(
            one + "/undo",
            status_code=202,
            response_model=UndoBegun,
            responses=documented(*_BODY, "unknown_entry"),
            openapi_extra=_takes(AgentAction),
        )(self.undo)
        router.post(
            "/undo/{tenant}/{conversation}",
            status_code=202,
            response_model=UndoBegun,
            responses=documented(*_BODY, "unknown_conversation"),
            openapi_extra=_takes(UndoAnswer),
        )(self.answer)
        return router

    async def entries(
        self,
        request: Request,
        tenant: str,
        customer: Name = None,
        conversation: Name = None,
        operation: Name = None,
        since: datetime | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        reveal: bool = False,
        agent: Name = None,
    ) -> Response:
        """What was done, refused or left unknown, newest first; personal data is masked unless it is to be revealed to
        `agent`, of which the audit has an entry."""
        self.access.require_agent(request)
        wanted = LedgerFilter(tenant, None, customer, conversation, operation, since, limit)
        found = await self.ledger.read(wanted)
        await self._noted(tenant, found, agent, reveal=reveal)
        return _json({"entries": [told(row, reveal=reveal) for row in found]})

    async def entry(
        self, request: Request, tenant: str, entry: str, reveal: bool = False, agent: Name = None
    ) -> Response:
        """One entry."""
        self.access.require_agent(request)
        found = await self.ledger.read(LedgerFilter(tenant, entry=_id(entry), limit=1))
        if not found:
            raise UnknownEntry("the ledger has no such entry")
        await self._noted(tenant, found, agent, reveal=reveal)
        return _json(told(found[0], reveal=reveal))

    async def _noted(self, tenant: str, rows: Sequence[LedgerRow], agent: str | None, *, reveal: bool) -> None:
        if not reveal:
            return
        if not (agent and agent.strip()):
            raise Problem("invalid", "agent: say who is shown personal data; the audit keeps it")
        await self.ledger.reveal(Revealed(tenant, agent.strip(), [row.id for row in rows]))

    async def undo(self, request: Request, tenant: str, entry: str) -> Response:
        """Ask for an entry to be undone: what would be written back is shown in the conversation named, which waits for
        the answer."""
        self.access.require_agent(request)
        action = await read(request, AgentAction)
        key, accepted = await self.undoes.begin(tenant, _id(entry), action.agent)
        return _begun(key, accepted)

    async def answer(self, request: Request, tenant: str, conversation: str) -> Response:
        """Yes or no to what was shown."""
        self.access.require_agent(request)
        given = await read(request, UndoAnswer)
        key = Key(tenant, conversation)
        return _begun(key, await self.undoes.answer(key, given.agent, confirm=given.confirm))


def _id(entry: str) -> str:
    try:
        return str(uuid.UUID(entry))
    except ValueError:
        raise UnknownEntry("the ledger has no such entry") from None


def _begun(key: Key, accepted: Accepted) -> Response:
    body = {"conversation": key.conversation, "turn": accepted.turn, "position": accepted.position}
    return _json(body, 202)


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")


def _takes(model: type[AgentAction]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}
