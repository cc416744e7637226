"""Reads request bodies: bounded, JSON, of the expected form; says exactly what is wrong."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import ValidationError

from careline.contracts.turn import MAX_TEXT_BYTES

from .errors import Problem
from .models import Incoming

# A text may be written in JSON escapes, six bytes for one.
MAX_BODY_BYTES = 6 * MAX_TEXT_BYTES + 4096

M = TypeVar("M", bound=Incoming)


async def read(request: Request, model: type[M]) -> M:
    """The body as `model`. Raises Problem: 413 too large, 400 not JSON, 422 not of the form."""
    return parse(await _bounded(request), model)


def parse(data: bytes | str, model: type[M]) -> M:
    """JSON as `model`. Raises Problem."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "not_json", f"the body is not JSON in UTF-8: {error}"[:200]) from error
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Problem(422, "invalid", _first(error)) from error


def checked_text(text: str) -> str:
    """A message's text, stripped. Raises Problem: 413 too long, 400 binary, 422 empty."""
    if len(text) > MAX_TEXT_BYTES or len(text.encode()) > MAX_TEXT_BYTES:
        raise Problem(413, "too_large", f"a message may have {MAX_TEXT_BYTES} bytes")
    if "\x00" in text:
        raise Problem(400, "binary", "the text contains NUL characters")
    text = text.strip()
    if not text:
        raise Problem(422, "empty", "the text is empty")
    return text


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
    # The rest of the body is not read, so the connection cannot go on.
    return Problem(413, "too_large", f"a body may have {MAX_BODY_BYTES} bytes", {"Connection": "close"})


def _first(error: ValidationError) -> str:
    first: dict[str, Any] = dict(error.errors(include_input=False, include_url=False)[0])
    place = ".".join(map(str, first["loc"])) or "the body"
    return f"{place}: {first['msg']}"
