"""Settings of retrieval."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from careline.runtime import DatabaseSettings, ServiceSettings

from .domain.resident import MOST_RESIDENT


class Settings(ServiceSettings, DatabaseSettings):
    """Where the encoder lies, and how many vectors a pack version may have to be held in memory (1.5 KB each)."""

    encoder: Path = Field(default=Path(".local/encoder"), alias="CARELINE_ENCODER_DIR")
    resident: int = Field(default=MOST_RESIDENT, alias="CARELINE_RESIDENT_VECTORS", ge=0)
