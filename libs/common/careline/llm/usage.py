"""What calls to language models cost. Values that add up."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Usage:
    """`calls` counts requests that were sent, `retries` those of them that repeated another; `cached_tokens` is the
    part of the prompt that the server had in its prefix cache; `estimated` counts calls without the server's numbers.
    """

    calls: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_chars: int = 0
    completion_chars: int = 0
    estimated: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, name) + getattr(other, name) for name in _COUNTS))


_COUNTS = tuple(one.name for one in fields(Usage))


@dataclass(frozen=True, slots=True)
class Price:
    """Money for a million tokens, in whatever currency the operator counts."""

    prompt: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)

    def of(self, usage: Usage) -> Decimal:
        """What `usage` costs; tokens from the prefix cache cost as much as others."""
        return (self.prompt * usage.prompt_tokens + self.completion * usage.completion_tokens) / _MILLION


@dataclass(frozen=True, slots=True)
class Spent:
    """Usage with its price."""

    usage: Usage = field(default_factory=Usage)
    money: Decimal = Decimal(0)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.usage + other.usage, self.money + other.money)


FREE = Price()
NOTHING = Spent()
