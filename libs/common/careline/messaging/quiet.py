"""Keeps the client library's log readable: while a broker is away it would say so a hundred times a second."""

from __future__ import annotations

import logging
import time

_LOGGERS = (
    "aiokafka",
    "aiokafka.conn",
    "aiokafka.consumer.fetcher",
    "aiokafka.consumer.group_coordinator",
    "aiokafka.producer.sender",
)
# Part of every first join and of every rebalance; what is really wrong shows in other lines and in the health.
_EXPECTED = ("Group Coordinator Request failed", "Heartbeat failed for group %s because it is rebalancing")


class Seldom(logging.Filter):
    """Lets each kind of line through once in `interval` seconds, and expected ones never."""

    def __init__(self, interval: float = 10.0) -> None:
        super().__init__()
        self._interval = interval
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record."""
        if record.levelno < logging.WARNING:
            return True
        kind = str(record.msg)
        if kind.startswith(_EXPECTED):
            return False
        now = time.monotonic()
        if now < self._last.get(kind, -self._interval) + self._interval:
            return False
        self._last[kind] = now
        return True


def quieten() -> None:
    """Install the filter, once per process."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Seldom) for each in logger.filters):
            logger.addFilter(Seldom())
