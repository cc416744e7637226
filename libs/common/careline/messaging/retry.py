"""When to try again, and what happens at the end. A value: tested without sleeping."""

from __future__ import annotations

from dataclasses import dataclass

from careline.privacy import conceal

from .errors import PermanentError, TransientError
from .outcomes import DeadLetter, Retry

ErrorTypes = tuple[type[Exception], ...]

_REASON_CHARS = 500


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential delays: `first` * 2**n seconds, at most `longest`, for `attempts` attempts in all."""

    attempts: int
    first: float
    longest: float

    def delay(self, attempt: int, spread: float = 0.5) -> float | None:
        """Seconds to wait after `attempt` (1 = the first) failed, or None when it was the last.

        `spread` in [0, 1) moves the delay between 75 % and 125 %, so that many keys do not return at once.
        """
        if attempt >= self.attempts:
            return None
        # The exponent is capped because 2.0**1100 overflows.
        return min(self.longest, self.first * 2.0 ** min(attempt - 1, 30)) * (0.75 + spread / 2)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Which errors are retried, how often, and what comes at the end: always a dead letter.

    permanent  dead letter at once;
    transient  a dependency is down: patient (`outage`), the backlog waits in the broker;
    others     a bug or a poison message: `unexpected`, a few quick attempts.
    """

    permanent: ErrorTypes = (PermanentError,)
    transient: ErrorTypes = (TransientError, OSError, TimeoutError)
    outage: Backoff = Backoff(attempts=60, first=0.1, longest=15.0)
    unexpected: Backoff = Backoff(attempts=4, first=0.05, longest=1.0)

    def decide(self, error: BaseException, attempt: int, spread: float = 0.5) -> Retry | DeadLetter:
        """The outcome of a handler that raised `error` in its `attempt`-th attempt (1 = the first)."""
        name = type(error).__name__
        if isinstance(error, self.permanent):
            return DeadLetter(describe(error), name)
        backoff = self.outage if isinstance(error, self.transient) else self.unexpected
        delay = backoff.delay(attempt, spread)
        if delay is None:
            return DeadLetter(f"gave up after {attempt} attempts: {describe(error)}", name)
        return Retry(delay, name)


def describe(error: BaseException) -> str:
    """Type and text of an error, bounded and without personal data: concealed first, as half a number is not known."""
    return conceal(f"{type(error).__name__}: {error}")[:_REASON_CHARS]
