"""Which language models a run may ask: `--tiers`, and whether a stack that runs already was started like that.

CommandError
├── TierAbsent     the tier that was asked for has no server
└── OtherTiers     the running stack asks other models
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import psutil

from careline.llm.errors import BadTierSettings
from careline.llm.role import Access
from careline.tenants.tiers import TierSpecs

from ..errors import CommandError
from ..stack import state
from ..stack.home import Home

# What the services read it from.
VARIABLE = "CARELINE_TIERS"


class Tiers(StrEnum):
    """What is asked when the reflexes are not sure; each but the first asks the reflexes before."""

    REFLEX = "reflex"
    SMALL = "small"
    LARGE = "large"
    CASCADE = "cascade"


class TierAbsent(CommandError):
    """The tier that was asked for has no server."""


class OtherTiers(CommandError):
    """The running stack asks other models."""


def environment_of(tiers: Tiers) -> dict[str, str]:
    """What the services' environment needs."""
    return {VARIABLE: tiers.value}


def reachable(tiers: Tiers, env: Mapping[str, str], pack: TierSpecs) -> dict[str, tuple[str, str]]:
    """The models that services with this environment ask for this business: tier -> (URL, model).

    Raises TierAbsent, also for settings that cannot be used.
    """
    try:
        settings = Access.load({**env, **environment_of(tiers)}).settings
    except BadTierSettings as error:
        raise TierAbsent("The tiers cannot be used.", str(error)) from error
    found = {name: tier for name, tier in settings.tiers(pack).items() if tiers is Tiers.CASCADE or name == tiers.value}
    if tiers in (Tiers.SMALL, Tiers.LARGE) and not found:
        raise TierAbsent(f"There is no {tiers} tier to evaluate.", "\n".join(settings.describe(pack)))
    return {name: (tier.url, tier.model) for name, tier in found.items()}


def require_same(tiers: Tiers, env: Mapping[str, str], pack: TierSpecs, home: Home) -> None:
    """Raises OtherTiers if a stack runs in `home` whose services ask other models than `tiers` means here."""
    running = classifier_environment(home)
    if running is None:
        return
    wanted = reachable(tiers, env, pack)
    asked = reachable(Tiers(running.get(VARIABLE) or Tiers.CASCADE), running, pack)
    if wanted != asked:
        raise OtherTiers(
            f"The running stack asks {_words(asked)}; --tiers {tiers} means {_words(wanted)}.",
            "Stop it (`careline down`) and run this again: it then starts a stack of its own. Or leave out --tiers.",
        )


def classifier_environment(home: Home) -> dict[str, str] | None:
    """The environment of the running stack's classifier, None if none runs. Names of secrets are in it: show nobody."""
    record = state.read_or_empty(home)
    for process in record.processes:
        if process.name == "classifier" and process.alive and process.pid is not None:
            try:
                return psutil.Process(process.pid).environ()
            except psutil.Error:
                return None
    return None


def _words(models: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(f"{name} ({model} at {url})" for name, (url, model) in models.items()) or "no model"
