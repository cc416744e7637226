"""The CHOPS paper's ablations as values: which parts of the pipeline are there, and on how many levels it decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..errors import CommandError


class Pipeline(StrEnum):
    """What decides; retrieval and the ledger are always there."""

    EXECUTOR = "executor"
    UNVERIFIED = "classifier-executor"
    WHOLE = "classifier-executor-verifier"


class AblationImpossible(CommandError):
    """This part cannot be left out under these conditions."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """`levels` 2: basic info first, then the rest, as deployed; 1: one flat choice of everything. An executor alone
    decides nothing, so its levels do not matter. Models answer for the roles that are there: for an executor alone
    only the executor's."""

    pipeline: Pipeline = Pipeline.WHOLE
    levels: int = 2

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out: the system as it is deployed."""
        return self == DEPLOYED

    @property
    def decision(self) -> str | None:
        """What decides in the classifier's place; None: the classifier."""
        if self.pipeline is Pipeline.EXECUTOR:
            return "nearest"
        return "flat" if self.levels == 1 else None

    @property
    def label(self) -> str:
        """As the paper's figures call it."""
        if self.pipeline is Pipeline.EXECUTOR:
            return "E"
        return f"C{self.levels}-E" + ("-V" if self.pipeline is Pipeline.WHOLE else "")


DEPLOYED = Ablation()
# All that differ, from the barest to the whole.
ALL = (
    Ablation(Pipeline.EXECUTOR),
    Ablation(Pipeline.UNVERIFIED, 1),
    Ablation(Pipeline.UNVERIFIED, 2),
    Ablation(Pipeline.WHOLE, 1),
    DEPLOYED,
)


def require_possible(ablation: Ablation, *, is_ours: bool) -> None:
    """Raises AblationImpossible: a throw-away stack publishes the packs of the checkout (`is_ours`)."""
    if not ablation.is_whole and not is_ours:
        raise AblationImpossible(
            f"{ablation.label} runs in a stack of its own, which knows the packs in tenants/ only.",
            "Put the pack there, or evaluate the whole system.",
        )
