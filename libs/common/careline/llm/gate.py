"""The circuit breaker of one URL: closed, open for a while, then half open with one call at a time as a trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The consumers' breaker counts just what is wanted here: a rate of failures, a cool-down, a trial.
from careline.messaging.breaker import Breaker, BreakerPolicy

from .errors import CallFailed, CircuitOpen

MODEL_SERVER = BreakerPolicy(failures=5, ratio=0.5, window=20.0, cooldown=5.0, trial=2)


class Gate:
    """Lets calls through while the server is worth asking. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float], policy: BreakerPolicy = MODEL_SERVER) -> None:
        self._clock = clock
        self._breaker = Breaker(policy, since=clock())
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Nothing is let through now."""
        self._breaker = self._breaker.cooled(self._clock())
        return self._breaker.is_open or (self._breaker.trial_left > 0 and self._probing)

    def check(self) -> None:
        """Raises CircuitOpen. Asked before waiting for a slot, so that nobody waits for nothing."""
        if self.is_open:
            raise CircuitOpen("the model server failed too often and is left alone for a while: use another tier")

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Around one call; its end is counted by the `blame` of what it raises. Raises CircuitOpen."""
        self.check()
        probe = self._breaker.trial_left > 0
        self._probing = self._probing or probe
        try:
            yield
            self._count(False)
        except CallFailed as error:
            self._count(error.blame)
            raise
        finally:
            if probe:
                self._probing = False

    def _count(self, blame: bool | None) -> None:
        if blame is None:
            return
        now = self._clock()
        self._breaker = self._breaker.failed(now) if blame else self._breaker.succeeded(now)
