"""The settings every service has. A service adds its own fields; unknown or missing ones are named at start.

SettingsError    the environment lacks something or has a value that cannot be used
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from careline.storage.claims import BadClaim, Claims


class SettingsError(Exception):
    """Which variables are missing or wrong, one per line."""


class ServiceSettings(BaseSettings):
    """Read from the environment, once, at start; never inside logic."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    kafka: str = Field(alias="KAFKA_BOOTSTRAP_SERVERS", min_length=1)
    http_host: str = Field(default="127.0.0.1", alias="CARELINE_HTTP_HOST")
    http_port: int = Field(default=8080, alias="CARELINE_HTTP_PORT", ge=0, le=65535)
    concurrency: int = Field(default=32, alias="CARELINE_CONCURRENCY", ge=1, le=1024)
    drain_seconds: float = Field(default=8.0, alias="CARELINE_DRAIN_SECONDS", gt=0, le=300)
    home: Path = Field(default=Path(".local"), alias="CARELINE_HOME")
    log_level: str = Field(default="INFO", alias="CARELINE_LOG_LEVEL")
    otlp_endpoint: str | None = Field(default=None, alias="OTEL_EXPORTER_OTLP_ENDPOINT")

    @classmethod
    def load(cls) -> Self:
        """From the environment, and for what it lacks from the files of CARELINE_SECRETS_DIR, which are called like the
        variables (mounted secrets); raises SettingsError naming each variable that is missing or wrong."""
        folder = os.environ.get("CARELINE_SECRETS_DIR")
        if folder and not Path(folder).is_dir():
            raise SettingsError(f"CARELINE_SECRETS_DIR names no folder: {folder}")
        try:
            return cls(_secrets_dir=folder)
        except ValidationError as error:
            # `input` stays out: it may be a secret.
            lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
            raise SettingsError("settings in the environment cannot be used:\n" + "\n".join(lines)) from None


class DatabaseSettings(BaseSettings):
    """For services with a database."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    database: SecretStr = Field(alias="DATABASE_URL")
    pool_size: int = Field(default=8, alias="CARELINE_POOL_SIZE", ge=1, le=200)


class ClaimSettings(DatabaseSettings):
    """For services that see rows of tenants. `claim_keys` are words `id:base64` (32 bytes); the first one signs."""

    claim_keys: SecretStr = Field(alias="CARELINE_CLAIM_KEYS")

    def claims(self, service: str) -> Claims:
        """What signs whom this service's transactions are about. Raises SettingsError."""
        try:
            return Claims.of(service, self.claim_keys.get_secret_value())
        except BadClaim as error:
            raise SettingsError(f"CARELINE_CLAIM_KEYS cannot be used: {error}") from None
