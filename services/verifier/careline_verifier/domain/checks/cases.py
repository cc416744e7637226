"""Is a case opened for exactly what the customer wrote?"""

from __future__ import annotations

from careline.contracts.draft import ProposalDraft
from careline.contracts.seals import diff_hash
from careline.contracts.turn import Turn
from careline.contracts.understanding import Understanding
from careline.operations.cases import KINDS, case_arguments, case_diff

from ..verdict import Fault
from ..wishes import Wishes


def check_case(draft: ProposalDraft, turn: Turn, understanding: Understanding, wishes: Wishes) -> Fault | None:
    """The whole message, filed as what the classifier took it for, if it reads like anything of the kind."""
    if understanding.route not in KINDS or not wishes.is_case(turn.text):
        return Fault("case: not a complaint or suggestion", "classifier")
    arguments = case_arguments(turn, understanding.route)
    if draft.arguments != arguments:
        return Fault("case: not what the customer wrote", "executor")
    if draft.diff != case_diff(arguments) or draft.diff_hash != diff_hash(draft.diff):
        return Fault("diff", "executor")
    return None
