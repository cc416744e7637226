"""Moments as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from careline_cli.errors import CommandError

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since_of(text: str, now: datetime) -> datetime:
    """`2h`, `3d`, a day or a moment (ISO 8601; UTC unless it says otherwise). Raises CommandError."""
    ago = _AGO.fullmatch(text.strip().lower())
    try:
        if ago:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is no moment.", "Write 2h, 3d, 2026-11-01 or 2026-11-01T08:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
