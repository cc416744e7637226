"""Readings and errors as lines of JSON between the reader and its worker."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from .errors import KINDS, DocumentBroken, DocumentError
from .sections import Place, Reading, Remark, Section


def written(result: Reading | DocumentError) -> bytes:
    """One line."""
    if isinstance(result, DocumentError):
        content: dict[str, Any] = {
            "kind": type(result).__name__,
            "message": str(result),
            "place": asdict(result.place),
        }
    else:
        content = asdict(result)
    # ASCII, so that halves of characters from broken documents cannot break the line.
    return json.dumps(content).encode() + b"\n"


def read(line: bytes) -> Reading:
    """The reading. Raises the DocumentError that was written instead."""
    content = json.loads(line)
    if "kind" in content:
        raise KINDS.get(content["kind"], DocumentBroken)(content["message"], Place(**content["place"]))
    return Reading(
        tuple(_section(each) for each in content["sections"]),
        tuple(Remark(each["message"], Place(**each["place"])) for each in content["remarks"]),
    )


def _section(content: dict[str, Any]) -> Section:
    return Section(
        path=tuple(map(_whole, content["path"])),
        text=_whole(content["text"]),
        place=Place(**content["place"]),
        asked=tuple(map(_whole, content["asked"])),
        key=_whole(content["key"]),
        language=_whole(content["language"]),
    )


def _whole(text: str) -> str:
    """Halves of surrogate pairs cannot be stored; they become question marks."""
    return text.encode("utf-8", "replace").decode()
