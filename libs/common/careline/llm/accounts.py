"""Who spent what: per turn, tenant and tier. One per process; the numbers also become metrics."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from careline.telemetry import Instruments, registry

from .call import Call
from .tier import Tier
from .usage import NOTHING, Spent, Usage

OTHERS = "others"
_KINDS = ("prompt_tokens", "cached_tokens", "completion_tokens", "prompt_chars", "completion_chars")


class Accounts:
    """Sums. Turns are kept until taken, the latest `turns` of them. The sums by tenant and tier are kept for good; the
    first `tenants` have their own, later ones share OTHERS: evaluations make tenants by the thousand."""

    def __init__(self, instruments: Instruments | None = None, turns: int = 10_000, tenants: int = 1000) -> None:
        self._instruments = instruments or Instruments()
        self._turns: OrderedDict[tuple[str, str], dict[str, Spent]] = OrderedDict()
        self._sums: dict[tuple[str, str], Spent] = {}
        self._named: set[str] = set()
        self._turn_limit, self._tenant_limit = turns, tenants

    def add(self, tenant: str, turn: str, tier: str, spent: Spent) -> None:
        """One attempt's cost."""
        tiers = self._turns.setdefault((tenant, turn), {})
        tiers[tier] = tiers.get(tier, NOTHING) + spent
        self._turns.move_to_end((tenant, turn))
        while len(self._turns) > self._turn_limit:
            self._turns.popitem(last=False)
        name = self._name(tenant)
        self._sums[name, tier] = self._sums.get((name, tier), NOTHING) + spent
        self._measure(name, tier, spent)

    def turn(self, tenant: str, turn: str) -> Mapping[str, Spent]:
        """By tier, so far."""
        return MappingProxyType(self._turns.get((tenant, turn), {}))

    def take(self, tenant: str, turn: str) -> Mapping[str, Spent]:
        """The same, and forgets the turn: it is over."""
        return self._turns.pop((tenant, turn), {})

    def tenant(self, tenant: str) -> Spent:
        """All tiers together."""
        return sum((spent for (whose, _), spent in self._sums.items() if whose == tenant), NOTHING)

    def tier(self, tier: str) -> Spent:
        """All tenants together."""
        return sum((spent for (_, which), spent in self._sums.items() if which == tier), NOTHING)

    def _name(self, tenant: str) -> str:
        if len(self._named) < self._tenant_limit:
            self._named.add(tenant)
        return tenant if tenant in self._named else OTHERS

    def _measure(self, tenant: str, tier: str, spent: Spent) -> None:
        labels = {"tenant": tenant, "tier": tier}
        self._instruments.counter(registry.MODEL_CALLS, **labels).inc(spent.usage.calls)
        self._instruments.counter(registry.MODEL_RETRIES, **labels).inc(spent.usage.retries)
        self._instruments.counter(registry.MODEL_MONEY, **labels).inc(float(spent.money))
        for kind in _KINDS:
            amount = getattr(spent.usage, kind)
            self._instruments.counter(registry.MODEL_AMOUNTS, kind=kind, **labels).inc(amount)


@dataclass(slots=True)
class Bill:
    """What one call costs, attempt by attempt, booked as it comes up."""

    accounts: Accounts
    tier: Tier
    call: Call
    spent: Spent = NOTHING

    def add(self, usage: Usage) -> None:
        """One attempt."""
        one = Spent(usage, self.tier.price.of(usage))
        self.spent += one
        self.accounts.add(self.call.tenant, self.call.turn, self.tier.name, one)
