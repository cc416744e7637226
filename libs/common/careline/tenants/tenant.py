"""tenant.yaml: who the business is, and the bounds of a conversation with it."""

from __future__ import annotations

from pydantic import Field

from .base import PackModel, Words
from .tiers import TierSpecs


class GuideBounds(PackModel):
    """When a guide passage counts as an answer. `min_similarity` is a cosine, `max_chars` counts characters."""

    min_similarity: float = Field(default=0.35, ge=-1, le=1)
    passages: int = Field(default=4, ge=1, le=50)
    max_chars: int = Field(default=900, ge=50, le=20_000)


class RouteBounds(PackModel):
    """Below the first two, a message is out of scope; below `write_confidence`, a change is asked about even where the
    operation's own policy would not."""

    min_confidence: float = Field(default=0.40, ge=0, le=1)
    min_similarity: float = Field(default=0.45, ge=-1, le=1)
    write_confidence: float = Field(default=0.50, ge=0, le=1)


class Tenant(PackModel):
    """The business itself. The first of `languages` is the default; `time_zone` is an IANA name."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Words
    languages: tuple[str, ...] = Field(min_length=1)
    time_zone: str = "UTC"
    rounds: int = Field(default=2, ge=0, le=10)
    history: int = Field(default=6, ge=0, le=50)
    idle_minutes: int = Field(default=30, ge=1, le=7 * 24 * 60)
    confirm_minutes: int = Field(default=10, ge=1, le=24 * 60)
    guide: GuideBounds = GuideBounds()
    route: RouteBounds = RouteBounds()
    tiers: TierSpecs = TierSpecs()

    @property
    def default_language(self) -> str:
        return self.languages[0]
