"""Reads the turn log of a running insight service.

CommandError
└── TurnNotFound    no turn of that id, or insight does not answer
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from careline_cli.errors import CommandError

HOW_TO_GET_ONE = (
    '`careline chat --json` prints the id of each turn it asked for ("turn"), `careline eval` that of each wrong row.'
)


class TurnNotFound(CommandError):
    """The turn log has no such turn."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn: trace id, events (type, round, at, body), timeline (service, event, start_ms, ms, says)."""

    turn: str
    trace: str
    events: tuple[dict[str, Any], ...]
    timeline: tuple[dict[str, Any], ...]

    def last(self, event_type: str) -> dict[str, Any] | None:
        """The body of the last event of a type, or None."""
        bodies = [event["body"] for event in self.events if event["type"] == event_type]
        return bodies[-1] if bodies else None


class TurnLogClient:
    """A client of insight's HTTP API."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10)

    async def turn(
        self,
        turn: str,
        until: str | None = None,
        patience: float = 0.0,
        complete: Callable[[Sequence[dict[str, Any]]], bool] | None = None,
    ) -> TurnRecord:
        """The turn's record. With `until`, waits up to `patience` seconds until an event of that type is there, with
        `complete` until it says so of the events: the log is a projection and may be a moment behind. Raises
        TurnNotFound."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            record = await self._get(turn)
            if (
                record is not None
                and (until is None or record.last(until))
                and (complete is None or complete(record.events))
            ):
                return record
            if asyncio.get_running_loop().time() >= deadline:
                if record is not None:
                    return record
                raise TurnNotFound(f"No turn {turn} is in the turn log.", HOW_TO_GET_ONE)
            await asyncio.sleep(0.05)

    async def _get(self, turn: str) -> TurnRecord | None:
        try:
            try:
                answer = await self._http.get(f"/v1/turns/{turn}")
            except httpx.RemoteProtocolError:  # a connection that was kept open, and that the service has just closed
                answer = await self._http.get(f"/v1/turns/{turn}")
        except httpx.HTTPError as error:
            raise TurnNotFound(
                f"The turn log does not answer ({type(error).__name__}).",
                "`careline status` shows whether insight runs.",
            ) from error
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise TurnNotFound(f"The turn log refused: {answer.text[:200]}")
        body = answer.json()
        return TurnRecord(body["turn"], body["trace"], tuple(body["events"]), tuple(body["timeline"]))

    async def close(self) -> None:
        await self._http.aclose()
