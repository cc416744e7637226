"""How long to wait before a process that died is started again, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """`first_s`, then `factor` times longer after each death in a row, never longer than `longest_s`.

    A process that stayed up for `forgiven_after_s` starts with a clean record.
    """

    first_s: float = 0.2
    factor: float = 2.0
    longest_s: float = 15.0
    forgiven_after_s: float = 30.0

    def delay_s(self, deaths: int) -> float:
        """Seconds to wait after the `deaths`-th death in a row (1, 2, ...)."""
        # Bounded exponent: a process that dies for days must not overflow a float.
        return min(self.longest_s, self.first_s * self.factor ** min(deaths - 1, 64))

    def deaths(self, before: int, lived_s: float) -> int:
        """Deaths in a row, counting the one of a process that had died `before` times and now lived `lived_s`."""
        return 1 if lived_s >= self.forgiven_after_s else before + 1
