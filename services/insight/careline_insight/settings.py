"""Settings of insight."""

from __future__ import annotations

from pydantic import Field, SecretStr

from careline.runtime import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """`agent_token` lets humans and the command read the turn log."""

    agent_token: SecretStr = Field(alias="CARELINE_AGENT_TOKEN", min_length=8)
    batch_seconds: float = Field(default=0.05, alias="CARELINE_INSIGHT_BATCH_SECONDS", gt=0, le=5)
