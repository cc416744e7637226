"""Settings of insight."""

from __future__ import annotations

from pydantic import Field, SecretStr

from careline.runtime import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """`agent_token` lets humans and the command read the turn log; replies are logged if `verifier_key`, the verifier's
    public key (base64), fits their seal."""

    agent_token: SecretStr = Field(alias="CARELINE_AGENT_TOKEN", min_length=8)
    verifier_key: str = Field(alias="CARELINE_VERIFIER_PUBLIC_KEY", min_length=40)
    batch_seconds: float = Field(default=0.05, alias="CARELINE_INSIGHT_BATCH_SECONDS", gt=0, le=5)
    # How often each business's old conversations and turn log are purged; 0: never, a job of one's own does it.
    purge_hours: float = Field(default=24.0, alias="CARELINE_PURGE_HOURS", ge=0, le=24 * 31)
