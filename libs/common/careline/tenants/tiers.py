"""The language models of a business, in tenant.yaml. The environment may say all of this, too, and prevails."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from .addresses import ApiUrl
from .base import PackModel


class TierSpec(PackModel):
    """One tier: where it is, and what the model is called there. `adapter` is the business's own LoRA on that model,
    by the name under which the server has it. Prices are for a million tokens. Keys are never in a pack."""

    url: ApiUrl | None = None
    model: str | None = Field(default=None, min_length=1, max_length=200)
    adapter: str | None = Field(default=None, min_length=1, max_length=200)
    prompt_price: Decimal | None = Field(default=None, ge=0, allow_inf_nan=False)
    completion_price: Decimal | None = Field(default=None, ge=0, allow_inf_nan=False)


class TierSpecs(PackModel):
    """What is not here is looked for in the environment; what is not there either does not exist."""

    small: TierSpec = TierSpec()
    large: TierSpec = TierSpec()
