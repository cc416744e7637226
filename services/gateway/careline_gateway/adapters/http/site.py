"""The HTTP application: all routes, all errors, the Origin check."""

from __future__ import annotations

from typing import Protocol

from fastapi import FastAPI

from ...ports import Agents, Chat, Limiter, RuleBook, Store
from ..streams import Hub
from .access import Access
from .agents import AgentSide
from .errors import install
from .events import Events
from .origins import Origins
from .pages import pages
from .visitors import Visitors


class UseCases(Chat, Agents, Protocol):
    """What the site offers to the outside."""


def site(
    use_cases: UseCases,
    *,
    store: Store,
    rule_book: RuleBook,
    limiter: Limiter,
    hub: Hub,
    access: Access,
    session_s: float,
    origins: str,
) -> FastAPI:
    """Everything the gateway serves over HTTP, except /health and /metrics."""
    app = FastAPI(
        title="Careline web chat",
        version="1",
        docs_url=None,
        redoc_url=None,
        # Our own spans begin in the use cases and travel with the turn; FastAPI's would cost every request.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    install(app)
    app.include_router(Visitors(use_cases, store, rule_book, limiter, access, session_s).router())
    app.include_router(Events(use_cases, hub, limiter, access).router())
    app.include_router(AgentSide(use_cases, use_cases, store, access).router())
    app.include_router(pages())
    app.add_middleware(Origins, allowed=origins)
    return app
