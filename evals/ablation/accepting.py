"""In the verifier's place: every draft becomes the reply it proposes, every operation is approved without a question.

What the customer is told of an operation is still what the ledger has, for that is said by the verifier's own code; and
the executor still commits only what it is shown a signature for. What is gone is the judgement.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from careline.contracts.draft import (
    AnswerDraft,
    AskDraft,
    CannedDraft,
    Draft,
    FactDraft,
    HandoverDraft,
    ProposalDraft,
    RefusalDraft,
)
from careline.contracts.events import OperationApproved, TurnDrafted
from careline.contracts.seals import Checker, Signer
from careline.contracts.topics import OPERATIONS_APPROVED, OPERATIONS_SETTLED, TURNS_DRAFTED, TURNS_VERIFIED
from careline.messaging import Done, MessageContext, MessagingSettings, Outcome, Output, Service, Transport, on
from careline.operations.cases import OPEN_CASE
from careline.runtime import Application, Consuming, run
from careline.storage import Database
from careline.systems.directory import Directory
from careline.systems.settings import Access as SystemAccess
from careline.tenants.published import PublishedPacks
from careline_verifier.adapters.records import PostgresRecords
from careline_verifier.domain import replies
from careline_verifier.domain.inquiry import Turning
from careline_verifier.domain.judging import Judge, approval
from careline_verifier.domain.outputs import Press
from careline_verifier.domain.reading import Question, Refusal, Success
from careline_verifier.domain.verdict import Accept, Approve
from careline_verifier.handlers import Concluding
from careline_verifier.ports import Packs
from careline_verifier.settings import Settings

from .throwaway import require


@dataclass(frozen=True, slots=True)
class Accepting:
    """turns.drafted -> turns.verified or operations.approved, whatever the draft says."""

    packs: Packs
    press: Press
    clock: Callable[[], datetime]

    async def __call__(self, event: TurnDrafted, context: MessageContext) -> Outcome:
        pack = await self.packs.pack(event.ref.tenant)
        turning = Turning(event.ref, event.turn, event.understanding, pack, self.clock())
        said = self.press.after_draft(turning, accepted(turning, event.draft), event.draft, event.attempts)
        topic = OPERATIONS_APPROVED if isinstance(said, OperationApproved) else TURNS_VERIFIED
        return Done((Output(topic, said),))


def accepted(turning: Turning, draft: Draft) -> Accept | Approve:
    """The draft as it is."""
    match draft:
        case AnswerDraft():
            return Accept(replies.answered(turning, draft))
        case FactDraft():
            return Accept(replies.told(turning, draft))
        case CannedDraft():
            return Accept(replies.said(turning, draft))
        case HandoverDraft():
            return Accept(replies.handed_over(turning, draft))
        case AskDraft():
            question = Question(draft.missing, draft.text)
            return Accept(replies.asked(turning, draft.operation, draft.arguments, question))
        case RefusalDraft():
            refusal = Refusal(draft.reason, draft.text)
            return Accept(replies.refused(turning, draft.operation or None, draft.arguments, refusal))
        case ProposalDraft():
            if draft.diff or draft.operation == OPEN_CASE:
                return Approve(approval(turning, draft))
            success = Success(draft.text, draft.reason)
            return Accept(replies.succeeded(turning, draft.operation, draft.arguments, success))


def create_app(settings: Settings, transport: Transport | None = None) -> Application:
    """As the verifier's, with another judgement."""
    require(settings.home)
    claims = settings.claims("verifier")
    database = Database(
        settings.database.get_secret_value(), application="verifier", max_size=settings.pool_size, claims=claims
    )
    signer = Signer.from_base64(settings.private_key.get_secret_value())
    packs, press, clock = PublishedPacks(database), Press(signer), lambda: datetime.now(UTC)
    judge = Judge(Checker(signer.key.public_key()), Checker.from_base64(settings.classifier_key))
    gateway = Checker.from_base64(settings.gateway_key)
    concluding = Concluding(
        packs,
        PostgresRecords(database, Directory(SystemAccess(os.environ, readonly=True))),
        gateway,
        judge,
        press,
        clock,
    )
    service = Service(
        "verifier",
        MessagingSettings(bootstrap_servers=settings.kafka, concurrency=settings.concurrency),
        [on(TURNS_DRAFTED, Accepting(packs, press, clock)), on(OPERATIONS_SETTLED, concluding)],
        publishes=[TURNS_VERIFIED, OPERATIONS_APPROVED],
        transport=transport,
    )
    return Application("verifier", {"database": database, "messaging": Consuming(service)})


if __name__ == "__main__":
    run("verifier", Settings, create_app)
