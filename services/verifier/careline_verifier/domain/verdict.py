"""What the verifier may decide, as one union."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from careline.contracts.reply import Approval, Reply

Stage = Literal["classifier", "retrieval", "executor"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something is wrong with a draft: a short reason, and the stage that has to do better."""

    reason: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Accept:
    """Deliver this."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Reject:
    """Try again, if there is a round left. `further` is the number of the further request at fault, None for the main
    one."""

    fault: Fault
    further: int | None = None


class UnderWay(Exception):
    """No verdict: what this turn asks for has been sent to another system, and its end is what is told. Judged again,
    after a crash, it would be told of as it stands by now."""


@dataclass(frozen=True, slots=True)
class Approve:
    """Commit this; not signed yet."""

    approval: Approval


Verdict = Accept | Reject | Approve
