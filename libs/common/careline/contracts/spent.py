"""What a stage asked of language models for one event."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Frozen


class Spent(Frozen):
    """One tier asked by one role, all attempts together. A turn's costs are the sum over its events: each stage says
    only what it asked itself, and hands nothing on.

    `cached_tokens` is the part of the prompt that the server had in its prefix cache; `money` is in whatever currency
    the operator's prices are; `ms` is how long the role waited; `estimated`: the server gave no numbers, at least for
    one attempt. `outcome` is `answered`, or the name of the error (of `careline.llm.errors`).
    """

    role: Literal["classifier", "executor", "verifier"]
    tier: Literal["small", "large"]
    model: str
    calls: int = Field(ge=0)
    prompt_tokens: int = Field(ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(ge=0)
    prompt_chars: int = Field(ge=0)
    completion_chars: int = Field(ge=0)
    money: float = Field(default=0.0, ge=0)
    ms: float = Field(default=0.0, ge=0)
    estimated: bool = False
    outcome: str = "answered"
