"""Which tiers there are: from the environment and the business's tenant.yaml.

    settings = LlmSettings.load(os.environ)            # once, at start; BadTierSettings names what is wrong
    tier = settings.tier("small", pack.tenant.tiers)   # a Tier; NotConfigured says what to set
    settings.describe(pack.tenant.tiers)               # a line per tier, for logs: where, or what is missing

The environment prevails over the pack, since it is the operator who answers for where a customer's words go. The key of
the environment is never sent to the pack's URL while the environment names a URL of its own: a pack could collect it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError

from careline.tenants.addresses import ApiUrl
from careline.tenants.tiers import TierSpec, TierSpecs

from .errors import BadTierSettings, NotConfigured
from .tier import Tier
from .usage import Price

TierName = Literal["small", "large"]
NAMES: tuple[TierName, ...] = ("small", "large")
_Money = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


def checked_key(key: SecretStr) -> SecretStr:
    """A key that fits into a header: what does not is quoted by libraries in their errors. Raises ValueError."""
    text = key.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise PydanticCustomError(
            "key", "has to be of printable ASCII characters without blanks (a line break at its end?)"
        )
    return key


class TierVariables(BaseModel):
    """CARELINE_SMALL_<FIELD> and CARELINE_LARGE_<FIELD>. Prices are for a million tokens, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: ApiUrl | None = None
    model: str | None = Field(default=None, max_length=200)
    key: Annotated[SecretStr, AfterValidator(checked_key)] | None = None
    prompt_price: _Money | None = None
    completion_price: _Money | None = None
    concurrency: int = Field(default=16, ge=1, le=4096)
    waiting: int = Field(default=256, ge=0, le=100_000)
    seconds: float = Field(default=20.0, gt=0, le=600)
    first_token_seconds: float = Field(default=8.0, gt=0, le=600)
    attempts: int = Field(default=3, ge=1, le=10)


_DEFAULTS = TierVariables()


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """The environment's part."""

    small: TierVariables = _DEFAULTS
    large: TierVariables = _DEFAULTS

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Raises BadTierSettings with a line for each variable that cannot be used."""
        found, problems = {}, []
        for name in NAMES:
            prefix = f"CARELINE_{name.upper()}_"
            given = {field: environ.get(prefix + field.upper(), "") for field in TierVariables.model_fields}
            try:
                found[name] = TierVariables.model_validate({field: text for field, text in given.items() if text})
            except ValidationError as error:
                problems += [
                    f"  {prefix}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False)
                ]
        if problems:
            raise BadTierSettings("the language models' settings cannot be used:\n" + "\n".join(problems))
        return cls(**found)

    def tier(self, name: TierName, specs: TierSpecs | None = None) -> Tier:
        """The tier for one business. Raises NotConfigured."""
        own: TierVariables = getattr(self, name)
        spec: TierSpec = getattr(specs, name) if specs else TierSpec()
        url, model = own.url or spec.url, own.model or spec.model
        if not url or not model:
            raise NotConfigured(_missing(name, bool(url), bool(model)))
        return Tier(
            name=name,
            url=url,
            model=spec.adapter or model,
            key=own.key,
            price=Price(
                _first(own.prompt_price, spec.prompt_price), _first(own.completion_price, spec.completion_price)
            ),
            concurrency=own.concurrency,
            waiting=own.waiting,
            seconds=own.seconds,
            first_token_seconds=own.first_token_seconds,
            attempts=own.attempts,
        )

    def tiers(self, specs: TierSpecs | None = None) -> dict[TierName, Tier]:
        """Those that are set up, in the order of their price."""
        found: dict[TierName, Tier] = {}
        for name in NAMES:
            try:
                found[name] = self.tier(name, specs)
            except NotConfigured:
                continue
        return found

    def describe(self, specs: TierSpecs | None = None) -> list[str]:
        """One line per tier, without secrets."""
        lines = []
        for name in NAMES:
            try:
                tier = self.tier(name, specs)
                lines.append(f"{name} tier: {tier.model} at {tier.url}, {'with a' if tier.key else 'without'} key")
            except NotConfigured as missing:
                lines.append(str(missing))
        return lines


def _missing(name: str, has_url: bool, has_model: bool) -> str:
    if not has_url and not has_model:
        what = "no server is named"
    else:
        what = "its server is named, its model is not" if has_url else "its model is named, its server is not"
    return (
        f"{name} tier: none, {what}; to have one, set CARELINE_{name.upper()}_URL and CARELINE_{name.upper()}_MODEL, "
        f"or tiers.{name}.url and tiers.{name}.model in tenant.yaml"
    )


def _first(*prices: Decimal | None) -> Decimal:
    return next((price for price in prices if price is not None), Decimal(0))
