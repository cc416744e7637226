"""Which pages may talk to us: the Origin check and the CORS answers, for HTTP and WebSocket alike."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import Problem, answer

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "86400",
}


class Origins:
    """ASGI middleware. `allowed` is "*" or origins separated by commas; the service's own pages always may.

    No cookies are used, so an allowed origin gains nothing but the right to send its own tokens.
    """

    def __init__(self, app: ASGIApp, allowed: str) -> None:
        self._app = app
        self._allowed = frozenset(origin.strip().rstrip("/") for origin in allowed.split(",") if origin.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None:
            await self._app(scope, receive, send)
        elif not self._may(origin, headers.get("host", "")):
            await self._refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(None, 204, _PREFLIGHT | _granted(origin))(scope, receive, send)
        else:
            await self._app(scope, receive, _with(_granted(origin), send))

    def _may(self, origin: str, host: str) -> bool:
        return "*" in self._allowed or origin in self._allowed or origin.partition("://")[2] == host

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
            return
        response = answer(Problem("origin", "pages of this origin may not use this service"))
        await response(scope, receive, send)


def _granted(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After",
        "Vary": "Origin",
    }


def _with(headers: dict[str, str], send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return sending
