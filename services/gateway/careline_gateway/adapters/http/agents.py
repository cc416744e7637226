"""The people's side: which conversations need one, and what they can do with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response

from careline.contracts.turn import Pending

from ...domain.ledger import LedgerFilter, told
from ...domain.state import Key, Status, Voided
from ...ports import Agents, Chat, LedgerBook, Store
from .access import Access
from .body import checked_text, read
from .entries import Titled
from .models import AgentAction, AgentAnswer, Case, InboxEntry
from .refusals import documented

A = TypeVar("A", bound=AgentAction)

_ROWS = 200
_PAGE = 500
_LOOK = ("token_invalid", "unknown_conversation")
_ACT = (*_LOOK, "not_json", "too_large", "invalid", "not_taken", "taken_by_another")


@dataclass(frozen=True, slots=True)
class AgentSide:
    """The agents' API, with the agents' token as bearer token."""

    agents: Agents
    chat: Chat
    store: Store
    titled: Titled
    access: Access
    ledger: LedgerBook

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1/agent", tags=["agents"])
        one = "/conversations/{tenant}/{conversation}"
        act, answer = documented(*_ACT), documented(*_ACT, "binary", "empty")
        router.get("/conversations", response_model=list[InboxEntry], responses=documented("token_invalid"))(self.inbox)
        router.get(one, response_model=Case, responses=documented(*_LOOK))(self.show)
        router.post(one + "/take", responses=act, openapi_extra=_takes(AgentAction))(self.take)
        router.post(one + "/answer", responses=answer, openapi_extra=_takes(AgentAnswer))(self.answer)
        router.post(one + "/hand-back", responses=act, openapi_extra=_takes(AgentAction))(self.hand_back)
        router.post(one + "/resolve", responses=act, openapi_extra=_takes(AgentAction))(self.resolve)
        return router

    async def inbox(self, request: Request) -> Response:
        """Conversations that wait for a person or have one: the urgent first, then the longest waiting."""
        self.access.require_agent(request)
        rows = await self.store.inbox(_ROWS)
        return _json(
            [
                {
                    "tenant": row.key.tenant,
                    "conversation": row.key.conversation,
                    "status": Status.HUMAN if row.agent else Status.WAITING,
                    "agent": row.agent,
                    "since": row.since,
                    "urgency": row.urgency,
                }
                for row in rows
            ]
        )

    async def show(self, request: Request, tenant: str, conversation: str) -> Response:
        """One conversation with everything said in it and what was open."""
        self.access.require_agent(request)
        key = Key(tenant, conversation)
        state = await self.chat.conversation(key)
        shown = await self.store.entries(key, max(0, state.position - _PAGE), _PAGE)
        recorded = await self.ledger.read(LedgerFilter(tenant, conversation=conversation))
        entries = [orjson.Fragment(await self.titled.data(tenant, entry)) for entry in shown]
        return _json(
            {
                "tenant": tenant,
                "conversation": conversation,
                "status": state.status,
                "agent": state.agent,
                "customer": state.identity.customer,
                "assurance": state.identity.assurance,
                "epoch": state.epoch,
                "unanswered": state.waiting,
                "pending_operation": state.pending.operation if state.pending else None,
                "pending": _proposed(state.pending),
                "unsettled": [told(row, reveal=False) for row in recorded if row.status == "unknown"],
                "voided": _voided(state.voided),
                "entries": entries,
            }
        )

    async def take(self, request: Request, tenant: str, conversation: str) -> Response:
        """From now on this person answers; the bot's work of this moment is void."""
        action = await self._action(request, AgentAction)
        return _status(await self.agents.take(Key(tenant, conversation), action.agent))

    async def answer(self, request: Request, tenant: str, conversation: str) -> Response:
        """Write to the customer."""
        action = await self._action(request, AgentAnswer)
        text = checked_text(action.text)
        return _status(await self.agents.answer(Key(tenant, conversation), action.agent, text))

    async def hand_back(self, request: Request, tenant: str, conversation: str) -> Response:
        """The bot answers again, beginning with what is unanswered."""
        action = await self._action(request, AgentAction)
        return _status(await self.agents.hand_back(Key(tenant, conversation), action.agent))

    async def resolve(self, request: Request, tenant: str, conversation: str) -> Response:
        """Done; a further message of the customer begins afresh with the bot."""
        action = await self._action(request, AgentAction)
        return _status(await self.agents.resolve(Key(tenant, conversation), action.agent))

    async def _action(self, request: Request, model: type[A]) -> A:
        self.access.require_agent(request)
        return await read(request, model)


def _proposed(pending: Pending | None) -> dict[str, Any] | None:
    if pending is None:
        return None
    return {
        "operation": pending.operation,
        "arguments": {argument.name: argument.value for argument in pending.arguments},
        "missing": pending.missing,
        "diff": [change.model_dump(mode="json") for change in pending.diff],
        "expires_at": pending.expires_at,
    }


def _voided(voided: Voided | None) -> dict[str, Any] | None:
    if voided is None:
        return None
    return {"at": voided.at, "turn": voided.turn, "text": voided.text, "proposed": _proposed(voided.pending)}


def _status(status: Status) -> Response:
    return _json({"status": status})


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), 200, {"Cache-Control": "no-store"}, "application/json")


def _takes(model: type[AgentAction]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}
