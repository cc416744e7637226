"""A visitor says who they are, and gives back the code that was sent to them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from ...domain.recognition import DIGITS
from ...ports import Chat, Limiter, Recognition
from .access import Access, entered
from .body import read
from .models import CodeGiven, CodeSent, CodeWanted, RecognisedUntil, RecognitionState
from .refusals import documented

_BODY = ("not_json", "too_large", "invalid", "token_missing", "token_invalid", "token_expired", "unknown_conversation")


@dataclass(frozen=True, slots=True)
class RecognitionSide:
    """Whatever is asked, the answer is the same as for somebody who does not exist."""

    chat: Chat
    recognition: Recognition
    limiter: Limiter
    access: Access

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1/conversations/{conversation}", tags=["web chat"])
        router.get("/recognition", response_model=RecognitionState, responses=documented(*_BODY[3:], "not_recognised"))(
            self.show
        )
        router.post(
            "/recognition",
            status_code=202,
            response_model=CodeSent,
            responses=documented(*_BODY, "not_recognised", "not_sent"),
            openapi_extra=_takes(CodeWanted),
        )(self.begin)
        router.post(
            "/recognition/code",
            response_model=RecognisedUntil,
            responses=documented(*_BODY, "wrong_code"),
            openapi_extra=_takes(CodeGiven),
        )(self.prove)
        return router

    async def show(self, request: Request, conversation: str) -> Response:
        """How a code could be sent, whether anything gets through, and who the customer is proven to be so far."""
        entry = await entered(self.chat, self.access.known_caller(request), conversation)
        now = self.access.clock()
        known = entry.identity_at(now)
        assurance = {"anonymous": "none", "signed": "channel", "verified": "code"}[known.assurance]
        body = {
            "ways": await self.recognition.ways(entry.tenant),
            "failing": await self.recognition.failing(entry.tenant),
            "assurance": assurance,
            "until": entry.proof.until if entry.proof and assurance == "code" else None,
        }
        return _json(body)

    async def begin(self, request: Request, conversation: str) -> Response:
        """Have a code sent to the address that the record has of whom `identifier` names."""
        caller = self.access.known_caller(request)
        wanted = await read(request, CodeWanted)
        entry = await entered(self.chat, caller, conversation)
        named = hashlib.sha256(f"{entry.tenant}\x1f{wanted.identifier.strip().lower()}".encode()).hexdigest()
        address = self.access.address(request)
        buckets = [("code", f"{entry.tenant}/{conversation}"), ("code_name", named)]
        await self.limiter.check(*buckets, *([("code_address", address)] if address else []))
        expires = await self.recognition.begin(entry, wanted.identifier, wanted.via)
        return _json({"digits": DIGITS, "expires_at": expires}, 202)

    async def prove(self, request: Request, conversation: str) -> Response:
        """Give the code back: from the next message on it is known who writes, for a while."""
        caller = self.access.known_caller(request)
        given = await read(request, CodeGiven)
        entry = await entered(self.chat, caller, conversation)
        await self.limiter.check(("code_try", f"{entry.tenant}/{conversation}"))
        until = await self.recognition.prove(entry.key, given.code)
        return _json({"assurance": "code", "until": until})


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")


def _takes(model: type[CodeWanted | CodeGiven]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}
