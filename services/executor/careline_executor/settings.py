"""The executor's settings, from the environment."""

from __future__ import annotations

from pydantic import Field, SecretStr

from careline.runtime import ClaimSettings, ServiceSettings


class Settings(ServiceSettings, ClaimSettings):
    """Public keys are base64 of 32 raw bytes. Redis may be away."""

    redis: SecretStr = Field(default=SecretStr("redis://127.0.0.1:6379/0"), alias="REDIS_URL")
    gateway_key: str = Field(alias="CARELINE_GATEWAY_PUBLIC_KEY", min_length=40)
    verifier_key: str = Field(alias="CARELINE_VERIFIER_PUBLIC_KEY", min_length=40)
