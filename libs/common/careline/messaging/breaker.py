"""A limit on the rate of failures: a bad release must not drain a topic into the dead letters. Values only."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """Opens when, within `window` seconds, at least `failures` records and `ratio` of all were given up.

    After `cooldown` seconds one trial begins: `trial` records in a row must succeed; a failure opens it again.
    """

    failures: int = 10
    ratio: float = 0.5
    window: float = 60.0
    cooldown: float = 30.0
    trial: int = 10


@dataclass(frozen=True, slots=True)
class Breaker:
    """Counts of the current and the previous half window. `now` is monotonic seconds, passed in."""

    policy: BreakerPolicy = BreakerPolicy()
    since: float = 0.0
    good: int = 0
    bad: int = 0
    good_before: int = 0
    bad_before: int = 0
    opened_at: float | None = None
    trial_left: int = 0

    @property
    def is_open(self) -> bool:
        """Nothing may be consumed, and nothing given up."""
        return self.opened_at is not None

    def succeeded(self, now: float) -> Breaker:
        """A record was handled."""
        turned = self._turned(now)
        return replace(turned, good=turned.good + 1, trial_left=max(0, turned.trial_left - 1))

    def failed(self, now: float) -> Breaker:
        """A record is about to be given up. Do so only if the result is not open."""
        turned = self._turned(now)
        counted = replace(turned, bad=turned.bad + 1)
        return replace(counted, opened_at=now) if counted._too_many() else counted

    def cooled(self, now: float) -> Breaker:
        """After the cool-down: closed, on trial. Before it: unchanged."""
        if self.opened_at is None or now < self.opened_at + self.policy.cooldown:
            return self
        return Breaker(self.policy, since=now, trial_left=self.policy.trial)

    def _turned(self, now: float) -> Breaker:
        half = self.policy.window / 2
        if now < self.since + half:
            return self
        since = now - (now - self.since) % half
        if now >= self.since + self.policy.window:
            return replace(self, since=since, good=0, bad=0, good_before=0, bad_before=0)
        return replace(self, since=since, good=0, bad=0, good_before=self.good, bad_before=self.bad)

    def _too_many(self) -> bool:
        if self.trial_left:
            return True
        bad, good = self.bad + self.bad_before, self.good + self.good_before
        return bad >= self.policy.failures and bad >= self.policy.ratio * (bad + good)
