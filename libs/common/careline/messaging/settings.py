"""How a service meets the broker. Times in seconds."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class MessagingSettings(BaseSettings):
    """Read from `KAFKA_BOOTSTRAP_SERVERS` and `CARELINE_MESSAGING_*`; the defaults suit the local stack."""

    model_config = SettingsConfigDict(env_prefix="CARELINE_MESSAGING_", frozen=True, populate_by_name=True)

    bootstrap_servers: str = Field(default="127.0.0.1:9092", validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    # One group per service and topic: <prefix>.<service>.<topic>. Another prefix is another set of positions.
    group_prefix: str = Field(default="careline", min_length=1)
    # Conversations handled at once, per topic. Messages of one conversation never overlap.
    concurrency: int = Field(default=64, ge=1)
    # Records of one partition between the committed offset and the newest taken; at the cap the partition pauses.
    max_uncommitted: int = Field(default=500, ge=1)
    # After a crash at most this much is handled again. Each commit costs the broker about as much as a record.
    commit_interval: float = Field(default=0.5, gt=0)
    # How long handlers in flight may go on when the process ends or partitions move.
    drain: float = Field(default=8.0, gt=0)
    # None: half as long again as the drain.
    session_timeout: float | None = Field(default=None, gt=0)
    heartbeat_interval: float = Field(default=1.0, gt=0)
    max_poll_interval: float = Field(default=300.0, gt=0)
    # How long the broker may hold a fetch of fewer bytes than `fetch_min_bytes`; a resumed partition waits at most
    # this long for its next one. Whoever is in no hurry asks for more at once.
    fetch_wait: float = Field(default=0.25, gt=0)
    fetch_min_bytes: int = Field(default=1, ge=1)
    # How long records are left to gather before more are taken, once all that had come are: for observers, who are in
    # no hurry (see `Service.hurry`), and cost least when they do much at once.
    gather: float = Field(default=0.0, ge=0)
    request_timeout: float = Field(default=15.0, gt=0)

    @property
    def session(self) -> float:
        """How long the group waits for a silent member, and for one that hands its partitions over."""
        # Brokers refuse sessions of less than 6 s unless told otherwise.
        return self.session_timeout or max(6.0, 1.5 * self.drain)

    @model_validator(mode="after")
    def _drain_fits_the_session(self) -> Self:
        if self.drain >= self.session:
            raise ValueError("drain must be shorter than session_timeout")
        return self
