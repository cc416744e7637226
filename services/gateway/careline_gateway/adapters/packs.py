"""What the published packs say about conversations."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from careline.storage import Pool
from careline.tenants import errors
from careline.tenants.model import Pack, Words
from careline.tenants.registry import MAX_TENANTS, Registry
from careline.tenants.words import WordsError, say

from ..domain.consent import Asked
from ..domain.errors import UnknownTenant
from ..domain.recognition import WAYS, Way
from ..domain.state import Rules
from ..ports import StoreUnavailable
from .store import available

log = logging.getLogger(__name__)

_FRESH_S = 0.8


@dataclass(frozen=True, slots=True)
class _Known:
    pack: Pack
    rules: Rules
    title: dict[str, str]
    sources: dict[str, dict[str, str]]
    consent: Asked | None
    at: float


class PackRuleBook:
    """Implements `ports.RuleBook`. What is known is used at once and looked up again behind the message's back:
    a customer does not wait for a pack that has hardly ever changed."""

    def __init__(self, pool: Callable[[], Pool], deadline_s: float) -> None:
        self._pool = pool
        self._deadline_s = deadline_s
        self._registry: Registry | None = None
        self._known: dict[str, _Known] = {}
        self._renewing: dict[str, asyncio.Task[None]] = {}

    async def rules(self, tenant: str) -> Rules:
        return (await self._get(tenant)).rules

    async def title(self, tenant: str) -> dict[str, str]:
        return (await self._get(tenant)).title

    async def pack(self, tenant: str) -> Pack:
        """Raises UnknownTenant, StoreUnavailable."""
        return (await self._get(tenant)).pack

    async def code_message(self, tenant: str, code: str, minutes: int, language: str | None) -> str:
        pack = (await self._get(tenant)).pack
        said = language if language in pack.tenant.languages else pack.default_language
        scope = {"code": code, "minutes": minutes, "title": pack.tenant.title.say(said, pack.default_language)}
        return say(pack.replies.recognition.message, said, pack.default_language, scope)

    async def not_done(self, tenant: str, operation: str, language: str | None) -> str:
        pack = (await self._get(tenant)).pack
        said = language if language in pack.tenant.languages else pack.default_language
        known = pack.operations.get(operation)
        title = known.title.say(said, pack.default_language) if known else operation
        return say(pack.replies.unsettled.not_done, said, pack.default_language, {"title": title})

    async def ways(self, tenant: str) -> frozenset[Way]:
        wanted = (await self._get(tenant)).pack.profile.recognise
        named = {"email": wanted.email, "sms": wanted.phone} if wanted else {}
        return frozenset(way for way in WAYS if named.get(way))

    async def consent(self, tenant: str) -> Asked | None:
        return (await self._get(tenant)).consent

    async def sources(self, tenant: str) -> Mapping[str, Mapping[str, str]]:
        return (await self._get(tenant)).sources

    async def _get(self, tenant: str) -> _Known:
        known = self._known.get(tenant)
        if known is None:
            return await self._look_up(tenant)
        if time.monotonic() - known.at > _FRESH_S and tenant not in self._renewing:
            self._renewing[tenant] = asyncio.create_task(self._renew(tenant))
        return known

    async def _renew(self, tenant: str) -> None:
        try:
            await self._look_up(tenant)
        except UnknownTenant:
            self._known.pop(tenant, None)
        except (StoreUnavailable, errors.TenantError) as error:
            log.warning("the rules of %s stay as they were: %s", tenant, error)
        finally:
            del self._renewing[tenant]

    async def _look_up(self, tenant: str) -> _Known:
        if self._registry is None:
            with available():
                self._registry = Registry(self._pool())
        try:
            with available():
                pack = await self._registry.pack(tenant)
        except errors.UnknownTenant as error:
            raise UnknownTenant(f"no business {tenant!r} is served here") from error
        rules = rules_of(pack, self._deadline_s)
        known = _Known(pack, rules, title_of(pack), sources_of(pack), asked_of(pack), time.monotonic())
        if len(self._known) >= MAX_TENANTS:
            self._known.clear()
        self._known[tenant] = known
        return known


def rules_of(pack: Pack, deadline_s: float) -> Rules:
    """The part of a pack that conversations follow."""
    languages = pack.tenant.languages
    return Rules(
        languages=languages,
        handover={language: _said(pack, pack.replies.handover.say, language) for language in languages},
        history=pack.tenant.history,
        idle_s=pack.tenant.idle_minutes * 60.0,
        deadline_s=deadline_s,
        yes=pack.replies.confirm.yes.examples[pack.default_language][0],
        no=pack.replies.confirm.no.examples[pack.default_language][0],
    )


def title_of(pack: Pack) -> dict[str, str]:
    """The business's name by language."""
    return {language: pack.tenant.title.say(language, pack.default_language) for language in pack.tenant.languages}


def asked_of(pack: Pack) -> Asked | None:
    """The question about training, where there is one."""
    question = pack.policy.training.question
    if question is None:
        return None
    return Asked(question.version, {each: _said(pack, question.ask, each) for each in pack.tenant.languages})


def sources_of(pack: Pack) -> dict[str, dict[str, str]]:
    """The title of each passage's article, by passage id and language."""
    titles: dict[str, dict[str, str]] = {}
    for passage in pack.guide:
        titles.setdefault(passage.id, {})[passage.language] = passage.title
    return titles


def _said(pack: Pack, words: Words, language: str) -> str:
    try:
        return say(words, language, pack.default_language, {"args": {}, "facts": {}})
    except WordsError:
        # A wording that needs what is not known at a deadline: as it stands is better than silence.
        return words.say(language, pack.default_language)
