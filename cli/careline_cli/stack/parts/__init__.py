"""Kafka, Postgres and Redis, each a real one on this machine: one module per part, the same small interface."""

from careline_cli.stack.parts.base import External, LocalPart, Part

__all__ = ["External", "LocalPart", "Part"]
