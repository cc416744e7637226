"""Language models behind OpenAI-compatible servers: one constrained call, within limits, accounted for.

    settings = LlmSettings.load(os.environ)                       # once, at start
    client = LlmClient(tracing, Accounts(instruments))            # a component of the service
    template = PromptTemplate.load(PROMPTS, "route.v1.md")        # BadTemplate at start, not in a turn
    prefix = template.prefix({"title": trusted(pack_title)})      # once per pack version

    tier = settings.tier("small", pack.tenant.tiers)              # NotConfigured: this tier does not exist
    fitted = fit(Material(question=turn.text, facts=facts), limit=1200)
    prompt = template.prompt(prefix, fitted.variables())
    call = Call(prompt, tenant, turn_id, Deadline.within(5.0), max_tokens=64)
    done = await client.object(tier, call, Routing)               # Completion[Routing], or a CallFailed

A service's role has all of this behind `role.RoleModels`, and loads the rest of the package only where a tier is set
up: names are imported when they are first used.

What is no `Marked` or `Trusted` text does not get into a prompt; what does not fit the model does not get out of an
answer. The errors are drawn in `errors`, the whole in docs/architecture/model-tiers.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Accounts
    from .budget import Fitted, Material, fit
    from .call import Call, Completion
    from .cascade import Asked, Cascade, Decision, Judged, Step
    from .client import LlmClient
    from .deadline import Deadline
    from .errors import CallFailed, LlmError, NotConfigured
    from .marking import Marked, Trusted, mark, trusted, unescape
    from .settings import LlmSettings
    from .summary import Past
    from .templates import Prompt, PromptTemplate
    from .tier import Tier
    from .usage import Price, Spent, Usage

__all__ = [
    "Accounts",
    "Asked",
    "Call",
    "CallFailed",
    "Cascade",
    "Completion",
    "Deadline",
    "Decision",
    "Fitted",
    "Judged",
    "LlmClient",
    "LlmError",
    "LlmSettings",
    "Marked",
    "Material",
    "NotConfigured",
    "Past",
    "Price",
    "Prompt",
    "PromptTemplate",
    "Spent",
    "Step",
    "Tier",
    "Trusted",
    "Usage",
    "fit",
    "mark",
    "trusted",
    "unescape",
]

_PLACES = {
    "accounts": ("Accounts",),
    "budget": (
        "Fitted",
        "Material",
        "fit",
    ),
    "call": (
        "Call",
        "Completion",
    ),
    "cascade": (
        "Asked",
        "Cascade",
        "Decision",
        "Judged",
        "Step",
    ),
    "client": ("LlmClient",),
    "deadline": ("Deadline",),
    "errors": (
        "CallFailed",
        "LlmError",
        "NotConfigured",
    ),
    "marking": (
        "Marked",
        "Trusted",
        "mark",
        "trusted",
        "unescape",
    ),
    "settings": ("LlmSettings",),
    "summary": ("Past",),
    "templates": (
        "Prompt",
        "PromptTemplate",
    ),
    "tier": ("Tier",),
    "usage": (
        "Price",
        "Spent",
        "Usage",
    ),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
