"""Which failed attempts are repeated, and when. Pure."""

from __future__ import annotations

from careline.messaging.retry import Backoff

from .errors import Busy, CallFailed, Passing

_FIRST_SECONDS = 0.1
_LONGEST_SECONDS = 2.0


def delay_before_retry(error: CallFailed, attempt: int, attempts: int, left: float, spread: float) -> float | None:
    """Seconds to wait after `attempt` (1 = the first) of `attempts` failed; None when no other attempt can help: the
    error does not pass, or the wait would outlast the `left` seconds. `spread` in [0, 1) is the jitter."""
    if not isinstance(error, Passing):
        return None
    delay = Backoff(attempts, _FIRST_SECONDS, _LONGEST_SECONDS).delay(attempt, spread)
    if delay is None:
        return None
    if isinstance(error, Busy) and error.retry_after is not None:
        # Not before the server says; and not all at once then.
        delay += error.retry_after
    return delay if delay < left else None
