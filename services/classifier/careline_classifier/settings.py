"""Settings of the classifier."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from careline.runtime import ClaimSettings, ServiceSettings


class Settings(ServiceSettings, ClaimSettings):
    """`gateway_key` is the gateway's public key (base64): turns that it has not sealed are refused."""

    redis: SecretStr = Field(alias="REDIS_URL")
    gateway_key: str = Field(alias="CARELINE_GATEWAY_PUBLIC_KEY", min_length=40)
    encoder: Path = Field(default=Path(".local/encoder"), alias="CARELINE_ENCODER_DIR")
    facts_seconds: int = Field(default=60, alias="CARELINE_FACTS_SECONDS", ge=1, le=3600)
