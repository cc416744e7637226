"""The refusals of each request, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from .codes import CODES
from .models import Error

_ALWAYS = ("bad_request", "origin", "too_many_requests", "internal", "unavailable")


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The refusals of a request for the OpenAPI document: these codes, and those that any request may meet."""
    by_status: dict[int | str, list[str]] = {}
    for code in CODES:
        if code in codes or code in _ALWAYS:
            status, meaning = CODES[code]
            by_status.setdefault(status, []).append(f"`{code}`: {meaning}")
    return {status: {"model": Error, "description": "; ".join(said)} for status, said in by_status.items()}
