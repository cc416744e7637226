"""What one role of a service may ask of models: tiers, thresholds, deadlines, accounts.

prompting = Prompting(PROMPTS, "route.v1.md", pack_values)
models = RoleModels("classifier", Access.load(os.environ), prompting, tracing, instruments)
models.tiers(pack)                      # () where nothing is set up: then nothing of a model is loaded or awaited
answered = await models.ask(Inquiry(...))
answered.value, answered.spent          # None: no tier was sure enough; what it cost in any case
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, get_args

from pydantic import BaseModel

from careline.contracts.progress import Stage
from careline.contracts.spent import Spent
from careline.contracts.turn import Turn
from careline.models.text import preload
from careline.runtime.component import Health
from careline.telemetry import Instruments, Tracing
from careline.tenants.model import Pack
from careline.tenants.tiers import RoleSpec

from .cascade import Asked, Cascade, Decision, Judged, Step
from .errors import BadTierSettings
from .settings import LlmSettings, TierName
from .telling import Teller, told
from .tier import Tier
from .tokens import estimate_tokens

if TYPE_CHECKING:
    from .client import LlmClient
    from .templates import PromptTemplate

M = TypeVar("M", bound=BaseModel)
RoleName = Literal["classifier", "executor", "verifier"]
Only = Literal["reflex", "small", "large", "cascade"]

# Of a turn's time, what is left for everything that is no model; with less than the second, none is asked.
_RESERVE_S = 2.0
_LEAST_S = 0.25
_PREFIXES = 256


@dataclass(frozen=True, slots=True)
class Access:
    """Which models a process may ask at all. `only`: no model, one tier beside the reflex, or all in turn;
    `turn_seconds`: how long a turn may take, as the gateway has it."""

    settings: LlmSettings = field(default_factory=LlmSettings)
    only: Only = "cascade"
    turn_seconds: float = 30.0

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Access:
        """From CARELINE_SMALL_..., CARELINE_LARGE_..., CARELINE_TIERS and CARELINE_TURN_DEADLINE. Raises
        BadTierSettings."""
        only = environ.get("CARELINE_TIERS") or "cascade"
        if only not in get_args(Only):
            raise BadTierSettings(f"CARELINE_TIERS is one of {', '.join(get_args(Only))}")
        try:
            seconds = float(environ.get("CARELINE_TURN_DEADLINE") or 30.0)
        except ValueError:
            raise BadTierSettings("CARELINE_TURN_DEADLINE is a number of seconds") from None
        return cls(LlmSettings.load(environ), only, seconds)  # type: ignore[arg-type]

    def tiers(self, pack: Pack, role: RoleSpec) -> tuple[tuple[Tier, float], ...]:
        """The tiers that are set up, allowed and wanted, the cheapest first, each with its threshold."""
        if self.only == "reflex":
            return ()
        thresholds: dict[TierName, float | None] = {"small": role.small, "large": role.large}
        found = self.settings.tiers(pack.tenant.tiers)
        return tuple(
            (tier, threshold)
            for name, tier in found.items()
            if (threshold := thresholds[name]) is not None and self.only in (name, "cascade")
        )

    def seconds_left(self, received_at: datetime, now: datetime, most: float) -> float:
        """What models may take now of a turn's time; 0 when it is too late to ask any."""
        passed = max(0.0, (now - received_at).total_seconds())
        left = min(most, self.turn_seconds - passed - _RESERVE_S)
        return left if left >= _LEAST_S else 0.0


@dataclass(frozen=True, slots=True)
class Prompting:
    """A role's template, and what its pack section sees."""

    folder: Path
    file: str
    pack_values: Callable[[Pack], Mapping[str, object]]


@dataclass(frozen=True)
class Inquiry(Generic[M]):
    """One question of a role, the same for all its tiers. `turn_values` makes what the template's turn section sees,
    given a prefix's estimated tokens; it may raise PromptError. `confidence` reads an answer's own; answers are an
    `output`."""

    pack: Pack
    tenant: str
    turn: str
    seconds: float
    turn_values: Callable[[int], Mapping[str, object]]
    output: type[M]
    confidence: Callable[[M], float]
    max_tokens: int = 256


@dataclass(frozen=True)
class Answered(Generic[M]):
    """`value` of the tier that was sure enough; else None, and `unsure` is the last answer that was not."""

    value: M | None = None
    tier: TierName | None = None
    confidence: float = 0.0
    unsure: M | None = None
    spent: tuple[Spent, ...] = ()


class RoleModels:
    """A component. Everything heavy is loaded when a tier is first needed: at start, if the environment names one."""

    def __init__(
        self,
        role: RoleName,
        access: Access,
        prompting: Prompting,
        tracing: Tracing,
        instruments: Instruments,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        teller: Teller | None = None,
    ) -> None:
        self.role, self.access, self._clock, self._teller = role, access, clock, teller
        self._prompting, self._tracing, self._instruments = prompting, tracing, instruments
        self._client: LlmClient | None = None
        self._template: PromptTemplate | None = None
        self._prefixes: OrderedDict[tuple[str, str], tuple[str, int]] = OrderedDict()

    async def start(self) -> None:
        """Raises BadTemplate."""
        if self.access.only != "reflex" and self.access.settings.tiers():
            await self._load()

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.stop()

    def health(self) -> Health:
        return self._client.health() if self._client is not None else Health(True)

    def spec(self, pack: Pack) -> RoleSpec:
        """The pack's thresholds for this role."""
        found: RoleSpec = getattr(pack.tenant.tiers, self.role)
        return found

    def tiers(self, pack: Pack) -> tuple[tuple[Tier, float], ...]:
        """As `Access.tiers`."""
        return self.access.tiers(pack, self.spec(pack))

    def writer(self, pack: Pack) -> str:
        """What an answer depends on beside its turn and pack: the prompt, and the models that may be asked."""
        models = [f"{tier.name}:{tier.url}:{tier.model}" for tier, _ in self.tiers(pack)]
        return " ".join((self._prompting.file, *models))

    def seconds_left(self, pack: Pack, received_at: datetime) -> float:
        """As `Access.seconds_left`, now, within what the pack lets a role wait."""
        return self.access.seconds_left(received_at, self._clock(), pack.tenant.tiers.seconds)

    def told(self, turn: Turn, stage: Stage) -> AbstractAsyncContextManager[None]:
        """Around `ask`: a customer who waits long learns what is being done."""
        return told(self._teller, turn.ref, stage, (self._clock() - turn.received_at).total_seconds())

    async def ask(self, inquiry: Inquiry[M]) -> Answered[M]:
        """Asks tier after tier until one is sure enough. Never fails because of a model."""
        tiers = self.tiers(inquiry.pack)
        if not tiers or inquiry.seconds <= 0:
            return Answered()
        client, template = await self._load()
        run = _Run(self, client, template, inquiry, time.monotonic() + inquiry.seconds)
        steps: tuple[Step[None, M], ...] = tuple(
            Step(tier.name, threshold, run.asker(tier, len(tiers) - n)) for n, (tier, threshold) in enumerate(tiers)
        )
        decision: Decision[M] = await Cascade(self.role, steps).decide(None)
        by_name = {tier.name: tier for tier, _ in tiers}
        spent = tuple(run.account(asked, by_name[asked.tier]) for asked in decision.asked)
        last = decision.asked[-1]
        return Answered(
            decision.value,
            _tier_name(decision.tier),
            last.confidence or 0.0,
            run.unsure if decision.value is None else None,
            spent,
        )

    def prefix(self, template: PromptTemplate, pack: Pack) -> tuple[str, int]:
        """The same for every turn of a pack version, and its estimated tokens; made once."""
        key = (pack.name, pack.version)
        if key not in self._prefixes:
            made = template.prefix(self._prompting.pack_values(pack))
            self._prefixes[key] = made, estimate_tokens(made)
            if len(self._prefixes) > _PREFIXES:
                self._prefixes.popitem(last=False)
        return self._prefixes[key]

    async def _load(self) -> tuple[LlmClient, PromptTemplate]:
        if self._client is None or self._template is None:
            await asyncio.to_thread(preload)  # the budget weighs words, and the dictionary takes a second
            from .accounts import Accounts
            from .client import LlmClient
            from .templates import PromptTemplate

            self._template = PromptTemplate.load(self._prompting.folder, self._prompting.file)
            self._client = LlmClient(self._tracing, Accounts(self._instruments))
        return self._client, self._template


class _Run(Generic[M]):
    """One inquiry under way."""

    def __init__(
        self, models: RoleModels, client: LlmClient, template: PromptTemplate, inquiry: Inquiry[M], until: float
    ) -> None:
        self._models, self._client, self._template = models, client, template
        self._inquiry, self._until = inquiry, until
        self._ms: dict[str, float] = {}
        self.unsure: M | None = None

    def asker(self, tier: Tier, left: int) -> Callable[[None], Awaitable[Judged[M]]]:
        """Asks one tier; `left` tiers, this one included, share the time that is left."""

        async def ask(_: None) -> Judged[M]:
            begun = time.monotonic()
            try:
                return await self._ask(tier, begun + (self._until - begun) / left)
            finally:
                self._ms[tier.name] = (time.monotonic() - begun) * 1000

        return ask

    async def _ask(self, tier: Tier, at: float) -> Judged[M]:
        from .call import Call
        from .deadline import Deadline

        inquiry = self._inquiry
        prefix, tokens = self._models.prefix(self._template, inquiry.pack)
        prompt = self._template.prompt(prefix, inquiry.turn_values(tokens))
        call = Call(prompt, inquiry.tenant, inquiry.turn, Deadline(at), max_tokens=inquiry.max_tokens)
        done = await self._client.object(tier, call, inquiry.output)
        self.unsure = done.value
        return Judged(done.value, inquiry.confidence(done.value), done.spent)

    def account(self, asked: Asked, tier: Tier) -> Spent:
        usage = asked.spent.usage
        return Spent(
            role=self._models.role,
            tier=_tier_name(asked.tier) or "small",
            model=tier.model,
            calls=usage.calls,
            prompt_tokens=usage.prompt_tokens,
            cached_tokens=usage.cached_tokens,
            completion_tokens=usage.completion_tokens,
            prompt_chars=usage.prompt_chars,
            completion_chars=usage.completion_chars,
            money=float(asked.spent.money),
            ms=round(self._ms.get(asked.tier, 0.0), 1),
            estimated=usage.estimated > 0,
            outcome=asked.error or "answered",
        )


def _tier_name(name: str | None) -> TierName | None:
    return "large" if name == "large" else "small" if name == "small" else None
