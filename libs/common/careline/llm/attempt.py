"""One request to a model server, and its stream. Every way in which it can go wrong becomes a named error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import httpx

from .call import Watch
from .errors import Busy, Refused, ServerFailed, StreamCut, TooLate, Unreachable, Unreadable
from .progress import Progress
from .sse import EventReader
from .tier import Tier
from .wire import DONE, PATH, read_piece

_ADVICE = {
    400: "is the prompt within its context, and does it know response_format with json_schema?",
    401: "the key is missing or wrong: set the tier's key",
    403: "the key may not do this: set another one",
    404: "it has no such model or adapter, or no such path: compare the tier's model with the server's /v1/models",
    413: "the prompt is too large: lower the budget",
    422: "does it know response_format with json_schema?",
}
_REDIRECT = "it points elsewhere: set the URL that it points to"
_LONGEST_WAIT = 3600.0
# What a hanging server is given before the hanging is held against it, as a share of the time for a first token.
_PATIENCE = 0.5
_DRAIN_SECONDS = 0.1


async def attempt(
    http: httpx.AsyncClient, tier: Tier, body: dict[str, Any], progress: Progress, seconds: float, watch: Watch | None
) -> None:
    """Fills `progress` within `seconds`. Raises a CallFailed."""
    patient = seconds >= tier.first_token_seconds * _PATIENCE
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    try:
        async with asyncio.timeout_at(min(ends, loop.time() + tier.first_token_seconds)) as limit:
            # Closed here and now, whatever happens: an open connection keeps the server writing.
            async with aclosing(_events(http, tier, body, progress)) as events:
                async for data in events:
                    before = len(progress.pieces)
                    progress.add(read_piece(data))
                    if len(progress.pieces) > before:
                        limit.reschedule(ends)
                        if watch and not watch(progress.pieces[-1]):
                            progress.aborted = True
                            return
    except TimeoutError:
        raise TooLate("total" if progress.pieces else "first_token", True if patient else None) from None
    except httpx.HTTPError:
        # Its text is not repeated: it may quote what the server sent.
        if progress.accepted:
            raise StreamCut("the connection to the model server broke while it answered: see its log") from None
        raise Unreachable("the model server cannot be reached: is it running at the tier's URL?") from None
    if not progress.complete:
        raise StreamCut("the model server's answer broke off: see its log")


async def _events(
    http: httpx.AsyncClient, tier: Tier, body: dict[str, Any], progress: Progress
) -> AsyncGenerator[str | bytes, None]:
    progress.sent = True
    # Unpacked text could be a thousand times what came, so nothing is unpacked.
    headers = {"Accept-Encoding": "identity", **tier.headers()}
    async with http.stream("POST", tier.url + PATH, json=body, headers=headers) as response:
        _accept(response)
        progress.accepted = True
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            yield await _whole(response, progress)
        elif kind == "text/event-stream":
            reader, chunks = EventReader(), response.aiter_raw()
            async for chunk in chunks:
                progress.received(len(chunk))
                for data in reader.feed(chunk):
                    if data.strip() == DONE:
                        progress.ended = True
                        await _drain(chunks)
                        return
                    yield data
        else:
            raise Unreadable("this is no OpenAI-compatible model server: check the tier's URL")


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Reads on to the end of the body, so that the connection can be used again; the answer is there already."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in chunks:
                pass


async def _whole(response: httpx.Response, progress: Progress) -> bytes:
    """The body of a server that does not stream."""
    chunks = []
    async for chunk in response.aiter_raw():
        progress.received(len(chunk))
        chunks.append(chunk)
    progress.ended = True
    return b"".join(chunks)


def _accept(response: httpx.Response) -> None:
    status = response.status_code
    if status == 429:
        raise Busy(_retry_after(response))
    if status >= 500:
        raise ServerFailed(f"the model server failed with status {status}: see its log")
    if status >= 400 or status < 200:
        raise Refused(status, _ADVICE.get(status, "see its log"))
    if status >= 300:
        raise Refused(status, _REDIRECT)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds; the date form, which model servers do not use, counts as nothing."""
    text = response.headers.get("retry-after", "")
    return min(float(text), _LONGEST_WAIT) if text.isascii() and text.isdigit() else None
