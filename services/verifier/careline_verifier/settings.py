"""The verifier's settings, from the environment."""

from __future__ import annotations

from pydantic import Field, SecretStr

from careline.runtime import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """Keys are base64 of 32 raw bytes (Ed25519). Only the verifier has its private key."""

    private_key: SecretStr = Field(alias="CARELINE_VERIFIER_PRIVATE_KEY", min_length=40)
    gateway_key: str = Field(alias="CARELINE_GATEWAY_PUBLIC_KEY", min_length=40)
