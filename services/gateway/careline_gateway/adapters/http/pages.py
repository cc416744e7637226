"""The embeddable chat and the page that shows it."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from fastapi import APIRouter, Request, Response

_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src *; img-src 'self' data:"
_MODULES = ("chat", "client", "consent", "frame", "style", "who", "wire", "words")
_SCRIPTS = (*(f"careline-{module}.js" for module in _MODULES), "demo.js")
_PAGES = {"/": "index.html", "/icon.svg": "icon.svg"} | {f"/{script}": script for script in _SCRIPTS}


def pages() -> APIRouter:
    """Routes of the files in `web/`, which are read once."""
    router = APIRouter(include_in_schema=False)
    for path, name in _PAGES.items():
        router.api_route(path, methods=["GET", "HEAD"])(_File(name).serve)
    return router


class _File:
    """A file of `web/` with its validator, so that browsers ask again but load only once."""

    def __init__(self, name: str) -> None:
        self._data = files("careline_gateway").joinpath("web", name).read_bytes()
        self._type = _TYPES[name[name.rindex(".") :]]
        self._tag = f'"{hashlib.sha256(self._data).hexdigest()[:16]}"'

    async def serve(self, request: Request) -> Response:
        headers = {"ETag": self._tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match") == self._tag:
            return Response(None, 304, headers)
        headers["Content-Security-Policy"] = _POLICY
        return Response(self._data, 200, headers, self._type)
