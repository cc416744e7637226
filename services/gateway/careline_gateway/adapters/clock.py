"""The time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The real clock. Implements `ports.Clock`."""
    return datetime.now(UTC)
