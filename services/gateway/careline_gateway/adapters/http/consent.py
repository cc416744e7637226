"""Whether a customer's words may be used for training: asked, answered, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from fastapi import APIRouter, Request, Response

from ...domain.consent import Asked, Choice
from ...ports import Chat, Consent, Limiter
from .access import Access, entered
from .body import read
from .models import ConsentGiven, ConsentState
from .refusals import documented

_TOKEN = ("token_missing", "token_invalid", "token_expired", "unknown_conversation", "nothing_asked")
_BODY = ("not_json", "too_large", "invalid", "other_wording")


@dataclass(frozen=True, slots=True)
class ConsentSide:
    """The customer's own choice; pages ask only where the pack says so."""

    chat: Chat
    consent: Consent
    limiter: Limiter
    access: Access

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1/conversations/{conversation}", tags=["web chat"])
        router.get("/consent", response_model=ConsentState, responses=documented(*_TOKEN))(self.show)
        takes = {"required": True, "content": {"application/json": {"schema": ConsentGiven.model_json_schema()}}}
        router.put(
            "/consent",
            response_model=ConsentState,
            responses=documented(*_TOKEN, *_BODY),
            openapi_extra={"requestBody": takes},
        )(self.choose)
        return router

    async def show(self, request: Request, conversation: str) -> Response:
        """What is asked, in every language, and what the customer has said to it so far."""
        entry = await entered(self.chat, self.access.known_caller(request), conversation)
        return _json(*await self.consent.current(entry))

    async def choose(self, request: Request, conversation: str) -> Response:
        """Say yes or no, or take it back; each is kept with its time and the wording that it is an answer to."""
        caller = self.access.known_caller(request)
        said = await read(request, ConsentGiven)
        entry = await entered(self.chat, caller, conversation)
        await self.limiter.check(("conversation", f"{entry.tenant}/{conversation}"))
        asked, _ = await self.consent.current(entry)
        choice = await self.consent.choose(entry, given=said.given, wording=said.wording, language=said.language)
        return _json(asked, choice)


def _json(asked: Asked, choice: Choice | None) -> Response:
    body = {
        "wording": asked.wording,
        "ask": asked.words,
        # A yes to other words is none to these.
        "given": None if choice is None or (choice.given and choice.wording != asked.wording) else choice.given,
        "at": choice and choice.at,
    }
    return Response(orjson.dumps(body), 200, {"Cache-Control": "no-store"}, "application/json")
