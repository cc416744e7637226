"""Whether a service's messaging can do its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """A consumer's life."""

    STARTING = "starting"  # not yet in its group, or the connection was lost
    RUNNING = "running"  # member of the group, with partitions or waiting for some
    REBALANCING = "rebalancing"  # partitions move; still a member
    STOPPED_BY_BREAKER = "stopped_by_breaker"  # too many records failed
    DRAINING = "draining"
    STOPPED = "stopped"

    @property
    def ready(self) -> bool:
        """In the group. A rebalance passes by itself within seconds: nobody needs to be told."""
        return self in (State.RUNNING, State.REBALANCING)


@dataclass(frozen=True, slots=True)
class Health:
    """The states of a service's consumers by topic, and further conditions by name."""

    service: str
    consumers: Mapping[str, State]
    checks: Mapping[str, bool]

    @property
    def ready(self) -> bool:
        """Every consumer is in its group and every condition holds."""
        return all(state.ready for state in self.consumers.values()) and all(self.checks.values())
