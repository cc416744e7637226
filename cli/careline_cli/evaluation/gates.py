"""What makes `careline eval` exit with 1: bounds that the caller sets, each broken one in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..counting import counted
from .compare import Comparison


@dataclass(frozen=True, slots=True)
class Gates:
    """`min_right` is a share of the rows; `no_worse` the comparison with the run that must not have been better."""

    min_right: float = 0.0
    max_wrong_writes: int = 0
    no_worse: Comparison | None = None

    def broken(self, summary: Mapping[str, Any]) -> list[str]:
        """A sentence for each bound that the run breaks."""
        found = []
        rows, right, writes = summary["rows"], summary["right"], summary["wrong_writes"]
        if right < self.min_right * rows:
            found.append(f"{right} of {rows} rows are right ({right / rows:.1%}), less than {self.min_right:.1%}")
        if writes > self.max_wrong_writes:
            found.append(f"{counted(writes, 'row was', 'rows were')} written wrongly, at most {self.max_wrong_writes}")
        if self.no_worse is not None and self.no_worse.right_now < self.no_worse.right_before:
            found.append(
                f"{self.no_worse.right_now} of {self.no_worse.shared} shared rows are right, "
                f"{self.no_worse.right_before} were in {self.no_worse.before}"
            )
        return found
