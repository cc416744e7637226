"""GET /health and GET /metrics, the same in every service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .component import Health

Report = Callable[[], Mapping[str, Health]]
Expositions = Callable[[], Iterable[bytes]]


def health_routes(service: str, report: Report, expositions: Expositions) -> list[Route]:
    """/health is 200 when every component is well, else 503, and names each; /live is 200 while the loop turns."""

    async def health(_: Request) -> Response:
        parts = report()
        well = bool(parts) and all(part.ok for part in parts.values())
        body = {
            "service": service,
            "status": "ok" if well else "unavailable",
            "components": {name: {"ok": part.ok, "detail": part.detail} for name, part in parts.items()},
        }
        return Response(orjson.dumps(body), 200 if well else 503, media_type="application/json")

    async def live(_: Request) -> Response:
        return Response(b"ok", 200, media_type="text/plain")

    async def metrics(_: Request) -> Response:
        return Response(b"".join([generate_latest(), *expositions()]), media_type=CONTENT_TYPE_LATEST)

    return [Route("/health", health), Route("/live", live), Route("/metrics", metrics)]
