"""Every refusal as JSON: {"error": {"code": ..., "message": ...}}.

Problem    an answer that is not the wanted one: status, code, message
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ...domain.errors import (
    NothingAsked,
    NotRecognised,
    NotSent,
    NotTaken,
    OtherWording,
    TakenByAnother,
    UnknownConversation,
    UnknownEntry,
    UnknownTenant,
    WaitingRoomFull,
    WrongCode,
)
from ...domain.tokens import ExpiredToken, TokenError
from ...ports import StoreUnavailable, TooManyRequests
from .codes import CODES

log = logging.getLogger(__name__)

_CODE: dict[type[Exception], str] = {
    UnknownConversation: "unknown_conversation",
    UnknownEntry: "unknown_entry",
    NotRecognised: "not_recognised",
    WrongCode: "wrong_code",
    NotSent: "not_sent",
    NothingAsked: "nothing_asked",
    OtherWording: "other_wording",
    UnknownTenant: "unknown_tenant",
    WaitingRoomFull: "too_many_waiting",
    NotTaken: "not_taken",
    TakenByAnother: "taken_by_another",
    TooManyRequests: "too_many_requests",
    StoreUnavailable: "unavailable",
    ExpiredToken: "token_expired",
    TokenError: "token_invalid",
}
_PLAIN = {
    404: ("not_found", "nothing is served at this address"),
    405: ("method_not_allowed", "this address does not take this method"),
}


class Problem(Exception):
    """Refuse with this code of `codes.CODES`, which says the status; `message` is for the caller."""

    def __init__(
        self, code: str, message: str, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> None:
        super().__init__(message)
        self.tries = tries
        self.status, _ = CODES[code]
        self.code = code
        self.headers = headers


def problem_of(error: Exception) -> Problem:
    """How an error of ours is told to a client; anything unknown is a 500 that says nothing."""
    if isinstance(error, Problem):
        return error
    for kind in type(error).__mro__:
        if kind in _CODE:
            tries = error.tries if isinstance(error, WrongCode) else None
            return Problem(_CODE[kind], str(error), _headers(error, CODES[_CODE[kind]][0]), tries)
    log.error("unexpected error", exc_info=error)
    return Problem("internal", "something went wrong here; it is not your fault")


def answer(problem: Problem) -> Response:
    """The response for a problem."""
    detail: dict[str, object] = {"code": problem.code, "message": str(problem)}
    if problem.tries is not None:
        detail["tries"] = problem.tries
    body = {"error": detail}
    return Response(orjson.dumps(body), problem.status, problem.headers, "application/json")


def refusal(error: Exception) -> Response:
    """How a request that ended with `error` is answered."""
    if isinstance(error, ClientDisconnect):
        # Nobody is there to read it any more, and nothing is wrong with us.
        return answer(Problem("bad_request", "the connection ended before the body did"))
    return answer(problem_of(error))


def install(app: FastAPI) -> None:
    """Make every error of `app` a JSON answer."""

    async def known(_: Request, error: Exception) -> Response:
        return refusal(error)

    async def plain(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(Problem(*_PLAIN.get(error.status_code, ("bad_request", str(error.detail)))))

    async def parameters(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        return answer(Problem("invalid", f"{'.'.join(map(str, first['loc']))}: {first['msg']}"))

    kinds: tuple[type[Exception], ...] = (ClientDisconnect, Problem, *_CODE)
    for kind in kinds:
        app.add_exception_handler(kind, known)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(RequestValidationError, parameters)
    app.add_exception_handler(Exception, known)


def _headers(error: Exception, status: int) -> Mapping[str, str] | None:
    if isinstance(error, NotSent):
        return {"Retry-After": "60"}
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(math.ceil(error.retry_after))}
    if status in (429, 503):
        return {"Retry-After": "1"}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else None
