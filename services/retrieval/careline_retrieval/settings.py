"""Settings of retrieval."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from careline.runtime import DatabaseSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings):
    """Where the encoder lies, and how often new pack versions are looked for (seconds)."""

    encoder: Path = Field(default=Path(".local/encoder"), alias="CARELINE_ENCODER_DIR")
    sync_seconds: float = Field(default=1.0, alias="CARELINE_SYNC_SECONDS", gt=0, le=60)
