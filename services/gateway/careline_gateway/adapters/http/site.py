"""The HTTP application: all routes, all errors, the Origin check."""

from __future__ import annotations

from typing import Protocol

from fastapi import FastAPI
from redis.asyncio import Redis

from ...ports import Agents, Chat, Clock, Consent, LedgerBook, Limiter, Recognition, RuleBook, Store
from ...settings import GatewaySettings
from ...undoing import Undoing
from ..limiter import RedisLimiter
from ..streams import Hub
from .access import Access
from .agents import AgentSide
from .consent import ConsentSide
from .direct import Direct
from .draining import Draining
from .entries import Titled
from .errors import install
from .events import Events
from .ledger import LedgerSide
from .origins import Origins
from .pages import pages
from .posting import Posting
from .recognition import RecognitionSide
from .visitors import Visitors


class UseCases(Chat, Agents, Protocol):
    """What the site offers to the outside."""


def site(
    use_cases: UseCases,
    *,
    store: Store,
    rule_book: RuleBook,
    ledger: LedgerBook,
    recognition: Recognition,
    consent: Consent,
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
        redirect_slashes=False,
        # Our own spans begin in the use cases and travel with the turn; FastAPI's would cost every request.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    install(app)
    posting, titled = Posting(use_cases, store, limiter), Titled(rule_book)
    visitors = Visitors(use_cases, store, rule_book, limiter, posting, access, recognition, session_s)
    app.include_router(visitors.router())
    app.include_router(Events(use_cases, hub, posting, titled, access).router())
    app.include_router(AgentSide(use_cases, use_cases, store, titled, access, ledger).router())
    app.include_router(LedgerSide(ledger, Undoing(use_cases, ledger, rule_book), access).router())
    app.include_router(RecognitionSide(use_cases, recognition, limiter, access).router())
    app.include_router(ConsentSide(use_cases, consent, limiter, access).router())
    app.include_router(pages())
    app.add_middleware(Direct, post=visitors.post_message)
    app.add_middleware(Origins, allowed=origins)
    app.add_middleware(Draining)
    return app


def site_of(
    settings: GatewaySettings,
    use_cases: UseCases,
    *,
    store: Store,
    rule_book: RuleBook,
    ledger: LedgerBook,
    recognition: Recognition,
    consent: Consent,
    redis: Redis,
    hub: Hub,
    clock: Clock,
) -> FastAPI:
    """The same as the environment says, with limits that all replicas share."""
    return site(
        use_cases,
        store=store,
        rule_book=rule_book,
        ledger=ledger,
        recognition=recognition,
        consent=consent,
        limiter=RedisLimiter(redis, settings.limits),
        hub=hub,
        access=Access.of(settings, clock),
        session_s=settings.session_s,
        origins=settings.origins,
    )
