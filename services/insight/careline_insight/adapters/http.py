"""The turn log over HTTP, for `careline trace`, the grader and the desk. Bearer token; GET only."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import asdict

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..domain.timeline import timeline
from ..ports import TurnLog


def http_app(log: TurnLog, token: str, asked: Callable[[], None]) -> Starlette:
    """`/v1/turns/{turn}`: events and timeline; `/v1/conversations/{tenant}/{conversation}`: the ids of its turns.

    `asked` is called when somebody wants to see something, who may want to see what comes next as well.
    """

    async def turn(request: Request) -> Response:
        if refused := _refuse(request, token):
            return refused
        asked()
        events = await log.of_turn(request.path_params["turn"])
        if not events:
            return _json({"error": "no turn of that id is in the log (it may be a moment behind)"}, 404)
        body = {
            "turn": request.path_params["turn"],
            "trace": next((event.trace for event in events if event.trace), ""),
            "events": [asdict(event) for event in sorted(events, key=lambda e: (e.at, e.round))],
            "timeline": [asdict(stage) for stage in timeline(events)],
        }
        return _json(body, 200)

    async def conversation(request: Request) -> Response:
        if refused := _refuse(request, token):
            return refused
        asked()
        names = request.path_params
        return _json({"turns": list(await log.turns_of(names["tenant"], names["conversation"]))}, 200)

    return Starlette(
        routes=[
            Route("/v1/turns/{turn}", turn),
            Route("/v1/conversations/{tenant}/{conversation}", conversation),
        ]
    )


def _refuse(request: Request, token: str) -> Response | None:
    given = request.headers.get("authorization", "")
    if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return None
    return _json({"error": "give the agent token: Authorization: Bearer <CARELINE_AGENT_TOKEN>"}, 401)


def _json(body: object, status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
