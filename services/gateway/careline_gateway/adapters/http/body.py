"""Reads request bodies: bounded, JSON, of the expected form; says exactly what is wrong."""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import ValidationError

from careline.contracts.turn import MAX_TEXT_BYTES

from .errors import Problem
from .models import Incoming

# A text may be written in JSON escapes, six bytes for one.
MAX_BODY_BYTES = 6 * MAX_TEXT_BYTES + 4096

# Controls, formats (zero width, direction, tags), spaces and line ends; and letters and marks that show nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANK = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0))
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))

M = TypeVar("M", bound=Incoming)


async def read(request: Request, model: type[M]) -> M:
    """The body as `model`. Raises Problem: 413 too large, 400 not JSON, 422 not of the form."""
    return parse(await _bounded(request), model)


def parse(data: bytes | str, model: type[M]) -> M:
    """JSON as `model`. Raises Problem."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Problem("not_json", f"the body is not JSON in UTF-8: {error}"[:200]) from error
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Problem("invalid", _first(error)) from error


def checked_text(text: str) -> str:
    """A message's text, stripped. Raises Problem: 413 too long, 400 binary, 422 empty."""
    if len(text) > MAX_TEXT_BYTES or len(text.encode()) > MAX_TEXT_BYTES:
        raise Problem("too_large", f"a message may have {MAX_TEXT_BYTES} bytes")
    if "\x00" in text:
        raise Problem("binary", "the text contains NUL characters")
    if not _visible(text):
        raise Problem("empty", "the text is empty, or has nothing that can be seen")
    return text.strip()


async def _bounded(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MAX_BODY_BYTES:
        raise _too_large()
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise _too_large()
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large() -> Problem:
    # The rest of the body may never have been read (see draining.py), and then the connection cannot go on.
    return Problem("too_large", f"a body may have {MAX_BODY_BYTES} bytes", {"Connection": "close"})


def _visible(text: str) -> bool:
    """Whether anything of it can be seen: not spaces, controls, zero-width or blank characters alone."""
    return any(unicodedata.category(sign) not in _UNSEEN and sign not in _BLANK for sign in text)


def _first(error: ValidationError) -> str:
    first: dict[str, Any] = dict(error.errors(include_input=False, include_url=False)[0])
    place = ".".join(map(str, first["loc"])) or "the body"
    return f"{place}: {first['msg']}"
