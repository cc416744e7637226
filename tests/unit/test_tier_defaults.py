"""What a pack says of one threshold changes no other."""

from __future__ import annotations

import pytest

from careline.tenants.tiers import TierSpecs

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("role", ["classifier", "executor", "verifier"])
def test_the_others_keep_their_defaults(role: str) -> None:
    # As `careline calibrate` prints it.
    told = TierSpecs.model_validate({role: {"small": 0.55}})
    assert getattr(told, role) == getattr(TierSpecs(), role).model_copy(update={"small": 0.55})


def test_the_defaults_of_the_roles() -> None:
    tiers = TierSpecs()
    assert (tiers.classifier.reflex, tiers.executor.reflex, tiers.verifier.reflex) == (0.7, 0.45, 0.4)
    assert (tiers.classifier.alone, tiers.executor.alone, tiers.verifier.alone) == (0.4, 0.35, 0.4)
