"""Settings of the classifier."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from careline.runtime import ClaimSettings, ServiceSettings


class Settings(ServiceSettings, ClaimSettings):
    """`gateway_key` is the gateway's public key (base64): turns that it has not sealed are refused. `private_key`
    (base64 of 32 raw bytes, Ed25519) seals what is to be filed as a case."""

    redis: SecretStr = Field(alias="REDIS_URL")
    private_key: SecretStr = Field(alias="CARELINE_CLASSIFIER_PRIVATE_KEY", min_length=40)
    gateway_key: str = Field(alias="CARELINE_GATEWAY_PUBLIC_KEY", min_length=40)
    encoder: Path = Field(default=Path(".local/encoder"), alias="CARELINE_ENCODER_DIR")
    facts_seconds: int = Field(default=60, alias="CARELINE_FACTS_SECONDS", ge=1, le=3600)
