"""The way of a customer's message past the router: it is what every turn begins with, and the only address asked often.

The router, its nested copies and the resolving of parameters cost as much time as reading and judging the message. The
route itself stays where all others are: it is documented there, and other methods of the address go there.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import refusal

_ADDRESS = re.compile(r"/v1/conversations/([^/]+)/messages")


class Direct:
    """ASGI middleware, the innermost. `post` answers the POST of a message to a conversation."""

    def __init__(self, app: ASGIApp, post: Callable[[Request, str], Awaitable[Response]]) -> None:
        self._app = app
        self._post = post

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        posted = scope["type"] == "http" and scope["method"] == "POST" and not scope.get("root_path")
        if posted and (found := _ADDRESS.fullmatch(scope["path"])):
            response = await self._answer(Request(scope, receive), found[1])
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, request: Request, conversation: str) -> Response:
        try:
            return await self._post(request, conversation)
        except Exception as error:  # noqa: BLE001 - as the router's handlers would: told in our form, logged if unknown
            return refusal(error)
