"""Thresholds as tenant.yaml has them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import yaml

from careline.models.thresholds import Threshold

REFLEX = "reflex"
ROLES = ("classifier", "executor", "verifier")
TIERS = (REFLEX, "small", "large")
# Rounded upwards, so that the promise is kept.
_DIGITS = 10_000


class Place(NamedTuple):
    """A tier of a role."""

    role: str
    tier: str


def snippet(found: Mapping[Place, Threshold], precision: float, certainty: float) -> str:
    """YAML: `tiers`, role, tier, least confidence. A model that cannot keep the promise is not asked by that role
    (null); a reflex that cannot keeps the threshold that it has."""
    roles: dict[str, dict[str, float | None]] = {}
    for place, each in found.items():
        if each.kept:
            roles.setdefault(place.role, {})[place.tier] = math.ceil(each.value * _DIGITS) / _DIGITS
        elif place.tier != REFLEX:
            roles.setdefault(place.role, {})[place.tier] = None
    note = f"# Least confidence to answer: {precision:.1%} right, with a certainty of {certainty:.1%}.\n"
    return note + yaml.safe_dump({"tiers": roles}, sort_keys=False)
