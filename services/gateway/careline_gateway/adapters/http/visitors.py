"""Sessions, messages and history: what a visitor's page asks for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from careline.contracts.turn import Identity

from ...domain.errors import UnknownConversation
from ...domain.state import Conversation, Key
from ...domain.tokens import Customer, Principal, Visitor, visitor_token
from ...ports import Chat, Limiter, Recognition, RuleBook, Store
from .access import Access, entered
from .body import checked_text, read
from .entries import Titled
from .models import History, MessageAccepted, NewMessage, NewSession, Session
from .posting import Posting
from .refusals import documented

_PAGE = 200
_BODY = ("not_json", "too_large", "invalid")
_TOKEN = ("token_missing", "token_invalid", "token_expired", "unknown_conversation")
_SESSION = documented(*_BODY, "token_invalid", "token_expired", "unknown_conversation", "unknown_tenant")
_MESSAGE = documented(*_BODY, *_TOKEN, "binary", "empty", "client_id_taken", "too_many_waiting")


@dataclass(frozen=True, slots=True)
class Visitors:
    """The visitor's side of the API."""

    chat: Chat
    store: Store
    rule_book: RuleBook
    limiter: Limiter
    posting: Posting
    access: Access
    recognition: Recognition
    session_s: float

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1", tags=["web chat"])
        messages = "/conversations/{conversation}/messages"
        router.post(
            "/sessions",
            status_code=201,
            response_model=Session,
            responses=_SESSION,
            openapi_extra=_takes(NewSession),
        )(self.start_session)
        router.post(
            messages,
            status_code=202,
            response_model=MessageAccepted,
            responses=_MESSAGE,
            openapi_extra=_takes(NewMessage),
        )(self.post_message)
        router.get(messages, response_model=History, responses=documented(*_TOKEN, "invalid"))(self.history)
        return router

    async def start_session(self, request: Request) -> Response:
        """A new conversation, or an old one again; anonymous, or with a customer token as bearer token."""
        wanted = await read(request, NewSession)
        caller = self.access.caller(request)
        resumed = wanted.conversation or (caller.key.conversation if isinstance(caller, Visitor) else None)
        if resumed and caller:
            conversation = await entered(self.chat, caller, resumed)
            if conversation.tenant != wanted.tenant:
                raise UnknownConversation("there is no such conversation of this tenant")
            return await self._session(conversation, caller, 200)
        if resumed:
            raise UnknownConversation("a conversation is resumed with its token")
        if isinstance(caller, Customer) and caller.tenant != wanted.tenant:
            raise UnknownConversation("the token is for another tenant")
        address = self.access.address(request)
        if address:
            await self.limiter.check(("address", address))
        return await self._session(await self._open(wanted, caller), caller, 201)

    async def post_message(self, request: Request, conversation: str) -> Response:
        """Store a message; the reply comes on the event stream."""
        caller = self.access.known_caller(request)
        message = await read(request, NewMessage)
        checked_text(message.text)  # before anything is looked up
        entry = await entered(self.chat, caller, conversation)
        accepted = await self.posting.post(entry.key, caller, message.client_id, message.text)
        return _json({"turn": accepted.turn, "position": accepted.position}, 202)

    async def history(
        self, request: Request, conversation: str, after: int = Query(default=0, ge=0, le=2**53)
    ) -> Response:
        """Entries behind `after`, oldest first, at most 200 at once."""
        entry = await entered(self.chat, self.access.known_caller(request), conversation)
        page = await self.store.entries(entry.key, after, _PAGE + 1)
        titled = Titled(self.rule_book)
        entries = [orjson.Fragment(await titled.data(entry.tenant, shown)) for shown in page[:_PAGE]]
        return _json({"entries": entries, "more": len(page) > _PAGE})

    async def _open(self, wanted: NewSession, caller: Principal | None) -> Conversation:
        visitor = f"v-{uuid.uuid4()}"
        if isinstance(caller, Customer):
            identity = Identity(visitor=visitor, customer=caller.customer, assurance="signed")
        else:
            identity = Identity(visitor=visitor)
        return await self.chat.open(wanted.tenant, identity, wanted.language)

    async def _session(self, conversation: Conversation, caller: Principal | None, status: int) -> Response:
        identity = conversation.identity
        expires = int(self.access.clock().timestamp() + self.session_s)
        if identity.customer and caller:
            # Whoever was a customer for an hour does not become one for a week by asking again.
            expires = min(expires, caller.expires)
        key: Key = conversation.key
        body = {
            "tenant": key.tenant,
            "conversation": key.conversation,
            "token": visitor_token(key, identity, expires, self.access.visitor_key),
            "expires_at": datetime.fromtimestamp(expires, UTC),
            "status": conversation.status,
            "title": await self.rule_book.title(key.tenant),
            "last": conversation.position,
            "recognition": await self.recognition.ways(key.tenant),
            "asks_consent": await self.rule_book.consent(key.tenant) is not None,
        }
        return _json(body, status)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")


def _takes(model: type[NewSession | NewMessage]) -> dict[str, Any]:
    # Bodies are read by `body.read`, which bounds them first; this only documents them.
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}
