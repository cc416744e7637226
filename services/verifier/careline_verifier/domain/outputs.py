"""Verdicts as the events that carry them, signed."""

from __future__ import annotations

from dataclasses import dataclass

from careline.contracts.draft import Draft
from careline.contracts.events import OperationApproved, TurnRejected, TurnVerified
from careline.contracts.reply import Reply
from careline.contracts.seals import Signer
from careline.contracts.spent import Spent
from careline.contracts.understanding import Attempt

from .inquiry import Turning
from .replies import given_up
from .rounds import attempts_after, has_round_left
from .verdict import Accept, Approve, Reject, Verdict

Said = TurnVerified | TurnRejected | OperationApproved


@dataclass(frozen=True, slots=True)
class Press:
    """Makes events of verdicts; signs approvals, open questions and replies."""

    signer: Signer

    def after_draft(
        self,
        turning: Turning,
        verdict: Verdict,
        draft: Draft,
        attempts: tuple[Attempt, ...],
        spent: tuple[Spent, ...] = (),
    ) -> Said:
        """The event for a judged draft. A rejection without a round left becomes a handover. `spent`: what the
        verifier asked of models for it."""
        match verdict:
            case Accept(reply):
                return self.reply(turning, reply, spent)
            case Approve(approval):
                return OperationApproved(
                    ref=turning.ref,
                    approval=self.signer.seal_approval(approval),
                    turn=turning.turn,
                    understanding=turning.understanding,
                    spent=spent,
                )
            case Reject(fault):
                if not has_round_left(turning.ref.round, turning.pack.rounds):
                    return self.reply(turning, given_up(turning, fault.reason), spent)
                tried = attempts_after(attempts, turning.ref.round, fault, turning.understanding, draft)
                return TurnRejected(ref=turning.ref.next_round(), turn=turning.turn, attempts=tried, spent=spent)

    def reply(self, turning: Turning, reply: Reply, spent: tuple[Spent, ...] = ()) -> TurnVerified:
        """A reply to deliver, and its open question: both become what only we can have said."""
        if reply.pending is not None:
            sealed = self.signer.seal_pending(turning.ref.conversation, reply.pending)
            reply = reply.model_copy(update={"pending": sealed})
        return self.signer.seal_reply(TurnVerified(ref=turning.ref, reply=reply, spent=spent))
