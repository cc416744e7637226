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


class RoleSpec(PackModel):
    """How sure each tier has to be to answer for a role, 0 to 1; the next is asked otherwise. None: this role does not
    ask that tier. `alone`: how sure the reflex has to be when no model was of help; below it, a person."""

    reflex: float = Field(default=0.7, ge=0, le=1)
    small: float | None = Field(default=0.6, ge=0, le=1)
    large: float | None = Field(default=0.5, ge=0, le=1)
    alone: float = Field(default=0.4, ge=0, le=1)


class ExecutorSpec(RoleSpec):
    """Nearness of passages is no calibrated confidence: a guide's answer counts from lower on."""

    reflex: float = Field(default=0.45, ge=0, le=1)
    alone: float = Field(default=0.35, ge=0, le=1)


class VerifierSpec(RoleSpec):
    """As the executor's: what it goes by is nearness."""

    reflex: float = Field(default=0.4, ge=0, le=1)


class TierSpecs(PackModel):
    """What is not here is looked for in the environment; what is not there either does not exist. `seconds` is what a
    role may wait for all its models together, within the turn's deadline."""

    small: TierSpec = TierSpec()
    large: TierSpec = TierSpec()
    seconds: float = Field(default=8.0, gt=0, le=600)
    classifier: RoleSpec = RoleSpec()
    # A pack that names one threshold of a role keeps the role's defaults for the others.
    executor: ExecutorSpec = ExecutorSpec()
    verifier: VerifierSpec = VerifierSpec()
